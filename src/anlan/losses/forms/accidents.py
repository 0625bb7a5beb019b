"""Forms of accidents. What is known of who enters is filled in before."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.losses.choices import AccidentKind, Counting, ReportKind, Threat
from anlan.losses.models import AccidentSector
from anlan.losses.models.fen import WanField
from anlan.registers.forms.common import CHOOSE, CityTimeField, OfferingForm, date_field

MOST_PEOPLE = 1_000_000
NOT_KNOWN = _("Leave it empty while it is not known; 0 means none.")


class Offered(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the records that the screen offers."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", CHOOSE)
        super().__init__(queryset=AccidentSector.objects.none(), **kwargs)


def people(label: Any, **kwargs: Any) -> forms.IntegerField:
    kwargs.setdefault("required", False)
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_PEOPLE, **kwargs)


class FigureFields(OfferingForm):
    """The four figures of an accident."""

    deaths = people(_("deaths"), help_text=NOT_KNOWN)
    missing = people(_("missing people"))
    serious_injuries = people(
        _("serious injuries"), help_text=_("Acute industrial poisoning counts as well.")
    )
    direct_loss_fen = WanField(label=_("direct economic loss (10 000 yuan)"), required=False)


class AccidentForm(FigureFields):
    """An accident in under a minute: the rest may follow with the next report."""

    is_offline = True
    occurred_at = CityTimeField(label=_("occurred at"))
    unit = Offered(label=_("reporting unit"))
    title = forms.CharField(
        label=_("title"),
        max_length=120,
        help_text=_("Place and what happened. No names of victims."),
    )
    kind = forms.ChoiceField(label=_("kind"), choices=AccidentKind.choices)
    sector = Offered(label=_("sector"))
    body = Offered(label=_("reported by"))
    enterprise = forms.CharField(
        label=_("enterprise"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "enterprises"}),
        help_text=_("Name or credit code as in the register of enterprises."),
    )
    head_told_at = CityTimeField(
        label=_("head of the unit told at"),
        required=False,
        help_text=_("The clocks of the reports run from then; empty: from the accident."),
    )
    people_trapped = people(_("people trapped"))
    people_at_risk = people(
        _("people at risk"),
        help_text=_(
            "10 at risk, 3 trapped or missing, or 500 evacuated: it is reported like a relatively "
            "serious accident."
        ),
    )
    people_evacuated = people(_("people evacuated urgently"))
    people_observed = people(_("people in hospital for observation"))
    threat = forms.ChoiceField(
        label=_("what else is endangered"),
        choices=[("", _("nothing known")), *Threat.choices],
        required=False,
    )
    region = Offered(
        label=_("township or county"), required=False, empty_label=_("that of the unit")
    )
    address = forms.CharField(label=_("address"), max_length=200, required=False)
    longitude_deg = forms.FloatField(label=_("longitude (°)"), required=False)
    latitude_deg = forms.FloatField(label=_("latitude (°)"), required=False)
    source = forms.CharField(
        label=_("source"),
        max_length=200,
        required=False,
        help_text=_("Call, letter or message that told it."),
    )
    is_back_filled = forms.BooleanField(label=_("entered afterwards: no clocks"), required=False)
    is_other = forms.BooleanField(
        label=_("This is another accident"), required=False, widget=forms.HiddenInput
    )
    field_order = (
        "occurred_at",
        "unit",
        "title",
        "kind",
        "sector",
        "deaths",
        "missing",
        "serious_injuries",
        "direct_loss_fen",
        "body",
        "enterprise",
        "head_told_at",
        "region",
        "address",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].widget = forms.HiddenInput()
        self.order_fields([*self.field_order, *self.fields])

    def ask_whether_other(self) -> None:
        """Show the box that says it is another accident than those that look like it."""
        self.fields["is_other"].widget = forms.CheckboxInput()


class AccidentChangeForm(AccidentForm):
    """The facts without the figures, which only a report changes."""

    is_offline = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*FigureFields.base_fields, "is_back_filled", "is_other"):
            if name not in ("reason", "request_id", "expected_version"):
                del self.fields[name]
        self.fields["reason"].required = True
        self.fields["reason"].widget = forms.Textarea(attrs={"rows": 2})
        self.order_fields([n for n in self.fields if n != "reason"])


class ReportForm(FigureFields):
    """A follow-up or final report."""

    is_offline = True
    report_kind = forms.ChoiceField(
        label=_("report"),
        choices=[(c, label) for c, label in ReportKind.choices if c != ReportKind.INITIAL],
    )
    reported_at = CityTimeField(label=_("reported at"))
    changed_on = date_field(
        _("day on which the casualties changed"),
        help_text=_("Decides whether a death counts: 30 days, 7 for road traffic and fire."),
    )
    body = Offered(label=_("reported by"))
    note = forms.CharField(
        label=_("note"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when a figure is lower than before."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].widget = forms.HiddenInput()


class CountingForm(OfferingForm):
    """Whether it is counted, by which document."""

    counting = forms.ChoiceField(
        label=_("statistics"),
        choices=[(c, label) for c, label in Counting.choices if c != Counting.DUPLICATE],
    )
    counting_note = forms.CharField(
        label=_("why not counted"),
        max_length=200,
        required=False,
        help_text=_("Document, decision, date."),
    )
