"""An evaluation is opened over frozen figures; a draft gets a further edition of them."""

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.errors import NotFound
from anlan.base.journal.content import canonical, plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.upkeep import validate
from anlan.plan.actions.evaluating.common import acting_on, lock_row, result_of
from anlan.plan.actions.evaluating.errors import EvaluatedAlready, YearNotBegun
from anlan.plan.actions.loop.common import day_of
from anlan.plan.models import Evaluation, EvaluationEdition, Notice
from anlan.plan.queries.evaluation.freezing import Wanted, facts_now
from anlan.plan.rules.evaluation.facts import EvaluationKind, Facts
from anlan.plan.rules.evaluation.life import EvaluationAct
from anlan.plan.rules.evaluation.skeleton import title_of
from anlan.registers.access import require
from anlan.registers.queries import plan_office
from anlan.registers.rules.scope import Capability

FIRST_YEAR = 2000


def open_evaluation(
    notice: uuid.UUID,
    kind: EvaluationKind,
    year: int,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Freeze the figures of now and open a draft over them. The plan office."""
    scope = require(actor, Capability.STEER_PLAN)
    found: Notice | None = Notice.objects.visible_to(scope).filter(pk=notice).first()
    office = plan_office()
    if found is None or office is None:
        raise NotFound
    if not FIRST_YEAR <= year <= day_of(now).year:
        raise YearNotBegun(field="year", year=year)
    with recording(
        action="plan.evaluation.open",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"notice": str(notice), "kind": kind.value, "year": year},
    ) as rec:
        if not rec.repeated:
            if Evaluation.objects.filter(notice=found, kind=kind.value, year=year).exists():
                raise EvaluatedAlready(field="year", kind=gettext(kind.label), year=year)
            wanted = Wanted(notice=found, kind=kind, year=year, issuer=office.full_name)
            facts = facts_now(wanted, scope, now)
            row = Evaluation(
                notice=found,
                office=office,
                kind=kind.value,
                year=year,
                title=title_of(facts),
                made_at=now,
                made_by=actor.account,
            )
            validate(row)
            rec.add(row)
            _freeze(rec, row, facts)
            rec.result = result_of(row)
    return rec.result


def freeze_anew(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """A further edition of a draft, of now. What people wrote stays; changes beneath are shown."""
    with acting_on(key, EvaluationAct.FREEZE, actor, now, request_id, reason) as (rec, scope):
        if not rec.repeated:
            row = lock_row(rec, key, EvaluationAct.FREEZE, expected_version)
            wanted = Wanted(
                notice=row.notice,
                kind=row.kind_of,
                year=row.year,
                issuer=row.office.full_name,
            )
            row.edition += 1
            _freeze(rec, row, facts_now(wanted, scope, now))
            rec.save(row)
            rec.result = result_of(row)
    return rec.result


def _freeze(rec: Recording, row: Evaluation, facts: Facts) -> None:
    said = facts.to_json()
    edition = EvaluationEdition(
        evaluation=row,
        number=row.edition,
        frozen_at=rec.now,
        frozen_by=rec.actor.account,
        facts=said,
        digest=plain_digest(canonical(said).encode()),
    )
    validate(edition)
    rec.add(edition)
