"""Accidents are entered, reported on, corrected and counted or not; none is ever removed."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.keeping.merging import winner_of
from anlan.base.records import Record
from anlan.base.upkeep import validate
from anlan.losses.actions.clocks import open_clocks, open_reply
from anlan.losses.actions.errors import (
    LikelyDuplicate,
    MergedAway,
    NothingChanged,
    NothingReported,
    OnlyOfficeCounts,
)
from anlan.losses.actions.stating import (
    PLACED,
    Figures,
    Statement,
    apply_figures,
    check_accident,
    check_statement,
    require_note_of_fall,
    write_statement,
)
from anlan.losses.choices import Counting, ReportKind
from anlan.losses.models import Accident, AccidentFigure, AccidentSector
from anlan.losses.queries.accidents import city_day, likely_same
from anlan.registers.access import require, require_keeping
from anlan.registers.models import Body, Enterprise, Region, ReportingUnit
from anlan.registers.rules.scope import Capability

CHANGEABLE = (
    "title",
    "occurred_at",
    "kind",
    "unit",
    "region",
    "address",
    "longitude_deg",
    "latitude_deg",
    "sector",
    "enterprise",
    "body",
    "head_told_at",
    "people_at_risk",
    "people_trapped",
    "people_evacuated",
    "people_observed",
    "threat",
    "source",
    "mark",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccident:
    """An accident as it is entered. Without a region it lies in that of the unit;
    `is_other`: looked at those that look like it, and it is another one."""

    title: str
    occurred_at: dt.datetime
    kind: str
    unit: ReportingUnit
    sector: AccidentSector
    body: Body
    region: Region | None = None
    address: str = ""
    longitude_deg: float | None = None
    latitude_deg: float | None = None
    enterprise: Enterprise | None = None
    head_told_at: dt.datetime | None = None
    people_at_risk: int | None = None
    people_trapped: int | None = None
    people_evacuated: int | None = None
    people_observed: int | None = None
    threat: str = ""
    is_back_filled: bool = False
    is_other: bool = False
    source: str = ""
    mark: str = "V"

    def columns(self) -> dict[str, Any]:
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        del found["is_other"]
        return found | {
            "region": self.region or self.unit.region,
            "title": self.title.strip(),
            "address": self.address.strip(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report on an accident. `reported_at` is now and `changed_on` its day when not given."""

    figures: Figures
    report_kind: str = ReportKind.FOLLOW_UP
    reported_at: dt.datetime | None = None
    changed_on: dt.date | None = None
    note: str = ""
    source: str = ""


def add_accident(
    new: NewAccident,
    report: Report,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Enter an accident with its first figures; a recent one opens its clocks."""
    scope = require_keeping(actor, new.unit.code, new.body.code)
    if report.figures.is_empty:
        raise NothingReported(field="deaths")
    asked = payload(new.columns()) | payload_of_report(report)
    with recording(
        action="losses.accident.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=asked,
        valid_at=new.occurred_at,
    ) as rec:
        if rec.repeated:
            return rec.result
        row = Accident(**new.columns())
        check_accident(row, now)
        if not new.is_other:
            _refuse_duplicate(scope, row)
        first = _first(row, report, now)
        check_statement(row, first, now)
        apply_figures(row, report.figures, first)
        validate(row)
        rec.add(row)
        write_statement(rec, row, first)
        clocks = open_clocks(rec, row)
        rec.result = {"id": str(row.pk), "version": row.version, "clocks": clocks}
    return rec.result


def report_accident(
    accident_id: uuid.UUID,
    report: Report,
    *,
    body: Body | None = None,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """A follow-up or final report: one more statement, the earlier ones stay."""
    with recording(
        action="losses.accident.report",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"key": str(accident_id), "version": expected_version} | payload_of_report(report),
    ) as rec:
        if rec.repeated:
            return rec.result
        row = _locked(rec, accident_id, expected_version)
        statement = Statement(
            report_kind=ReportKind(report.report_kind),
            reported_at=report.reported_at or now,
            changed_on=report.changed_on or city_day(report.reported_at or now),
            body=body or row.body,
            note=report.note,
            source=report.source,
        )
        _check_report(row, report, statement, now)
        apply_figures(row, report.figures, statement)
        validate(row)
        rec.save(row, with_parts=True)
        figure = write_statement(rec, row, statement)
        open_clocks(rec, row)
        rec.result = {"id": str(row.pk), "version": row.version, "number": figure.number}
    return rec.result


def change_accident(
    accident_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Correct where, when and how it happened. What decides the counting is stated anew."""
    known = {name: value for name, value in values.items() if name in CHANGEABLE}
    with recording(
        action="losses.accident.change",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"key": str(accident_id), "version": expected_version, **payload(known)},
    ) as rec:
        if rec.repeated:
            return rec.result
        row = _locked(rec, accident_id, expected_version)
        for name, value in known.items():
            setattr(row, name, value)
        require_keeping(actor, row.unit.code, row.body.code)
        check_accident(row, now)
        restate(rec, row, note=reason)
        open_clocks(rec, row)
        rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def note_investigated(
    accident_id: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str
) -> dict[str, Any]:
    """Open the clock of the reply once the investigation report was handed in. By the program."""
    with recording(
        action="losses.accident.investigated",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"key": str(accident_id)},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Accident, accident_id)
            rec.result = {"id": str(row.pk), "opened": open_reply(rec, row)}
    return rec.result


