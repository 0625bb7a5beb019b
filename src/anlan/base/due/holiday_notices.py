"""A year's holiday notice arrives or is set right: the dues that rest on it are counted anew in
the same entry. Answered and withdrawn dues and clocks that stand still are left as they are."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.due.access import require_keeping
from anlan.base.due.applying import apply_recount, counted, pauses_by_due
from anlan.base.errors import Conflict, Invalid
from anlan.base.journal.content import canonical, plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.models import Due, DuePause, HolidayYear
from anlan.base.parts import Progress
from anlan.base.rules.due.state import DueState
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import SourceStatus
from anlan.base.rules.working_days import HolidayNotice, national_calendar
from anlan.base.upkeep import validate
from anlan.base.working_calendar import calendar

LOADER = Actor.program("profile")


class YearEnteredAlready(Invalid):
    code = "year-entered-already"
    message = gettext_noop("The notice of {year} is entered already. Open that year to change it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """What a year's notice says. Days off lie on Monday to Friday, worked days on weekends."""

    year: int
    source: str
    days_off: tuple[dt.date, ...]
    worked_weekend_days: tuple[dt.date, ...]
    document_number: str = ""
    status: str = SourceStatus.VERIFIED.value

    def columns(self) -> dict[str, Any]:
        return {
            "source": self.source.strip(),
            "document_number": self.document_number.strip(),
            "status": self.status,
            "days_off": [day.isoformat() for day in sorted(set(self.days_off))],
            "worked_weekend_days": [
                day.isoformat() for day in sorted(set(self.worked_weekend_days))
            ],
        }


def set_year(
    notice: NewNotice,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Enter a year's notice (`expected_version` 0) or set it right; dues are counted anew."""
    require_keeping(actor)
    with recording(
        action="base.holidayyear.set",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"year": notice.year, "version": expected_version, **notice.columns()},
    ) as rec:
        if not rec.repeated:
            row = _write(rec, notice, expected_version)
            recounted = recount_dues(rec)
            rec.note(year=notice.year, recounted=recounted)
            rec.result = {
                "id": str(row.pk),
                "year": row.year,
                "version": row.version,
                "recounted": recounted,
            }
    return rec.result


def recount_dues(rec: Recording) -> int:
    """Count every running due anew with the calendar of this transaction. Returns how many
    changed."""
    days, changed = calendar(), 0
    running = list(Due.objects.filter(state=DueState.RUNNING.value).order_by("id"))
    pauses = pauses_by_due(
        DuePause.objects.filter(due__state=DueState.RUNNING.value).values_list("due", flat=True)
    )
    for due in running:
        now_is = (due.due_at, due.is_provisional, due.next_level_at)
        if counted(due, pauses.get(due.pk, []), days) != now_is:
            changed += apply_recount(rec, due.pk, days)
    return changed


def load_calendar(profile: Any, progress: Progress) -> None:
    """The notices that ship with the program; a year that is held already is left as it is."""
    notices = national_calendar().notices
    text = canonical([[n.year, *map(str, n.days_off + n.worked_weekend_days)] for n in notices])
    with recording(
        action="base.holidayyear.load",
        actor=LOADER,
        now=clock.now(),
        request_id=f"calendar-{plain_digest(text.encode())[:40]}",
    ) as rec:
        if not rec.repeated:
            held = set(HolidayYear.objects.values_list("year", flat=True))
            rows = [_row(notice) for notice in notices if notice.year not in held]
            rec.add_many(rows)
            rec.note(years=len(rows), recounted=recount_dues(rec) if rows else 0)
    progress(f"working-day calendar: {HolidayYear.objects.count()}")


def _row(notice: HolidayNotice) -> HolidayYear:
    return HolidayYear(
        year=notice.year,
        source=notice.source,
        status=notice.status.value,
        days_off=[day.isoformat() for day in notice.days_off],
        worked_weekend_days=[day.isoformat() for day in notice.worked_weekend_days],
    )


def _write(rec: Recording, notice: NewNotice, expected_version: int) -> HolidayYear:
    known: uuid.UUID | None = (
        HolidayYear.objects.filter(year=notice.year).values_list("pk", flat=True).first()
    )
    if known is None:
        if expected_version:
            raise Conflict(expected=expected_version, current=0)
        row = HolidayYear(year=notice.year, **notice.columns())
        validate(row)
        rec.add(row)
        return row
    if not expected_version:
        raise YearEnteredAlready(field="year", year=notice.year)
    row = rec.lock(HolidayYear, known, expected_version=expected_version)
    for name, value in notice.columns().items():
        setattr(row, name, value)
    validate(row)
    rec.save(row)
    return row
