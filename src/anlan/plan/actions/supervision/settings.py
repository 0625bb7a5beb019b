"""The settings of supervision: the city's ladder, and which bodies may issue slips."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed
from anlan.base.journal.recording import recording
from anlan.base.rules.message import RuleRefused
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import body_in, steers, whole, worker
from anlan.plan.actions.supervision.errors import SupervisionRefused
from anlan.plan.models import SlipIssuer, SupervisionLadder
from anlan.plan.rules.supervision.ladder import Ladder, SlipLevel, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLadder:
    """`steps` are those that are used, lowest first; `source` the document that sets them."""

    name: str
    version: str
    source: str
    valid_from: dt.date
    steps: tuple[Step, ...]


def set_ladder(
    new: NewLadder, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """A new edition of the ladder from a day on. Orders that run keep theirs."""
    _require_steering(actor)
    try:
        ladder = Ladder(
            name=whole(new.name, "name"),
            version=whole(new.version, "version"),
            source=whole(new.source, "source"),
            steps=new.steps,
        )
    except RuleRefused as refusal:
        raise SupervisionRefused.of(refusal) from refusal
    frozen = ladder.to_json()
    with recording(
        action="plan.supervision.ladder",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"ladder": frozen, "from": new.valid_from.isoformat()},
    ) as rec:
        if not rec.repeated:
            row = SupervisionLadder(
                name=ladder.name,
                version_name=ladder.version,
                source=ladder.source,
                valid_from=new.valid_from,
                steps=frozen["steps"],
            )
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIssuer:
    body: uuid.UUID
    highest: SlipLevel
    basis: str
    valid_from: dt.date
    valid_until: dt.date | None = None


def designate_issuer(
    new: NewIssuer, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Record that a document designates a body to issue slips up to a level."""
    _require_steering(actor)
    body = body_in(new.body)
    with recording(
        action="plan.supervision.designate",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "body": str(new.body),
            "highest": new.highest.value,
            "basis": new.basis,
            "from": new.valid_from.isoformat(),
            "until": new.valid_until.isoformat() if new.valid_until else "",
        },
    ) as rec:
        if not rec.repeated:
            row = SlipIssuer(
                body=body,
                highest=new.highest.value,
                basis=whole(new.basis, "basis"),
                valid_from=new.valid_from,
                valid_until=new.valid_until,
            )
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def end_designation(
    key: uuid.UUID,
    until: dt.date,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """A body issues slips no longer, from a day on."""
    _require_steering(actor)
    with recording(
        action="plan.supervision.undesignate",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=whole(reason, "reason"),
        payload={"issuer": str(key), "until": until.isoformat()},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(SlipIssuer, key, expected_version=expected_version)
            row.valid_until = until
            validate(row)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def _require_steering(actor: Actor) -> None:
    if not steers(worker(actor)):
        raise NotAllowed
