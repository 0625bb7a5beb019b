"""The stage of what happened: accidents and natural disasters."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LossesConfig(AppConfig):
    name = "anlan.losses"
    label = "losses"
    verbose_name = _("Losses")
