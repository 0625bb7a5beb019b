"""Forms of institutions required and of the bounds of lamps."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.choices import InstrumentKind
from anlan.registers.forms.common import OfferingForm, RecordChoice
from anlan.registers.models import Instrument


class RequirementForm(OfferingForm):
    phrase = forms.CharField(label=_("phrase of the clause"), max_length=120)
    wanted = forms.CharField(
        label=_("institution asked for"),
        max_length=160,
        help_text=_("How the document would be called, without number."),
    )
    kind = forms.ChoiceField(label=_("kind"), choices=InstrumentKind.choices)
    is_named_exactly = forms.BooleanField(label=_("named exactly by the clause"), required=False)


class LinkForm(OfferingForm):
    instrument = RecordChoice(
        label=_("institution"),
        model=Instrument,
        required=False,
        empty_label=_("none: take the link back"),
    )


class BoundsForm(OfferingForm):
    green_from_percent = forms.DecimalField(
        label=_("green from (%)"), max_digits=6, decimal_places=2, min_value=Decimal(0)
    )
    red_below_percent = forms.DecimalField(
        label=_("red below (%)"), max_digits=6, decimal_places=2, min_value=Decimal(0)
    )
    source = forms.CharField(
        label=_("source of the bounds"),
        max_length=200,
        help_text=_("The document or decision that sets them."),
    )


class PlainReasonForm(OfferingForm):
    """Nothing but the reason."""


__all__ = ["BoundsForm", "LinkForm", "PlainReasonForm", "RequirementForm"]
