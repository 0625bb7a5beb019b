"""Forms of numbers and of proofs that they are answered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.choices import ContactOutcome, ContactWay, NumberKind
from anlan.registers.forms.common import (
    CityTimeField,
    OfferingForm,
    PersonChoice,
    ProvenForm,
    RecordChoice,
    date_field,
)
from anlan.registers.models import Person, Post, ReportingUnit


class AttemptForm(OfferingForm):
    outcome = forms.ChoiceField(label=_("outcome"), choices=ContactOutcome.choices)
    way = forms.ChoiceField(label=_("way"), choices=ContactWay.choices)
    tried_at = CityTimeField(label=_("tried at"))
    answered_by = PersonChoice(
        label=_("answered by"),
        model=Person,
        required=False,
        empty_label=_("the person, or somebody unnamed"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].help_text = _("Optional: what was agreed.")


class PersonAttemptForm(AttemptForm):
    kind = forms.ChoiceField(
        label=_("which number"),
        choices=[(c, label) for c, label in NumberKind.choices if c != NumberKind.POST],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["kind"])


class PostChoice(RecordChoice):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.body.short_name} · {obj.title}"


class PostNumberForm(ProvenForm):
    post = PostChoice(label=_("post"), model=Post)
    number = forms.CharField(label=_("number"), max_length=30)
    note = forms.CharField(label=_("note"), max_length=100, required=False)


class PostNumberNoteForm(ProvenForm):
    note = forms.CharField(label=_("note"), max_length=100, required=False)


class ThresholdForm(ProvenForm):
    unit = RecordChoice(label=_("unit"), model=ReportingUnit)
    stale_after_calendar_days = forms.IntegerField(
        label=_("stale after (calendar days)"), min_value=1, max_value=3660
    )
    valid_from = date_field(_("valid from"))
