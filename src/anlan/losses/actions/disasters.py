"""Natural disasters: a process is opened, units report figures, every report stays."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.errors import NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.upkeep import validate
from anlan.losses.actions.disaster_clocks import follow_end, follow_report, open_first
from anlan.losses.actions.errors import (
    BeforeTheEvent,
    FallNeedsNote,
    FiguresMovedOn,
    FinalAlready,
    FutureTime,
    ImpossibleFigures,
    InitialAlready,
    NothingReported,
    OtherDay,
    TooLongAgo,
)
from anlan.losses.actions.stating import FIRST_DAY, require_past, require_unit
from anlan.losses.choices import ReportKind
from anlan.losses.models import Disaster, DisasterFigure
from anlan.losses.queries.accidents import city_day
from anlan.losses.rules.disaster_figures import (
    FIELD_LABELS,
    DisasterFigures,
    fallen,
    faults_of,
)
from anlan.registers.access import require_keeping
from anlan.registers.models import Body, ReportingUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDisaster:
    """A process; without a number it gets one."""

    title: str
    hazard: str
    began_on: dt.date
    unit: ReportingUnit
    began_at: dt.datetime | None = None
    ended_on: dt.date | None = None
    code: str = ""
    note: str = ""
    source: str = ""
    mark: str = "V"

    def columns(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReport:
    """What one unit reports. `seen` is the number of the statement it was based on; None: not
    looked at one."""

    unit: ReportingUnit
    figures: DisasterFigures
    note: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """By whom and when the figures were reported."""

    report_kind: str
    reported_at: dt.datetime
    body: Body
    source: str = ""
    mark: str = "V"


def open_disaster(
    new: NewDisaster, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Open a disaster process."""
    require_keeping(actor, new.unit.code)
    with recording(
        action="losses.disaster.open",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={name: str(value) for name, value in new.columns().items()},
    ) as rec:
        if not rec.repeated:
            row = Disaster(**new.columns())
            row.code = row.code.strip() or _next_code(row)
            row.title = row.title.strip()
            check_disaster(row, now)
            validate(row)
            rec.add(row)
            open_first(rec, row)
            rec.result = {"id": str(row.pk), "version": row.version, "code": row.code}
    return rec.result


