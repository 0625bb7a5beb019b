"""The period that is scored or counted, and by what it is told apart."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.warning.choices import HAZARD_CHOICES
from anlan.warning.queries.scoring import CUT_LABELS
from anlan.warning.queries.scoring_records import OF_LABELS, Of, Period
from anlan.warning.queries.tallies import Asked, year_until
from anlan.warning.rules.scoring.tally import BY_LABELS, NOWHERE, By
from anlan.warning.rules.signal import Hazard

MOST_DAYS = 3_660
YEARS = 3
YEARS_KEPT: Final = range(1900, 2201)
"""Years that a day of the score may lie in."""


def usual_period(today: dt.date) -> Period:
    """House rule: this year and the two before it; events are rare."""
    return Period(first=dt.date(today.year - YEARS + 1, 1, 1), last=today)


class AskedPeriod(forms.Form):
    """Days from and to, and whose alarms; each absent one is the usual one."""

    first = forms.DateField(
        label=_("from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("to"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    whose = forms.ChoiceField(
        label=_("what is scored"),
        required=False,
        choices=[(of.value, _(label)) for of, label in OF_LABELS.items()],
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["whose"].choices = [  # type: ignore[attr-defined]
            (of.value, _(label)) for of, label in OF_LABELS.items()
        ]

    def usual(self) -> Period:
        return usual_period(self.today)

    def asked_of(self) -> Of:
        """Whose alarms were asked for; warnings when nothing that exists was."""
        asked = self.data.get("whose", "")
        return Of(asked) if asked in {of.value for of in Of} else Of.WARNINGS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        usual = self.usual()
        first, last = data.get("first") or usual.first, data.get("last") or usual.last
        if last < first:
            self.add_error("last", _("The last day lies before the first. Choose a later one."))
        elif (last - first).days > MOST_DAYS:
            self.add_error("first", _("At most ten years at once. Choose a later first day."))
        elif first > self.today:
            self.add_error("first", _("This day has not come yet. Choose an earlier one."))
        elif first.year not in YEARS_KEPT:
            self.add_error("first", _("Choose a day of this or the last century."))
        return data

    def period(self) -> Period:
        """What was asked, or the usual period when it was refused."""
        usual = self.usual()
        if not self.is_valid():
            return usual
        return Period(
            first=self.cleaned_data["first"] or usual.first,
            last=self.cleaned_data["last"] or usual.last,
        )


class ScorePeriod(AskedPeriod):
    by = forms.ChoiceField(
        label=_("told apart by"),
        required=False,
        choices=[(cut.value, label) for cut, label in CUT_LABELS.items()],
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.fields["by"].choices = [  # type: ignore[attr-defined]
            (cut.value, _(label)) for cut, label in CUT_LABELS.items()
        ]


class TallyPeriod(AskedPeriod):
    """What is counted: of one hazard or county, where they are named."""

    hazard = forms.ChoiceField(label=_("hazard"), required=False)
    place = forms.ChoiceField(label=_("county"), required=False)
    by = forms.ChoiceField(label=_("told apart by"), required=False)

    def __init__(
        self, *args: Any, today: dt.date, places: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.fields["whose"].label = _("what is counted")
        every = ("", _("all"))
        choices = {
            "hazard": [every, *HAZARD_CHOICES],
            "place": [every, *places.items(), (NOWHERE, _("place not known"))],
            "by": [(by.value, _(label)) for by, label in BY_LABELS.items()],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]

    def usual(self) -> Period:
        return year_until(self.today)

    def asked(self) -> Asked:
        """What was asked, as far as it exists; the errors say what does not."""
        self.is_valid()
        hazard = self.cleaned_data.get("hazard")
        return Asked(
            period=self.period(),
            of=self.asked_of(),
            hazard=Hazard(hazard) if hazard else None,
            place=self.cleaned_data.get("place") or "",
        )

    def told_apart(self) -> By:
        return By(self.cleaned_data.get("by") or By.HAZARD)
