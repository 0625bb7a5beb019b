"""Sending workbooks out: a collection with one workbook per body, and a term for each return."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.actions.collecting.errors import CollectionClosed, NothingToCollect
from anlan.plan.actions.collecting.terms import open_return_term
from anlan.plan.actions.loop.common import day_of, drop_term, why
from anlan.plan.models import Collection, CollectionSheet, Notice
from anlan.plan.queries.collecting.rows import (
    Carried,
    carried_by_body,
    numbered,
    rows_of,
    to_back_fill,
)
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.rules.workbook.collection import Purpose, stamp_of
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability, Scope


class DayPassed(Invalid):
    code = "day-passed"
    message = gettext_noop("{day} has passed. Choose a day from today on.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCollection:
    """`bodies` None: every body that owes something of the notice."""

    notice: uuid.UUID
    purpose: Purpose
    year: int
    wanted_on: dt.date | None = None
    note: str = ""
    bodies: tuple[uuid.UUID, ...] | None = None

    def payload(self) -> dict[str, Any]:
        return {
            "notice": str(self.notice),
            "purpose": self.purpose.value,
            "year": self.year,
            "wanted_on": str(self.wanted_on),
            "note": self.note,
            "bodies": [str(key) for key in self.bodies] if self.bodies is not None else "",
        }


def issue_collection(
    new: NewCollection, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Make the workbooks of a round, all in one entry. The plan office."""
    scope = require(actor, Capability.STEER_PLAN)
    notice = _notice(new.notice, scope)
    if new.wanted_on is not None and new.wanted_on < day_of(now):
        raise DayPassed(field="wanted_on", day=new.wanted_on.isoformat())
    with recording(
        action="plan.collection.issue",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=new.payload(),
    ) as rec:
        if not rec.repeated:
            collection = _collection(rec, new, notice)
            sheets = _sheets(new, notice, collection, day_of(now))
            for sheet in sheets:
                if new.wanted_on is not None and sheet.body is not None:
                    sheet.due = open_return_term(rec, sheet, new.wanted_on)
                validate(sheet)
                rec.add(sheet)
            rec.note(workbooks=len(sheets), rows=sum(len(sheet.rows) for sheet in sheets))
            rec.result = {
                "id": str(collection.pk),
                "version": collection.version,
                "workbooks": len(sheets),
            }
    return rec.result


def close_collection(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """End a round: terms that still run are withdrawn with the reason."""
    require(actor, Capability.STEER_PLAN)
    said = why(reason)
    with recording(
        action="plan.collection.close",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"collection": str(key), "reason": said},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Collection, key, expected_version=expected_version)
            require_open(row)
            row.closed_at = now
            for due in row.sheets.filter(due__isnull=False).values_list("due", flat=True):
                drop_term(rec, due, said)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def require_open(collection: Collection) -> None:
    if collection.closed_at is not None:
        raise CollectionClosed(
            collection=str(collection), day=day_of(collection.closed_at).isoformat()
        )


def _notice(key: uuid.UUID, scope: Scope) -> Notice:
    found: Notice | None = (
        Notice.objects.visible_to(scope).select_related("unit").filter(pk=key).first()
    )
    if found is None:
        raise NotFound
    return found


def _collection(rec: Recording, new: NewCollection, notice: Notice) -> Collection:
    last = Collection.objects.filter(year=new.year).aggregate(last=Max("number"))["last"] or 0
    row = Collection(
        notice=notice,
        purpose=new.purpose.value,
        year=new.year,
        number=last + 1,
        wanted_on=new.wanted_on,
        note=new.note.strip(),
        issued_at=rec.now,
        issued_by=rec.actor.account,
    )
    validate(row)
    rec.add(row)
    return row


def _sheets(
    new: NewCollection, notice: Notice, collection: Collection, day: dt.date
) -> list[CollectionSheet]:
    if new.purpose is Purpose.BACK_FILL:
        rows = numbered(to_back_fill(notice, live_from(notice.unit_id)))
        sheets = [_sheet(collection, 0, rows, notice.unit, None)] if rows else []
    else:
        carried = [one for one in carried_by_body(notice, day) if _is_asked(one, new)]
        sheets = [
            _sheet(collection, position, rows_of(one), one.body.unit, one.body)
            for position, one in enumerate(carried, 1)
        ]
    if not sheets:
        raise NothingToCollect(field="notice")
    return sheets


def _is_asked(one: Carried, new: NewCollection) -> bool:
    return new.bodies is None or one.body.pk in new.bodies


def _sheet(
    collection: Collection, position: int, rows: list[dict[str, Any]], unit: Any, body: Any
) -> CollectionSheet:
    return CollectionSheet(
        collection=collection,
        unit=unit,
        body=body,
        stamp=stamp_of(collection.year, collection.number, position),
        rows=rows,
    )