def change_disaster(
    disaster_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Correct title, end, note. The day it began stands: figures are counted by its year."""
    known = {n: v for n, v in values.items() if n in ("title", "ended_on", "note", "hazard")}
    with recording(
        action="losses.disaster.change",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"key": str(disaster_id), **{n: str(v) for n, v in known.items()}},
    ) as rec:
        if not rec.repeated:
            _visible(actor, disaster_id)
            row = rec.lock(Disaster, disaster_id, expected_version=expected_version)
            require_keeping(actor, row.unit.code)
            for name, value in known.items():
                setattr(row, name, value)
            check_disaster(row, now)
            validate(row)
            rec.save(row)
            follow_end(rec, row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def report_disaster(
    disaster_id: uuid.UUID,
    reports: tuple[UnitReport, ...],
    how: How,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Figures of one or many units in one entry: all of them, or none."""
    if not reports:
        raise NothingReported
    with recording(
        action="losses.disaster.report",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=_payload(disaster_id, reports, how),
    ) as rec:
        if rec.repeated:
            return rec.result
        _visible(actor, disaster_id)
        disaster = rec.lock(Disaster, disaster_id)  # reports on one process come one by one
        written = [_report(rec, disaster, report, how) for report in reports]
        rec.result = {
            "id": str(disaster.pk),
            "units": [row.unit.code for row in written],
            "figures": [str(row.pk) for row in written],
        }
    return rec.result


def check_disaster(row: Disaster, now: dt.datetime) -> None:
    """What the columns alone cannot see."""
    today = city_day(now)
    for name in ("began_on", "ended_on"):
        day = getattr(row, name)
        if day is not None and day > today:
            raise FutureTime(field=name, time=day.isoformat())
    if row.began_at is not None:
        require_past(row.began_at, now, "began_at")
        if city_day(row.began_at) != row.began_on:
            raise OtherDay(field="began_at", day=row.began_on.isoformat())
    if row.began_on < FIRST_DAY:
        first = FIRST_DAY.isoformat()
        raise TooLongAgo(field="began_on", time=row.began_on.isoformat(), first=first)
    require_unit(row.unit, row.began_on)


def complete_figure(rec: Recording, row: DisasterFigure) -> None:
    """Check a new statement, number it, and close the one before at the same instant."""
    _check(row, rec.now)
    last = (
        DisasterFigure.objects.filter(disaster=row.disaster_id, unit=row.unit_id)
        .order_by("-number")
        .first()
    )
    row.number, row.known_at = 1, rec.now
    row.entered_by, row.year = rec.actor.account, row.disaster.began_on.year
    if last is None:
        return
    _check_after(row, last)
    row.number, row.known_at = last.number + 1, max(rec.now, last.known_at)
    former = rec.lock(DisasterFigure, last.pk)
    former.superseded_at = row.known_at
    rec.save(former)


def _report(rec: Recording, disaster: Disaster, report: UnitReport, how: How) -> DisasterFigure:
    require_keeping(rec.actor, report.unit.code)
    _refuse_moved_on(disaster, report)
    row = DisasterFigure(
        disaster=disaster,
        unit=report.unit,
        report_kind=how.report_kind,
        reported_at=how.reported_at,
        body=how.body,
        note=report.note.strip(),
        source=how.source,
        mark=how.mark,
        **{name: getattr(report.figures, name) for name in FIELD_LABELS},
    )
    complete_figure(rec, row)
    validate(row)
    rec.add(row)
    follow_report(rec, disaster, row)
    return row


def _check(row: DisasterFigure, now: dt.datetime) -> None:
    figures = row.to_domain()
    if figures.is_empty:
        raise NothingReported
    require_past(row.reported_at, now, "reported_at")
    began = row.disaster.began_on
    if city_day(row.reported_at) < began:
        raise BeforeTheEvent(field="reported_at", time=began.isoformat())
    require_unit(row.unit, began)
    faults = faults_of(figures)
    if faults:
        reason = "；".join(fault.message.text(gettext) for fault in faults)
        raise ImpossibleFigures(field=faults[0].field, unit=row.unit.short_name, reason=reason)


def _check_after(row: DisasterFigure, last: DisasterFigure) -> None:
    if row.report_kind == ReportKind.INITIAL:
        raise InitialAlready(field="report_kind", unit=row.unit.short_name)
    if last.report_kind == ReportKind.FINAL and row.report_kind != ReportKind.CORRECTION:
        raise FinalAlready(field="report_kind", unit=row.unit.short_name)
    fell = fallen(last.to_domain(), row.to_domain())
    corrects = row.report_kind == ReportKind.CORRECTION
    if (fell or corrects) and not row.note.strip():
        labels = "、".join(gettext(FIELD_LABELS[name]) for name in fell)
        raise FallNeedsNote(field="note", fields=f"{row.unit.short_name}：{labels}")


def _refuse_moved_on(disaster: Disaster, report: UnitReport) -> None:
    if report.seen is None:
        return
    held = DisasterFigure.objects.filter(
        disaster=disaster, unit=report.unit, superseded_at__isnull=True
    ).first()
    if (held.number if held is not None else 0) != report.seen:
        raise FiguresMovedOn(unit=report.unit.short_name)


def _visible(actor: Actor, disaster_id: uuid.UUID) -> None:
    if not Disaster.objects.visible_to(actor.scope).filter(pk=disaster_id).exists():
        raise NotFound


def _next_code(row: Disaster) -> str:
    """Day, unit, and a serial where there are several."""
    stem = f"{row.began_on:%Y%m%d}-{row.unit.code}"
    taken = set(Disaster.objects.filter(code__startswith=stem).values_list("code", flat=True))
    if stem not in taken:
        return stem
    serial = 2
    while f"{stem}-{serial}" in taken:
        serial += 1
    return f"{stem}-{serial}"


def _payload(disaster_id: uuid.UUID, reports: tuple[UnitReport, ...], how: How) -> dict[str, Any]:
    return {
        "key": str(disaster_id),
        "kind": str(how.report_kind),
        "reported_at": how.reported_at.isoformat(),
        "body": str(how.body.pk),
        "units": [
            {
                "unit": report.unit.code,
                "note": report.note,
                **{n: str(getattr(report.figures, n)) for n in FIELD_LABELS},
            }
            for report in reports
        ],
    }
