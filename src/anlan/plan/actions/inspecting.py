"""On-site inspections: recorded by the plan office; effects said by the body, proven by a look."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import city_language
from anlan.base.due.applying import NewDue, apply_open
from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import HOUSE_POLICY
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import (
    answer_term,
    body_addressee,
    body_in,
    day_of,
    require_living,
    why,
    worker,
)
from anlan.plan.actions.loop.errors import LoopRefused
from anlan.plan.actions.loop.evidence import KeptFile
from anlan.plan.models import Inspection, InspectionFile, Notice, PlanItem, Problem
from anlan.plan.queries.loop.bearers import acts_for
from anlan.plan.rules.inspection import RULE, check_proven
from anlan.registers.access import require
from anlan.registers.queries import plan_office
from anlan.registers.rules.scope import Capability, Scope

TITLE = gettext_noop("Solve the problem found on the spot: {text}")
TITLE_CHARS, WORD_CHARS = 200, 300


class FutureDay(Invalid):
    code = "future-day"
    message = gettext_noop("{day} has not come yet. Choose today or a day before.")


class DayTooEarly(Invalid):
    code = "day-too-early"
    message = gettext_noop("The day must not lie before {day}, when the problem was found.")


class UnknownItems(Invalid):
    code = "unknown-items"
    message = gettext_noop("These are no items of the notice: {keys}. Write keys such as T3.")


class ProvenAlready(Invalid):
    code = "proven-already"
    message = gettext_noop("The effect was proven on {day}; it is kept as it is.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInspection:
    """A visit; `looked_at` are keys of items of the notice."""

    notice: uuid.UUID
    body: uuid.UUID
    inspected_on: dt.date
    place: str
    inspectors: str
    summary: str
    looked_at: tuple[str, ...] = ()

    def payload(self) -> dict[str, Any]:
        return {
            "notice": str(self.notice),
            "body": str(self.body),
            "on": self.inspected_on.isoformat(),
            "place": self.place,
            "inspectors": self.inspectors,
            "summary": self.summary,
            "items": list(self.looked_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProblem:
    """A problem of a visit with the measure against it and its day."""

    inspection: uuid.UUID
    text: str
    measure: str
    due_on: dt.date
    item_key: str = ""


def record_inspection(
    new: NewInspection,
    *,
    files: tuple[KeptFile, ...] = (),
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Record a visit with its photographs. The plan office."""
    scope = require(actor, Capability.STEER_PLAN)
    notice: Notice | None = Notice.objects.visible_to(scope).filter(pk=new.notice).first()
    office = plan_office()
    if notice is None or office is None:
        raise NotFound
    if new.inspected_on > day_of(now):
        raise FutureDay(field="inspected_on", day=new.inspected_on.isoformat())
    with recording(
        action="plan.inspection.record",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={**new.payload(), "files": [file.digest for file in files]},
    ) as rec:
        if not rec.repeated:
            body = body_in(new.body)
            require_living(body, new.inspected_on)
            row = Inspection(
                notice=notice,
                unit=body.unit,
                body=body,
                inspector=office,
                inspected_on=new.inspected_on,
                place=new.place.strip(),
                inspectors=new.inspectors.strip(),
                looked_at=_known_keys(notice, new.looked_at),
                summary=new.summary.strip(),
                recorded_at=now,
                recorded_by=actor.account,
            )
            validate(row)
            rec.add(row)
            _add_files(rec, row, files, None)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def add_problem(
    new: NewProblem, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """A problem found on a visit; the inspected body gets a term until the day."""
    scope = require(actor, Capability.STEER_PLAN)
    seen = Inspection.objects.visible_to(scope).select_related("body__unit", "notice", "unit")
    inspection: Inspection | None = seen.filter(pk=new.inspection).first()
    if inspection is None:
        raise NotFound
    if new.due_on < inspection.inspected_on:
        raise DayTooEarly(field="due_on", day=inspection.inspected_on.isoformat())
    with recording(
        action="plan.problem.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "inspection": str(new.inspection),
            "text": new.text,
            "measure": new.measure,
            "due_on": new.due_on.isoformat(),
            "item": new.item_key,
        },
    ) as rec:
        if not rec.repeated:
            row = Problem(
                inspection=inspection,
                unit=inspection.unit,
                item=_item(inspection.notice, new.item_key),
                text=why(new.text, "text"),
                measure=why(new.measure, "measure"),
                found_on=inspection.inspected_on,
                due_on=new.due_on,
            )
            row.due = _term(rec, row)
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def report_effect(
    key: uuid.UUID,
    text: str,
    effect_on: dt.date,
    *,
    files: tuple[KeptFile, ...] = (),
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """The body says what was done and since when, with files that prove it."""
    scope = worker(actor)
    if not may_report(scope, problem_of(scope, key)):
        raise NotAllowed
    said = why(text, "effect")
    if effect_on > day_of(now):
        raise FutureDay(field="effect_on", day=effect_on.isoformat())
    with recording(
        action="plan.problem.effect",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={
            "problem": str(key),
            "text": said,
            "on": effect_on.isoformat(),
            "files": [file.digest for file in files],
        },
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Problem, key, expected_version=expected_version)
            _require_unproven(row)
            if effect_on < row.found_on:
                raise DayTooEarly(field="effect_on", day=row.found_on.isoformat())
            row.effect, row.effect_on = said, effect_on
            row.reported_by, row.word = actor.account, ""
            _add_files(rec, row.inspection, files, row)
            rec.save(row, with_parts=bool(files))
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def decide_effect(
    key: uuid.UUID,
    *,
    is_proven: bool,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Somebody of the inspecting side takes the effect as proven, or returns it with a word."""
    scope = require(actor, Capability.STEER_PLAN)
    problem_of(scope, key)
    said = why(reason)
    with recording(
        action="plan.problem.prove" if is_proven else "plan.problem.return",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"problem": str(key), "proven": is_proven, "reason": said},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Problem, key, expected_version=expected_version)
            _require_unproven(row)
            row.word = said[:WORD_CHARS]
            if is_proven:
                _check(row, actor.account)
                row.proven_on, row.proven_by = day_of(now), actor.account
                answer_term(rec, row.due_id, row.effect)
            else:
                row.effect_on = None
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def problem_of(scope: Scope, key: uuid.UUID) -> Problem:
    seen = Problem.objects.visible_to(scope).select_related(
        "inspection__body__unit", "inspection__notice", "item", "due", "unit"
    )
    found: Problem | None = seen.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def may_report(scope: Scope, row: Problem) -> bool:
    """The inspected body says the effect itself."""
    return row.proven_on is None and acts_for(scope, row.inspection.body)


def _check(row: Problem, decider: str) -> None:
    try:
        check_proven(
            proofs=InspectionFile.objects.filter(problem=row).count(),
            reporter=row.reported_by,
            decider=decider,
            is_reported=row.effect_on is not None,
        )
    except RuleRefused as refusal:
        raise LoopRefused.of(refusal, field="decision") from refusal


def _require_unproven(row: Problem) -> None:
    if row.proven_on is not None:
        raise ProvenAlready(day=row.proven_on.isoformat())


def _known_keys(notice: Notice, keys: tuple[str, ...]) -> list[str]:
    asked = list(dict.fromkeys(key.strip() for key in keys if key.strip()))
    rows = PlanItem.objects.filter(notice=notice, key__in=asked)
    known = set(rows.values_list("key", flat=True))
    if unknown := [key for key in asked if key not in known]:
        raise UnknownItems(field="looked_at", keys="、".join(unknown))
    return asked


def _item(notice: Notice, key: str) -> PlanItem | None:
    if not key.strip():
        return None
    found = PlanItem.objects.filter(notice=notice, key=key.strip()).first()
    if found is None:
        raise UnknownItems(field="item_key", keys=key.strip())
    return found


def _term(rec: Recording, row: Problem) -> Any:
    with city_language():
        title = gettext(TITLE).format(text=row.text)
    return apply_open(
        rec,
        NewDue(
            subject_model=row._meta.label_lower,
            subject_key=str(row.pk),
            title=title[:TITLE_CHARS],
            rule=RULE,
            source=str(row.inspection.notice),
            addressee=body_addressee(row.inspection.body),
            kind=ClockKind.FIXED_DAY,
            start_at=rec.now,
            fixed_on=row.due_on,
            policy=HOUSE_POLICY,
        ),
    )


def _add_files(
    rec: Recording, inspection: Inspection, files: tuple[KeptFile, ...], problem: Problem | None
) -> None:
    for file in files:
        row = InspectionFile(
            inspection=inspection,
            unit_id=inspection.unit_id,
            problem=problem,
            digest=file.digest,
            file_name=file.file_name,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            added_at=rec.now,
            added_by=rec.actor.account,
        )
        validate(row)
        rec.add(row)
