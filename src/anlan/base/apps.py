from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "anlan.base"
    label = "base"
    verbose_name = "Base"
