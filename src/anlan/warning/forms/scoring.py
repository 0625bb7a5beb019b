"""The period that is scored, and by what it is told apart."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.warning.queries.scoring import CUT_LABELS
from anlan.warning.queries.scoring_records import OF_LABELS, Of, Period

MOST_DAYS = 3_660
YEARS = 3
YEARS_KEPT: Final = range(1900, 2201)
"""Years that a day of the score may lie in."""


def usual_period(today: dt.date) -> Period:
    """House rule: this year and the two before it; events are rare."""
    return Period(first=dt.date(today.year - YEARS + 1, 1, 1), last=today)


class ScorePeriod(forms.Form):
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
    by = forms.ChoiceField(
        label=_("told apart by"),
        required=False,
        choices=[(cut.value, label) for cut, label in CUT_LABELS.items()],
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["whose"].choices = [  # type: ignore[attr-defined]
            (of.value, _(label)) for of, label in OF_LABELS.items()
        ]
        self.fields["by"].choices = [  # type: ignore[attr-defined]
            (cut.value, _(label)) for cut, label in CUT_LABELS.items()
        ]

    def asked_of(self) -> Of:
        """Whose alarms were asked for; warnings when nothing that exists was."""
        asked = self.data.get("whose", "")
        return Of(asked) if asked in {of.value for of in Of} else Of.WARNINGS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        usual = usual_period(self.today)
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
        usual = usual_period(self.today)
        if not self.is_valid():
            return usual
        return Period(
            first=self.cleaned_data["first"] or usual.first,
            last=self.cleaned_data["last"] or usual.last,
        )
