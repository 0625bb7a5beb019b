"""Forms of institutions and of their uses."""

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.choices import InstrumentKind
from anlan.registers.forms.common import OfferingForm, ProvenForm, RecordChoice, date_field
from anlan.registers.models import Body, Instrument


class InstrumentForm(ProvenForm):
    name = forms.CharField(
        label=_("name"), max_length=160, help_text=_("As on the document, without 《》.")
    )
    number = forms.CharField(
        label=_("document number"),
        max_length=60,
        required=False,
        help_text=_("As printed: 运政办发〔2024〕1号. Empty while it is a draft."),
    )
    kind = forms.ChoiceField(label=_("kind"), choices=InstrumentKind.choices)
    issuer = RecordChoice(label=_("issuer"), model=Body)
    adopted_on = date_field(_("adopted on"), required=False)
    in_force_from = date_field(_("in force from"), required=False)
    in_force_until = date_field(
        _("no longer in force from"), required=False, help_text=_("Empty while no end is set.")
    )
    review_on = date_field(
        _("next review on"),
        required=False,
        help_text=_("The issuer is reminded by a due; after the review give the next day."),
    )
    replaces = RecordChoice(
        label=_("replaces"), model=Instrument, required=False, empty_label=_("nothing")
    )
    note = forms.CharField(label=_("note"), max_length=200, required=False)


class CitationForm(OfferingForm):
    instrument = RecordChoice(label=_("institution"), model=Instrument)
    cited_on = date_field(_("used on"))
    note = forms.CharField(label=_("what for"), max_length=300, required=False)
