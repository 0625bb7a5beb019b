"""Forms of sites, installations, inventories and substances."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.base.rules.coordinates import Datum
from anlan.registers.choices import InstallationKind, InstallationState
from anlan.registers.forms.common import ProvenForm, RecordChoice, date_field, grade_field
from anlan.registers.models import Region, Substance
from anlan.registers.rules.amount import MassUnit, in_tonnes

DATUMS = [
    (Datum.CGCS2000.value, _("CGCS2000: survey, receiver of the Beidou or GPS system")),
    (Datum.GCJ02.value, _("GCJ-02: read from a map service such as Gaode or Tencent")),
    (Datum.BD09.value, _("BD-09: read from the map service of Baidu")),
]
MASS_UNITS = [(unit.value, _(unit.label)) for unit in MassUnit]
AMOUNT: dict[str, Any] = {"max_digits": 14, "decimal_places": 6, "required": False}


class SiteForm(ProvenForm):
    name = forms.CharField(label=_("name"), max_length=120)
    address = forms.CharField(label=_("address"), max_length=200, required=False)
    longitude_deg = forms.FloatField(
        label=_("longitude (°)"), required=False, help_text=_("East, decimal degrees: 111.00712")
    )
    latitude_deg = forms.FloatField(
        label=_("latitude (°)"), required=False, help_text=_("North, decimal degrees: 35.02345")
    )
    datum = forms.ChoiceField(
        label=_("where the point was read"),
        choices=DATUMS,
        help_text=_(
            "Maps on the telephone are shifted by some hundred metres; the point is converted "
            "once and kept in CGCS2000."
        ),
    )
    region = RecordChoice(
        label=_("region"),
        model=Region,
        required=False,
        empty_label=_("taken from the point"),
        help_text=_("Needed only when there is no point."),
    )
    grade = grade_field()


class InstallationForm(ProvenForm):
    name = forms.CharField(label=_("name or number"), max_length=80)
    kind = forms.ChoiceField(label=_("kind"), choices=InstallationKind.choices)
    state = forms.ChoiceField(label=_("state"), choices=InstallationState.choices)
    commissioned_on = date_field(_("in use since"), required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False)


class AmountForm(ProvenForm):
    """Amounts in the unit that was chosen; `values` gives tonnes."""

    amount = forms.DecimalField(
        label=_("amount"),
        min_value=0,
        help_text=_("What was there on that day. Leave empty when it was not seen: unknown."),
        **AMOUNT,
    )
    maximum = forms.DecimalField(
        label=_("design maximum"),
        min_value=0,
        help_text=_("The standard counts tanks by what they can hold at most."),
        **AMOUNT,
    )
    unit_of_mass = forms.ChoiceField(label=_("unit of both amounts"), choices=MASS_UNITS)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("maximum") == 0:
            self.add_error("maximum", _("A design maximum is above zero, or unknown: empty."))
        if not self.errors and data.get("amount") is None and data.get("maximum") is None:
            self.add_error("amount", _("Give the amount, the design maximum, or both."))
        return data

    def values(self) -> dict[str, Any]:
        found = super().values()
        unit = MassUnit(found.pop("unit_of_mass"))
        amount, maximum = found.pop("amount"), found.pop("maximum")
        return found | {
            "amount_t": in_tonnes(amount, unit),
            "maximum_t": in_tonnes(maximum, unit),
        }


class InventoryForm(AmountForm):
    substance = RecordChoice(label=_("substance"), model=Substance)
    counted_on = date_field(_("counted on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["substance", "counted_on"])


class SubstanceForm(ProvenForm):
    name = forms.CharField(label=_("name"), max_length=120)
    cas = forms.RegexField(
        label=_("CAS number"),
        regex=r"^\d{2,7}-\d{2}-\d$",
        required=False,
        error_messages={"invalid": _("A CAS number looks like 7664-41-7.")},
    )
    critical_quantity_t = forms.DecimalField(
        label=_("critical quantity (t)"),
        max_digits=10,
        decimal_places=3,
        min_value=0,
        required=False,
        help_text=_("Leave empty when the standard was not looked up: unknown."),
    )
    standard = forms.CharField(label=_("standard"), max_length=80, required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False)
