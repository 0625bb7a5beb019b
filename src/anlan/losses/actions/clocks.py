"""The clocks of a recent accident: reports upward, and the investigation.

An accident that was entered afterwards opens none. The first step, from the unit to the county, is
the enterprise's and is shown on the page; the step to the State is the province's.
"""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext, override

from anlan.base.due.applying import NewDue, apply_open, apply_withdraw
from anlan.base.journal.recording import Recording
from anlan.base.models import IS_OPEN, Due
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.labels import gettext_noop
from anlan.losses.models import Accident
from anlan.losses.queries.accidents import city_day, grade_of, window_of
from anlan.losses.rules.accident_grade import grade_so_far
from anlan.losses.rules.accident_terms import (
    INVESTIGATION_RULE,
    REPORT_RULE,
    investigation_due,
    report_deadlines,
    terms,
)
from anlan.losses.rules.grades import IncidentGrade
from anlan.registers import queries as registers

SUBJECT = "losses.accident"
TITLE_CHARS = 200
TO_CITY = gettext_noop("Report to the city: {title}")
TO_PROVINCE = gettext_noop("Report to the province: {title}")
INVESTIGATE = gettext_noop("Investigation report: {title}")
WITHDRAWN = gettext_noop("The grade rose: another level investigates.")
INVESTIGATED_HERE = {
    IncidentGrade.ORDINARY: "county",
    IncidentGrade.RELATIVELY_SERIOUS: "city",
}
"""Order 493 Art. 19; higher grades are investigated by the province or the State."""
HOUR = dt.timedelta(hours=1)


def open_clocks(rec: Recording, row: Accident) -> int:
    """Open what the present grade asks for and is not open yet. Returns how many."""
    if row.is_back_filled or city_day(rec.now) > window_of(row):
        return 0
    known = {(due.rule, due.unit): due for due in dues_of(row)}
    grade = grade_so_far(grade_of(row))
    opened = 0
    for new in (*_reports(row, grade), *_investigation(row, grade)):
        if (new.rule, new.addressee.unit) not in known:
            apply_open(rec, new)
            opened += 1
    _withdraw_lower(rec, row, grade, known)
    return opened


def dues_of(row: Accident) -> list[Due]:
    return list(Due.objects.filter(subject_model=SUBJECT, subject_key=str(row.pk)))


def close_clocks(rec: Recording, row: Accident, why: str) -> None:
    """Nothing more is expected because of this record."""
    for due in Due.objects.filter(IS_OPEN, subject_model=SUBJECT, subject_key=str(row.pk)):
        apply_withdraw(rec, due.pk, why=why[:300])


def _reports(row: Accident, grade: IncidentGrade) -> list[NewDue]:
    start = row.head_told_at or row.occurred_at
    times = report_deadlines(grade, start).known()
    city = _city(row)
    found = []
    if times.city is not None and row.unit.code != city:
        found.append(_report(row, TO_CITY, _own(row), start, times.city))
    if times.province is not None:
        found.append(_report(row, TO_PROVINCE, Addressee(unit=city), start, times.province))
    return found


def _report(
    row: Accident, title: str, addressee: Addressee, start: dt.datetime, end: dt.datetime
) -> NewDue:
    table = terms()
    return NewDue(
        subject_model=SUBJECT,
        subject_key=str(row.pk),
        title=_title(title, row),
        rule=REPORT_RULE,
        source=table["source"] + table["report"]["article"],
        addressee=addressee,
        kind=ClockKind.HOURS,
        amount=(end - start) // HOUR,
        start_at=start,
    )


def _investigation(row: Accident, grade: IncidentGrade) -> list[NewDue]:
    """Coal mines are investigated by the mine safety administration, not by governments."""
    level = INVESTIGATED_HERE.get(grade)
    if level is None or row.sector.is_coal_mine:
        return []
    table = terms()
    return [
        NewDue(
            subject_model=SUBJECT,
            subject_key=str(row.pk),
            title=_title(INVESTIGATE, row),
            rule=INVESTIGATION_RULE,
            source=table["source"] + table["investigation"]["article"],
            addressee=_own(row) if level == "county" else Addressee(unit=_city(row)),
            kind=ClockKind.FIXED_DAY,
            fixed_on=investigation_due(city_day(row.occurred_at)).known(),
            start_at=row.occurred_at,
        )
    ]


def _withdraw_lower(
    rec: Recording, row: Accident, grade: IncidentGrade, known: dict[tuple[str, str], Due]
) -> None:
    """An investigation that passed to a higher level is no longer expected of the lower one."""
    wanted = {new.addressee.unit for new in _investigation(row, grade)}
    with override(settings.LANGUAGE_CODE):
        why = gettext(WITHDRAWN)
    for (rule, unit), due in known.items():
        is_open = due.answered_at is None and due.withdrawn_at is None
        if rule == INVESTIGATION_RULE and unit not in wanted and is_open:
            apply_withdraw(rec, due.pk, why=why)


def _own(row: Accident) -> Addressee:
    body = row.body.code if row.body.unit_id == row.unit_id else ""
    return Addressee(unit=row.unit.code, body=body)


def _city(row: Accident) -> str:
    city = registers.city_unit()
    return city.code if city is not None else str(row.unit.code)


def _title(title: str, row: Accident) -> str:
    with override(settings.LANGUAGE_CODE):
        return gettext(title).format(title=row.title)[:TITLE_CHARS]
