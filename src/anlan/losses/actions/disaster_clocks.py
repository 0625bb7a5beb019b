"""The clocks of a disaster process whose hour of onset was told: they open, are answered by the
reports themselves, and end with the final ones. A process without that hour has none.
"""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext

from anlan.base.city_language import city_language
from anlan.base.clock import CITY_ZONE
from anlan.base.due.applying import NewDue, apply_answer, apply_open, apply_withdraw
from anlan.base.journal.recording import Recording
from anlan.base.models import IS_OPEN, Due
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import SourceStatus
from anlan.losses.choices import ReportKind
from anlan.losses.models import Disaster, DisasterFigure
from anlan.losses.rules.disaster_terms import Step, Term, rule_of, term_of
from anlan.registers import queries as registers
from anlan.registers.models import ReportingUnit

SUBJECT = "losses.disaster"
TITLE_CHARS = 200
TITLES = {
    Step.FIRST: gettext_noop("First report of the disaster: {title}"),
    Step.ONWARD: gettext_noop("Pass the first report on to the province: {title}"),
    Step.FOLLOW_UP: gettext_noop("Follow-up report, even when nothing changed: {title}"),
    Step.FINAL_COUNTY: gettext_noop("Final figures of the disaster: {title}"),
    Step.FINAL_CITY: gettext_noop("Final figures of the city on the disaster: {title}"),
}
REPORTED = gettext_noop("Reported: statement {number}.")
STABLE = gettext_noop("The disaster has ended: the final figures follow.")
COUNTED_IN = {
    "hours": ClockKind.HOURS,
    "calendar_days": ClockKind.CALENDAR_DAYS,
    "working_days": ClockKind.WORKING_DAYS,
}


def open_first(rec: Recording, row: Disaster) -> None:
    """The unit that opened it reports first; the city, having opened it, passes it on."""
    if row.began_at is None:
        return
    if _is_city(row.unit):
        _open(rec, row, Step.ONWARD, row.unit, rec.now)
    else:
        _open(rec, row, Step.FIRST, row.unit, row.began_at)


def follow_report(rec: Recording, row: Disaster, figure: DisasterFigure) -> None:
    """A report answers what its unit owed and opens what follows it."""
    if row.began_at is None or figure.report_kind == ReportKind.CORRECTION:
        return
    unit = figure.unit
    is_final = figure.report_kind == ReportKind.FINAL
    done = [Step.FIRST, Step.FOLLOW_UP, *([Step.FINAL_COUNTY] if is_final else [])]
    _answer(rec, row, unit, done, figure.number)
    city = registers.city_unit()
    if city is not None and not _is_city(unit):
        _open_once(rec, row, Step.ONWARD, city, rec.now)
    if not is_final and row.ended_on is None:
        _open(rec, row, Step.FOLLOW_UP, unit, figure.reported_at)
    elif not is_final:
        _open_once(rec, row, Step.FINAL_COUNTY, unit, _end_of(row))


def follow_end(rec: Recording, row: Disaster) -> None:
    """The day of the end was told: no more follow-ups, the final figures are owed."""
    if row.began_at is None or row.ended_on is None:
        return
    for due in _dues(row).filter(IS_OPEN, rule=rule_of(Step.FOLLOW_UP)):
        apply_withdraw(rec, due.pk, why=_said(STABLE))
    held = DisasterFigure.objects.filter(disaster=row, superseded_at__isnull=True)
    for figure in held.exclude(report_kind=ReportKind.FINAL).select_related("unit"):
        _open_once(rec, row, Step.FINAL_COUNTY, figure.unit, _end_of(row))
    city = registers.city_unit()
    if city is not None and held.exists():
        _open_once(rec, row, Step.FINAL_CITY, city, _end_of(row))


def _open_once(
    rec: Recording, row: Disaster, step: Step, unit: ReportingUnit, start: dt.datetime
) -> None:
    if not _dues(row).filter(rule=rule_of(step), unit=unit.code).exists():
        _open(rec, row, step, unit, start)


def _open(
    rec: Recording, row: Disaster, step: Step, unit: ReportingUnit, start: dt.datetime
) -> None:
    verdict = term_of(step, hazard=row.hazard)
    kind, amount = _counted(verdict.known())
    reason = verdict.reasons[0]
    source = f"{reason.source}{reason.article}"
    if reason.status is SourceStatus.FROM_MEMORY:
        source += f"（{_said(reason.status.label)}）"
    apply_open(
        rec,
        NewDue(
            subject_model=SUBJECT,
            subject_key=str(row.pk),
            title=_said(TITLES[step], title=row.title)[:TITLE_CHARS],
            rule=rule_of(step),
            source=source,
            addressee=Addressee(unit=unit.code),
            kind=kind,
            amount=amount,
            start_at=start,
        ),
    )


def _counted(term: Term) -> tuple[ClockKind, int]:
    name = next(name for name in COUNTED_IN if getattr(term, name))
    return COUNTED_IN[name], getattr(term, name)


def _answer(
    rec: Recording, row: Disaster, unit: ReportingUnit, steps: list[Step], number: int
) -> None:
    rules = [rule_of(step) for step in steps]
    for due in _dues(row).filter(IS_OPEN, rule__in=rules, unit=unit.code):
        apply_answer(rec, due.pk, what=_said(REPORTED, number=number))


def _dues(row: Disaster) -> QuerySet[Due]:
    return Due.objects.filter(subject_model=SUBJECT, subject_key=str(row.pk))


def _end_of(row: Disaster) -> dt.datetime:
    """A working-day term does not count the day it begins on: the day of the end."""
    return dt.datetime.combine(row.ended_on or row.began_on, dt.time(12), CITY_ZONE)


def _is_city(unit: ReportingUnit) -> bool:
    city = registers.city_unit()
    return city is not None and unit.pk == city.pk


def _said(text: str, **named: object) -> str:
    with city_language():
        return gettext(text).format(**named)
