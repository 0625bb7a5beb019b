"""Forms of the duty roster."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.choices import HandoverSide, ShiftRole
from anlan.registers.forms.common import CityTimeField, OfferingForm, PersonChoice, date_field
from anlan.registers.models import Person

HOURS = [(8, _("8 hours")), (12, _("12 hours")), (24, _("24 hours"))]
VACANT = _("vacant for now")


class PeopleChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Person.objects.none(), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        posts = "、".join(tenure.post.title for tenure in getattr(obj, "held", ()))
        return f"{obj.name}（{posts}）" if posts else str(obj.name)


class ShiftForm(OfferingForm):
    starts_at = CityTimeField(label=_("starts at"))
    ends_at = CityTimeField(label=_("ends at"))
    leader = PersonChoice(
        label=_("leader on duty"),
        model=Person,
        required=False,
        empty_label=VACANT,
        help_text=_("A vacancy is shown on the roster until it is filled."),
    )
    officers = PeopleChoice(label=_("duty officers"), required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False)


class RotationForm(OfferingForm):
    first = date_field(_("first day"))
    last = date_field(_("last day"))
    begins = forms.TimeField(
        label=_("shifts begin at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    hours = forms.TypedChoiceField(label=_("length of a shift"), choices=HOURS, coerce=int)
    leaders = PeopleChoice(
        label=_("leaders on duty"), help_text=_("They take turns in this order."), required=False
    )
    officers = PeopleChoice(
        label=_("duty officers"), help_text=_("They take turns in this order."), required=False
    )
    officers_each = forms.IntegerField(
        label=_("officers on each shift"), min_value=1, max_value=9, initial=1
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is not before the first."))
        return data


class SwapForm(OfferingForm):
    person = PersonChoice(label=_("takes the duty"), model=Person)


class AssignForm(OfferingForm):
    role = forms.ChoiceField(label=_("duty"), choices=ShiftRole.choices)
    person = PersonChoice(label=_("person"), model=Person)


class SignForm(OfferingForm):
    side = forms.ChoiceField(label=_("side"), choices=HandoverSide.choices)
    person = PersonChoice(label=_("signed by"), model=Person)
    note = forms.CharField(
        label=_("what is passed on"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Open calls, running warnings, keys and vehicles, what to watch."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].help_text = _("Only when the signature is entered late.")
