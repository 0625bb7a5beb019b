"""What was decided about an accident, each verdict with its grounds."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.losses.models import Accident
from anlan.losses.queries.accidents import (
    city_day,
    grade_of,
    near_serious_of,
    reporting_grade_of,
    window_of,
)
from anlan.losses.rules.accident_count import Counting as CountingRule
from anlan.losses.rules.accident_count import Deaths, count_deaths, decide_counting
from anlan.losses.rules.accident_terms import AccidentKind as KindRule
from anlan.losses.rules.accident_terms import follow_up_until, investigation_due, report_deadlines
from anlan.losses.screens.common import basis_of, grade_text
from anlan.losses.screens.endangered import yes_no


def verdicts_of(row: Accident) -> list[Any]:
    """Everything that was decided about it, each with its grounds."""
    grade = grade_of(row)
    occurred_on, kind = city_day(row.occurred_at), KindRule(row.kind)
    start = row.head_told_at or row.occurred_at
    deadlines = report_deadlines(reporting_grade_of(row), start)
    near = near_serious_of(row)
    times = deadlines.known()
    levels = (
        (_("county"), times.county),
        (_("city"), times.city),
        (_("province"), times.province),
        (_("nation"), times.nation),
    )
    latest = "；".join(
        f"{label} {at.astimezone(clock.CITY_ZONE):%Y-%m-%d %H:%M}" for label, at in levels if at
    )
    window = follow_up_until(kind, occurred_on)
    investigation = investigation_due(occurred_on)
    counting = decide_counting(CountingRule(row.counting), row.counting_note)
    found = [
        basis_of(str(_("grade")), grade_text(grade), grade),
        basis_of(str(_("statistics")), str(row.get_counting_display()), counting),
        basis_of(str(_("reported like a relatively serious accident")), yes_no(near), near),
        basis_of(str(_("reports at the latest")), latest, deadlines),
        basis_of(str(_("changes count until")), window.known().isoformat(), window),
        basis_of(
            str(_("investigation report by")), investigation.known().isoformat(), investigation
        ),
    ]
    if (
        row.deaths is not None
        and row.counted_deaths is not None
        and row.deaths > row.counted_deaths
    ):
        late = count_deaths(
            Deaths(known=row.counted_deaths, counted=row.counted_deaths),
            deaths=row.deaths,
            changed_on=window_of(row) + dt.timedelta(days=1),
            occurred_on=occurred_on,
            kind=kind,
        )
        found.insert(1, basis_of(str(_("deaths counted")), str(row.counted_deaths), late))
    return found
