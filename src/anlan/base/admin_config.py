"""The admin application with our own site."""

from django.contrib.admin.apps import AdminConfig


class AnlanAdminConfig(AdminConfig):
    default_site = "anlan.base.admin.AnlanAdminSite"
