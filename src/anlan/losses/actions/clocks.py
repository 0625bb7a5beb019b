"""The clocks of a recent accident: reports upward, and the investigation.

An accident that was entered afterwards opens none. The first step, from the enterprise to the
county, is watched by the county, once it is known when the head of the enterprise was told. The
report of the province to the State is the province's and is shown on the page; what county and
city owe the province and the ministry at once (Order 21, from memory) is a clock of theirs.
"""

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext

from anlan.base.city_language import city_language
from anlan.base.due.applying import NewDue, apply_open, apply_withdraw
from anlan.base.journal.recording import Recording
from anlan.base.models import IS_OPEN, Due
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import SourceStatus
from anlan.losses.models import Accident
from anlan.losses.queries.accidents import city_day, grade_of, reporting_grade_of, window_of
from anlan.losses.rules.accident_grade import grade_so_far
from anlan.losses.rules.accident_terms import (
    FAST_REPORT_RULE,
    INVESTIGATION_RULE,
    REPLY_RULE,
    REPORT_RULE,
    UNIT_REPORT_RULE,
    investigation_due,
    reply_due,
    report_deadlines,
    terms,
)
from anlan.losses.rules.grades import IncidentGrade
from anlan.losses.rules.near_serious import table as near_table
from anlan.registers import queries as registers

SUBJECT = "losses.accident"
TITLE_CHARS = 200
FROM_UNIT = gettext_noop("The enterprise's report to the county: {title}")
PHONE_PROVINCE = gettext_noop("Telephone the province: {title}")
PHONE_MINISTRY = gettext_noop("Telephone the province and the ministry: {title}")
REPLY = gettext_noop("Reply to the investigation report: {title}")
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
    reported = reporting_grade_of(row)
    told = (*_from_enterprise(row), *_reports(row, reported), *_at_once(row, reported, rec.now))
    for new in (*told, *_investigation(row, grade)):
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


def _from_enterprise(row: Accident) -> list[NewDue]:
    """Nobody knows when it is due before it is known when the head was told."""
    if row.head_told_at is None:
        return []
    until = report_deadlines(IncidentGrade.ORDINARY, row.head_told_at).known().county
    if until is None:
        return []
    new = _report(row, FROM_UNIT, _own(row), row.head_told_at, until)
    return [replace(new, rule=UNIT_REPORT_RULE)]


def _at_once(row: Accident, grade: IncidentGrade, now: dt.datetime) -> list[NewDue]:
    """Order 21 [M]: county and city telephone the province within an hour of receipt, for 重大 and
    特别重大 the ministry as well. House rule: what is entered here is received by both then."""
    if grade.rank() > IncidentGrade.RELATIVELY_SERIOUS.rank():
        return []
    is_highest = grade.rank() <= IncidentGrade.SERIOUS.rank()
    title = PHONE_MINISTRY if is_highest else PHONE_PROVINCE
    order, city = near_table()["order_21"], _city(row)
    status = SourceStatus(order["fast_status"])
    with city_language():
        source = f"{order['source']}（{gettext(status.label)}）"
    end = now + order["fast_report_hours"] * HOUR
    to = [_own(row)] if row.unit.code == city else [_own(row), Addressee(unit=city)]
    return [
        replace(_report(row, title, each, now, end), rule=FAST_REPORT_RULE, source=source)
        for each in to
    ]


def open_reply(rec: Recording, row: Accident) -> bool:
    """The investigation report was handed in: the government of its level replies to it."""
    known = dues_of(row)
    done = [due for due in known if due.rule == INVESTIGATION_RULE and due.answered_at]
    if not done or any(due.rule == REPLY_RULE for due in known):
        return False
    report = max(done, key=lambda due: due.answered_at or rec.now)
    received = report.answered_at or rec.now
    table = terms()
    apply_open(
        rec,
        NewDue(
            subject_model=SUBJECT,
            subject_key=str(row.pk),
            title=_title(REPLY, row),
            rule=REPLY_RULE,
            source=table["source"] + table["reply"]["article"],
            addressee=Addressee(unit=report.unit),
            kind=ClockKind.FIXED_DAY,
            fixed_on=reply_due(grade_so_far(grade_of(row)), city_day(received)).known(),
            start_at=received,
        ),
    )
    return True


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
    with city_language():
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
    with city_language():
        return gettext(title).format(title=row.title)[:TITLE_CHARS]
