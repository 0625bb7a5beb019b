"""Institutions required: taken from the profile or said by a person, linked, no longer asked for.

RequiredAlready       the item asks for an institution of this name already
RequirementWithdrawn  it is no longer asked for
LinkedAlready         this very instrument is linked already
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.journal.recording import recording
from anlan.base.parts import Progress
from anlan.base.profile import Profile
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.actions.facts import LOADER
from anlan.plan.actions.loop.common import item_of, why, worker
from anlan.plan.models import InstrumentRequirement, Notice, PlanItem
from anlan.plan.queries.loop.bearers import acts_for, lead_body
from anlan.registers.models import Instrument
from anlan.registers.rules.scope import Capability, Scope

FILE: Final = "instruments.toml"


class RequiredAlready(Invalid):
    code = "required-already"
    message = gettext_noop("The item asks for {wanted} already. Open that line instead.")


class RequirementWithdrawn(Invalid):
    code = "requirement-withdrawn"
    message = gettext_noop("{wanted} is no longer asked for. Add it anew if it is.")


class LinkedAlready(Invalid):
    code = "linked-already"
    message = gettext_noop("{name} is linked here already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequirement:
    """What an item asks for. `is_ours`: the clause names no form of an institution."""

    item: uuid.UUID
    phrase: str
    wanted: str
    kind: str
    is_named_exactly: bool = False
    is_ours: bool = True


def request_of(profile: Profile) -> str:
    """The request id under which the profile's rows are entered, once an edition."""
    number = profile.table(FILE)["notice"]
    return f"profile-institutions-{number}-{profile.edition}"[:64]


def load_requirements(profile: Profile, progress: Progress) -> None:
    """The institutions that the profile reads out of its notices; what is there already stays."""
    if not (profile.folder / FILE).exists():
        return
    table = profile.table(FILE)
    notice = Notice.objects.filter(number=table["notice"]).first()
    if notice is None:
        progress(f"{table['notice']}: not imported yet")
        return
    with recording(
        action="plan.instrument.require",
        actor=LOADER,
        now=clock.now(),
        request_id=request_of(profile),
        reason=f"城市档案 {profile.edition}",
    ) as rec:
        if rec.repeated:
            progress(f"{FILE}: already here")
            return
        items = {item.key: item for item in PlanItem.objects.filter(notice=notice)}
        known = set(
            InstrumentRequirement.objects.filter(item__notice=notice).values_list(
                "item__key", "wanted"
            )
        )
        rows = [
            _of_profile(items[row["item"]], row, position)
            for position, row in enumerate(table["requirement"])
            if row["item"] in items and (row["item"], row["wanted"]) not in known
        ]
        rec.add_many(rows)
        rec.note(requirements=len(rows))
        rec.result = {"requirements": len(rows)}
    progress(f"{FILE}: {len(rows)} institutions required")


def _of_profile(item: PlanItem, row: dict[str, Any], position: int) -> InstrumentRequirement:
    return InstrumentRequirement(
        item=item,
        position=position,
        phrase=row["phrase"],
        wanted=row["wanted"],
        kind=row["kind"],
        is_named_exactly=row.get("exact", False),
        is_ours=row.get("ours", False),
    )


def require_instrument(
    new: NewRequirement, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Say that an item asks for an institution: the plan office, and the lead body of the item."""
    scope = worker(actor)
    item = item_of(new.item, scope)
    if not may_require(scope, item):
        raise NotAllowed
    with recording(
        action="plan.instrument.require",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "item": str(new.item),
            "phrase": new.phrase,
            "wanted": new.wanted,
            "kind": new.kind,
            "exact": new.is_named_exactly,
        },
    ) as rec:
        if not rec.repeated:
            same = InstrumentRequirement.objects.filter(item=item, wanted=new.wanted)
            if same.exists():
                raise RequiredAlready(field="wanted", wanted=new.wanted)
            row = InstrumentRequirement(
                item=item,
                position=InstrumentRequirement.objects.filter(item=item).count(),
                phrase=new.phrase,
                wanted=new.wanted,
                kind=new.kind,
                is_named_exactly=new.is_named_exactly,
                is_ours=new.is_ours,
            )
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def link_instrument(
    requirement: uuid.UUID,
    instrument: uuid.UUID | None,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """The instrument that meets a requirement; None takes the link back. A draft may be linked:
    then it is being drafted, and the requirement is not met."""
    scope = worker(actor)
    seen = _seen(requirement, scope)
    if not may_link(scope, seen.item):
        raise NotAllowed
    found = _instrument(instrument, scope)
    with recording(
        action="plan.instrument.link",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"requirement": str(requirement), "instrument": str(instrument or "")},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(InstrumentRequirement, requirement, expected_version=expected_version)
            if row.withdrawn_at is not None:
                raise RequirementWithdrawn(wanted=row.wanted)
            if found is not None and row.instrument_id == found.pk:
                raise LinkedAlready(field="instrument", name=str(found))
            row.instrument = found
            row.linked_at, row.linked_by = (
                (now, actor.account) if found is not None else (None, "")
            )
            validate(row)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def withdraw_requirement(
    requirement: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """The clause does not ask for it after all; it leaves the measure, its line stays."""
    scope = worker(actor)
    seen = _seen(requirement, scope)
    if not scope.may(Capability.STEER_PLAN):
        raise NotAllowed
    said = why(reason)
    with recording(
        action="plan.instrument.withdraw",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"requirement": str(seen.pk)},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(InstrumentRequirement, requirement, expected_version=expected_version)
            if row.withdrawn_at is not None:
                raise RequirementWithdrawn(wanted=row.wanted)
            row.withdrawn_at, row.note = now, said
            validate(row)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def may_require(scope: Scope, item: PlanItem) -> bool:
    """The plan office, and whoever works for the lead body."""
    if scope.may(Capability.STEER_PLAN):
        return True
    lead = lead_body(item)
    return lead is not None and acts_for(scope, lead)


may_link = may_require


def _seen(key: uuid.UUID, scope: Scope) -> InstrumentRequirement:
    rows = InstrumentRequirement.objects.visible_to(scope).filter(item__is_dropped=False)
    found: InstrumentRequirement | None = (
        rows.select_related("item__notice").filter(pk=key).first()
    )
    if found is None:
        raise NotFound
    return found


def _instrument(key: uuid.UUID | None, scope: Scope) -> Instrument | None:
    if key is None:
        return None
    found: Instrument | None = Instrument.objects.visible_to(scope).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found
