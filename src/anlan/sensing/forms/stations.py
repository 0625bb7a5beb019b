"""Forms of stations, datastreams and limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.forms.common import (
    OfferingForm,
    ProvenForm,
    RecordChoice,
    date_field,
    grade_field,
)
from anlan.registers.forms.sites import DATUMS
from anlan.registers.models import Body, Region, ReportingUnit
from anlan.sensing.choices import (
    PROPERTY_CHOICES,
    UNIT_CHOICES,
    SoilState,
    StationKind,
    StationState,
    ThresholdKind,
)
from anlan.sensing.models.stations import ONLY
from anlan.sensing.rules.limit_kinds import is_for
from anlan.sensing.rules.observed_property import ObservedProperty

NARROWER = _("In the unit in which it is kept. Leave empty to use the limit of the catalogue.")
MOST_SECONDS = 86_400 * 31


class StationChangeForm(ProvenForm):
    name = forms.CharField(label=_("name"), max_length=120)
    kind = forms.ChoiceField(label=_("kind"), choices=StationKind.choices)
    state = forms.ChoiceField(label=_("state"), choices=StationState.choices)
    body = RecordChoice(label=_("owner"), model=Body)
    unit = RecordChoice(label=_("reporting unit"), model=ReportingUnit)
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
    note = forms.CharField(label=_("note"), max_length=200, required=False)


class StationForm(StationChangeForm):
    code = forms.RegexField(
        label=_("station code"),
        regex=r"^[A-Za-z0-9][A-Za-z0-9_\-]{0,39}$",
        error_messages={"invalid": _("Latin letters, digits, hyphen and underscore.")},
        help_text=_("By this code the messages of the station are known. It never changes."),
    )
    field_order = ("code",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["code", *(name for name in self.fields if name != "code")])


class DatastreamChangeForm(ProvenForm):
    unit_of_measurement = forms.ChoiceField(
        label=_("unit of the device"),
        choices=UNIT_CHOICES,
        help_text=_("Values are converted once, when they come in."),
    )
    interval_s = forms.IntegerField(
        label=_("sampling interval (s)"), min_value=1, max_value=MOST_SECONDS
    )
    lowest = forms.FloatField(label=_("lowest valid value"), required=False, help_text=NARROWER)
    highest = forms.FloatField(label=_("highest valid value"), required=False, help_text=NARROWER)
    step = forms.FloatField(
        label=_("largest change between readings"),
        required=False,
        min_value=1e-9,
        help_text=NARROWER,
    )
    calibrated_on = date_field(_("calibrated on"), required=False)
    calibration_due_on = date_field(_("next calibration due"), required=False)
    state = forms.ChoiceField(label=_("state"), choices=StationState.choices)


class DatastreamForm(DatastreamChangeForm):
    observed = forms.ChoiceField(label=_("observed property"), choices=PROPERTY_CHOICES)
    number = forms.RegexField(
        label=_("sensor number"),
        regex=r"^[A-Za-z0-9_\-]{1,20}$",
        initial=ONLY,
        help_text=_("1 where the station has one sensor of the property; else as on the sensor."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = ("observed", "number")
        self.order_fields([*first, *(name for name in self.fields if name not in first)])


class ThresholdForm(ProvenForm):
    """Offers the limits that something watches for the property; window, soil and village belong
    to rain alone."""

    kind = forms.ChoiceField(label=_("limit"), choices=ThresholdKind.choices)
    value = forms.FloatField(
        label=_("value"), help_text=_("In the unit in which the datastream is kept.")
    )
    window_min = forms.IntegerField(
        label=_("window (min)"),
        required=False,
        min_value=0,
        max_value=60 * 24 * 15,
        help_text=_(
            "Critical rainfall and tables of colours: 30, 60, 180, 360 or 1440. A colour without "
            "a window is a limit of one reading."
        ),
    )
    soil = forms.ChoiceField(label=_("soil state"), choices=SoilState.choices)
    region = RecordChoice(
        label=_("village"), model=Region, required=False, empty_label=_("no village")
    )
    valid_from = date_field(_("valid from"))

    def __init__(self, *args: Any, observed: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            choice
            for choice in ThresholdKind.choices
            if is_for(choice[0], ObservedProperty(observed))
        ]
        if observed != ObservedProperty.RAIN:
            for name in ("window_min", "soil", "region"):
                del self.fields[name]

    def clean_window_min(self) -> int:
        return self.cleaned_data["window_min"] or 0


class ThresholdEndForm(OfferingForm):
    valid_until = date_field(_("valid until (this day excluded)"))
