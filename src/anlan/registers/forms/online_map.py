"""The form of the online base map."""

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.forms.common import OfferingForm


class OnlineMapForm(OfferingForm):
    """Switch, key and approval number. A key that is there is never shown again."""

    is_on = forms.BooleanField(label=_("online base map shown"), required=False)
    key = forms.CharField(
        label=_("key of 天地图"),
        required=False,
        max_length=80,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Applied for at the national platform, for use in a browser. Empty keeps the one that "
            "is there; it is not shown again and never enters the journal."
        ),
    )
    approval = forms.CharField(
        label=_("approval number of the base map (审图号)"),
        required=False,
        max_length=60,
        help_text=_("As it stands at the foot of 天地图 today; it is shown below every map."),
    )
