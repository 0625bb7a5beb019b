"""Forms of enterprises."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.choices import EnterpriseSize, EnterpriseState, FocusSector
from anlan.registers.forms.common import (
    UNKNOWN,
    OfferingForm,
    PersonChoice,
    ProvenForm,
    RecordChoice,
    date_field,
    grade_field,
)
from anlan.registers.models import Person, Region, ReportingUnit

NEW_PERSON = ("legal_representative", "safety_officer")


class EnterpriseForm(ProvenForm):
    name = forms.CharField(label=_("name"), max_length=120)
    credit_code = forms.CharField(
        label=_("unified social credit code"),
        max_length=40,
        required=False,
        help_text=_("18 characters of the licence. Leave empty while it is unknown."),
    )
    unit = RecordChoice(label=_("supervised by the unit"), model=ReportingUnit)
    region = RecordChoice(label=_("region"), model=Region)
    sector = forms.ChoiceField(
        label=_("focus sector"),
        choices=[("", _("none of the nine")), *FocusSector.choices],
        required=False,
    )
    size = forms.ChoiceField(
        label=_("size"), choices=[("", UNKNOWN), *EnterpriseSize.choices], required=False
    )
    employees_persons = forms.IntegerField(
        label=_("employees (persons)"), min_value=0, max_value=1_000_000, required=False
    )
    legal_representative = PersonChoice(
        label=_("legal representative"), model=Person, required=False
    )
    new_legal_representative = forms.CharField(
        label=_("legal representative who is not in the list"),
        max_length=60,
        required=False,
        help_text=_("The name; the person is entered together with the enterprise."),
    )
    safety_officer = PersonChoice(label=_("safety officer"), model=Person, required=False)
    new_safety_officer = forms.CharField(
        label=_("safety officer who is not in the list"), max_length=60, required=False
    )
    new_safety_officer_mobile = forms.CharField(
        label=_("mobile of this safety officer"),
        max_length=20,
        required=False,
        help_text=_("Used for calls about duties of the post; others see the last four digits."),
    )
    safety_post = forms.CharField(
        label=_("post of the safety officer"), max_length=60, required=False
    )
    state_since = date_field(_("in this state since"), required=False)
    grade = grade_field()
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in NEW_PERSON:
            if data.get(name) and data.get(f"new_{name}"):
                self.add_error(
                    f"new_{name}", _("Choose somebody from the list or give a name, not both.")
                )
        if data.get("new_safety_officer_mobile") and not data.get("new_safety_officer"):
            self.add_error("new_safety_officer", _("Whose number is it? Give the name."))
        return data


class EnterpriseStateForm(OfferingForm):
    state = forms.ChoiceField(label=_("state"), choices=EnterpriseState.choices)
    since = date_field(_("in this state since"))
