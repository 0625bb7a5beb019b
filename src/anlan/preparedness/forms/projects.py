"""Forms of the project sheets. Money is asked in yuan, lengths in kilometres."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.preparedness.actions.projects import amount_in_base
from anlan.preparedness.choices import AcceptanceResult, QuantityUnit
from anlan.preparedness.money import fen
from anlan.registers.forms.common import OfferingForm, ProvenForm, RecordChoice, date_field
from anlan.registers.models import Body, Instrument, Region

MONEY: dict[str, Any] = {
    "max_digits": 14,
    "decimal_places": 2,
    "min_value": Decimal("0.01"),
}
AMOUNT: dict[str, Any] = {"max_digits": 12, "decimal_places": 3, "required": False}
PICTURES = "image/jpeg,image/png,image/webp"


class ActForm(OfferingForm):
    """An act that explains itself. It may wait in the queue of a telephone."""

    reason = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)
    is_offline = True


class ProjectForm(ProvenForm):
    name = forms.CharField(label=_("name"), max_length=160)
    item_key = forms.RegexField(
        label=_("item of the plan"),
        regex=r"^[A-Z]\d{1,3}$",
        required=False,
        help_text=_("Such as P3 or T14. Empty for a project of its own."),
        error_messages={"invalid": _("An item looks like P3 or T14.")},
    )
    lead = RecordChoice(label=_("lead body"), model=Body)
    budget_yuan = forms.DecimalField(
        label=_("budget (yuan)"),
        required=False,
        help_text=_("Empty while it is not known."),
        **MONEY,
    )
    planned_start_on = date_field(_("planned start"), required=False)
    planned_finish_on = date_field(_("planned finish"), required=False)
    started_on = date_field(_("started on"), required=False)
    built_on = date_field(
        _("built on"),
        required=False,
        help_text=_("Built is not accepted: the acceptance follows."),
    )
    note = forms.CharField(label=_("note"), max_length=300, required=False)

    def values(self) -> dict[str, Any]:
        found = super().values()
        budget = found.pop("budget_yuan")
        return found | {"budget_fen": None if budget is None else fen(budget)}


class PlaceForm(OfferingForm):
    name = forms.CharField(label=_("name of the place"), max_length=120)
    region = RecordChoice(label=_("region"), model=Region)
    longitude_deg = forms.FloatField(
        label=_("longitude (°)"),
        required=False,
        help_text=_("East, decimal degrees in CGCS2000: 111.00712"),
    )
    latitude_deg = forms.FloatField(
        label=_("latitude (°)"),
        required=False,
        help_text=_("North, decimal degrees in CGCS2000: 35.02345"),
    )
    what = forms.CharField(
        label=_("work that is counted"),
        max_length=60,
        required=False,
        help_text=_("Such as gas pipes renewed."),
    )
    unit_of_work = forms.ChoiceField(
        label=_("counted in"), choices=[("", "—"), *QuantityUnit.choices], required=False
    )
    planned_amount = forms.DecimalField(
        label=_("planned amount"), min_value=Decimal("0.001"), **AMOUNT
    )
    done_amount = forms.DecimalField(
        label=_("amount done"),
        min_value=Decimal(0),
        help_text=_("Empty while nobody reported it: unknown."),
        **AMOUNT,
    )

    def values(self) -> dict[str, Any]:
        found = super().values()
        unit = found["unit_of_work"]
        return found | {
            "planned": amount_in_base(found.pop("planned_amount"), unit),
            "done": amount_in_base(found.pop("done_amount"), unit),
        }


class MilestoneForm(ActForm):
    name = forms.CharField(label=_("milestone"), max_length=120)
    due_on = date_field(_("wanted by"))
    is_offline = False


class MoveForm(OfferingForm):
    due_on = date_field(_("wanted by"))


class TickForm(ActForm):
    done_on = date_field(_("done on"))
    proof = forms.CharField(
        label=_("what proves it"),
        max_length=300,
        help_text=_("Document number, protocol, or what the photograph shows."),
    )


class PaymentForm(ActForm):
    paid_on = date_field(_("paid on"))
    amount_yuan = forms.DecimalField(label=_("amount (yuan)"), **MONEY)
    document = forms.CharField(label=_("document number"), max_length=60)
    note = forms.CharField(
        label=_("note"),
        max_length=300,
        required=False,
        help_text=_("Needed when the payment goes above the budget: who approved it."),
    )
    is_offline = False


class PhotographForm(ActForm):
    file = forms.FileField(
        label=_("Photograph"),
        widget=forms.FileInput(attrs={"accept": PICTURES, "capture": "environment"}),
        help_text=_("The time is read from the camera; a file without one says so."),
    )
    milestone = forms.ChoiceField(label=_("milestone"), required=False)
    what = forms.CharField(label=_("what it shows"), max_length=200, required=False)

    def __init__(
        self, *args: Any, milestones: list[tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *(milestones or [])]
        self.fields["milestone"].choices = choices  # type: ignore[attr-defined]


class AcceptanceForm(OfferingForm):
    accepted_on = date_field(_("day of the acceptance"))
    result = forms.ChoiceField(label=_("result"), choices=AcceptanceResult.choices)
    by = forms.CharField(label=_("accepted by"), max_length=120)
    document = forms.CharField(label=_("document number"), max_length=60)
    note = forms.CharField(label=_("note"), max_length=300, required=False)
    instrument = RecordChoice(
        label=_("institution that was followed"),
        model=Instrument,
        required=False,
        empty_label=_("none named"),
    )


class DelayForm(ActForm):
    cause = forms.CharField(label=_("reason for the delay"), max_length=300)
    new_finish_on = date_field(_("new planned finish"))
    is_offline = False


class BackFillForm(OfferingForm):
    started_on = date_field(_("started on"), required=False)
    built_on = date_field(_("built on"))
    accepted_on = date_field(_("day of the acceptance"))
    document = forms.CharField(label=_("document that proves it"), max_length=60)
    accepted_by = forms.CharField(label=_("accepted by"), max_length=120)
    confirmed_by = forms.CharField(
        label=_("confirmed by"), max_length=120, help_text=_("Who saw the papers.")
    )