def decide_counting(
    accident_id: uuid.UUID,
    *,
    counting: str,
    counting_note: str,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Whether it enters the statistics. House rule: the plan office decides; whoever answers for
    the figure does not."""
    scope = require(actor, Capability.KEEP_OWN)
    if not scope.may(Capability.KEEP_REGISTERS):
        raise OnlyOfficeCounts(field="counting")
    with recording(
        action="losses.accident.count",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"key": str(accident_id), "counting": counting, "note": counting_note},
    ) as rec:
        if rec.repeated:
            return rec.result
        row = _locked(rec, accident_id, expected_version)
        row.counting = Counting(counting)
        row.counting_note = counting_note.strip() if counting != Counting.COUNTED else ""
        restate(rec, row, note=reason)
        rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def restate(rec: Recording, row: Accident, *, note: str, force: bool = False) -> None:
    """Save a corrected accident, and state it anew when what decides the counting changed."""
    last = last_of(row)
    changed = force or last is None or _is_counted_otherwise(row, last)
    if changed and last is not None:
        statement = correction(row, last, rec.now, note)
        apply_figures(row, Figures.of(row), statement)
    validate(row)
    rec.save(row)
    if changed and last is not None:
        write_statement(rec, row, statement)


def correction(row: Accident, last: AccidentFigure, now: dt.datetime, note: str) -> Statement:
    """A statement of what is known already, corrected in how it is counted."""
    return Statement(
        report_kind=ReportKind.CORRECTION,
        reported_at=now,
        changed_on=max(last.changed_on, city_day(row.occurred_at)),
        body=row.body,
        note=note[:300],
    )


def last_of(row: Accident) -> AccidentFigure | None:
    found: AccidentFigure | None = (
        AccidentFigure.objects.filter(accident=row.pk).order_by("-number").first()
    )
    return found


def payload(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: str(value.pk if isinstance(value, Record) else value)
        for name, value in values.items()
    }


def payload_of_report(report: Report) -> dict[str, str]:
    return {f"report_{each.name}": str(getattr(report, each.name)) for each in fields(report)}


def _is_counted_otherwise(row: Accident, last: AccidentFigure) -> bool:
    names = [Accident._meta.get_field(name).attname for name in PLACED]
    moved = any(getattr(row, name) != getattr(last, name) for name in names)
    return moved or city_day(row.occurred_at) != last.occurred_on


def _first(row: Accident, report: Report, now: dt.datetime) -> Statement:
    reported_at = report.reported_at or now
    return Statement(
        report_kind=ReportKind(report.report_kind),
        reported_at=reported_at,
        changed_on=report.changed_on or city_day(row.occurred_at),
        body=row.body,
        note=report.note,
        source=report.source,
    )


def _check_report(row: Accident, report: Report, statement: Statement, now: dt.datetime) -> None:
    if report.figures.is_empty:
        raise NothingReported(field="deaths")
    check_statement(row, statement, now)
    before = Figures.of(row)
    if before == report.figures and not report.note.strip():
        raise NothingChanged(field="note")
    require_note_of_fall(before, report.figures, report.note)


def _refuse_duplicate(scope: Any, row: Accident) -> None:
    found = likely_same(
        scope,
        occurred_at=row.occurred_at,
        unit=row.unit_id,
        sector=row.sector_id,
        enterprise=row.enterprise_id,
    )
    if found.number:
        raise LikelyDuplicate(field="is_other", number=found.number)


def _locked(rec: Recording, key: uuid.UUID, version: int) -> Accident:
    """A visible accident for change, by who may keep it."""
    seen = Accident.objects.visible_to(rec.actor.scope).filter(pk=key)
    if not seen.exists():
        raise NotFound
    row = rec.lock(Accident, key, expected_version=version)
    require_keeping(rec.actor, row.unit.code, row.body.code)
    if winner_of(row) is not None:
        raise MergedAway
    return row
