"""Upload of bodies: adds bodies and sets names right; many at once, all or nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from anlan.base.actor import Actor
from anlan.base.journal.recording import Recording, recording
from anlan.registers.access import require
from anlan.registers.actions.bodies_check import (
    BodiesPlan,
    BodyLine,
    PlannedBody,
    check_bodies,
    mark_of,
)
from anlan.registers.actions.profile import initials
from anlan.registers.actions.row_errors import RowsRefused
from anlan.registers.choices import NameKind, UnitKind
from anlan.registers.models import Body, BodyName
from anlan.registers.rules.scope import Capability

OUTCOMES = ("new", "renamed", "confirmed", "unchanged")


def plan_bodies(lines: Sequence[BodyLine], *, actor: Actor) -> BodiesPlan:
    """The dry run: what an import would do, and what stops it. Writes nothing."""
    require(actor, Capability.KEEP_REGISTERS)
    return check_bodies(lines)


def import_bodies(
    lines: Sequence[BodyLine],
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Take every row in one entry, or none (RowsRefused). A body is known by its code, else by
    unit and short name, so a file may be imported again. Returns a count for each outcome.

    A name that is set right stays findable: it is kept as another name of the body.
    """
    require(actor, Capability.KEEP_REGISTERS)
    with recording(
        action="registers.bodies.import",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"lines": [str(line) for line in lines]},
    ) as rec:
        if rec.repeated:
            return rec.result
        plan = check_bodies(lines)
        if plan.errors:
            raise RowsRefused(plan.errors)
        _Writer(rec=rec).write(plan.bodies)
        rec.result = {outcome: plan.count(outcome) for outcome in OUTCOMES}
    return rec.result


@dataclass(slots=True, kw_only=True)
class _Writer:
    rec: Recording
    names: list[BodyName] = field(default_factory=list)

    def write(self, planned: Sequence[PlannedBody]) -> None:
        position = Body.objects.count()
        new: list[Body] = []
        for entry in planned:
            if entry.outcome == "new":
                position += 1
                new.append(_new_body(entry, position))
                self._name(new[-1], entry.line.full_name, NameKind.FULL)
                self._name(new[-1], entry.line.short_name, NameKind.SHORT)
            elif entry.outcome != "unchanged":
                self._change(entry)
        self.rec.add_many(new)
        self.rec.add_many(self.names)

    def _change(self, entry: PlannedBody) -> None:
        line = entry.line
        body = self.rec.lock(Body, entry.body.pk)  # type: ignore[union-attr]
        rows = list(BodyName.objects.filter(body=body))
        self._retire(body, rows, NameKind.FULL, line.full_name)
        self._retire(body, rows, NameKind.SHORT, line.short_name)
        body.full_name, body.short_name = line.full_name, line.short_name
        body.source, body.mark = line.source, mark_of(line)
        self.rec.save(body)
        self._vouch(body, rows, NameKind.FULL, line.full_name)
        self._vouch(body, rows, NameKind.SHORT, line.short_name)

    def _retire(self, body: Body, rows: list[BodyName], kind: str, new: str) -> None:
        """What the body was called until now becomes another name of it."""
        old = body.full_name if kind == NameKind.FULL else body.short_name
        if old == new:
            return
        row, alias = _row(rows, kind, old), _row(rows, NameKind.ALIAS, old)
        if row is not None:
            row = self.rec.lock(BodyName, row.pk)
        if row is not None and alias is not None:
            self.rec.remove(row)
        elif row is not None:
            row.kind = NameKind.ALIAS
            self.rec.save(row)
        elif alias is None:
            self._name(body, old, NameKind.ALIAS)

    def _vouch(self, body: Body, rows: list[BodyName], kind: str, name: str) -> None:
        """The name that holds now bears the source and mark of the upload; an other name that
        holds again stops being an other name."""
        known = _row(rows, kind, name) or _row(rows, NameKind.ALIAS, name)
        if known is None:
            self._name(body, name, kind)
            return
        row = self.rec.lock(BodyName, known.pk)
        row.kind, row.source, row.mark = kind, body.source, body.mark
        self.rec.save(row)

    def _name(self, body: Body, name: str, kind: str) -> None:
        self.names.append(
            BodyName(
                body=body,
                kind=kind,
                name=name,
                only_in_unit=_is_shared_form(body, name),
                source=body.source,
                mark=body.mark,
            )
        )


def _row(rows: list[BodyName], kind: str, name: str) -> BodyName | None:
    return next((row for row in rows if row.kind == kind and row.name == name), None)


def _new_body(entry: PlannedBody, position: int) -> Body:
    return Body(
        code=entry.code,
        full_name=entry.line.full_name,
        short_name=entry.line.short_name,
        kind=entry.kind,
        unit=entry.unit,
        initials=initials(entry.line.short_name.removeprefix("市")),
        position=position,
        source=entry.line.source,
        mark=mark_of(entry.line),
    )


def _is_shared_form(body: Body, name: str) -> bool:
    """县教育局 names a body only inside its county; 新绛县教育局 names it everywhere."""
    return body.unit.kind != UnitKind.CITY and not name.startswith(body.unit.short_name)
