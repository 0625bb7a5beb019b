"""The composition of I7: drafted, changed while a draft, signed with a paper, then never changed.

UnknownMeasure     no measure of that name
SignedAlready      a signed composition stays as it is
NoComponents       a composition without a measure cannot be signed
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.models import Notice, SubGoalComposition
from anlan.plan.queries.indicators.subgoal import offered_measures
from anlan.plan.rules.indicators.subgoal import STATEMENTS
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability

MOST_COMPONENTS = 40
WHOLE_PERCENT = Decimal(100)


class UnknownMeasure(Invalid):
    code = "unknown-measure"
    message = gettext_noop("There is no measure “{name}”. Choose one of the list of measures.")


class NoSuchStatement(Invalid):
    code = "no-such-statement"
    message = gettext_noop("The sub-goal has the statements 1 to {last}.")


class BaselineWithoutSource(Invalid):
    code = "baseline-without-source"
    message = gettext_noop("A baseline names the paper or the day it comes from.")


class BaselineOutOfRange(Invalid):
    code = "baseline-out-of-range"
    message = gettext_noop("A baseline is a share from 0 to 100 per cent.")


class MeasureTwice(Invalid):
    code = "measure-twice"
    message = gettext_noop("“{name}” stands twice in one statement. Keep one of them.")


class SignedAlready(Invalid):
    code = "signed-already"
    status = 409
    message = gettext_noop("This composition was signed on {day}; make a new version instead.")


class NoComponents(Invalid):
    code = "no-components"
    message = gettext_noop("Choose at least one measure before the composition is signed.")


class NoPaperToSign(Invalid):
    code = "no-paper-to-sign"
    message = gettext_noop("Give the number of the document that signs the composition.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComponent:
    statement: int
    measure: str
    baseline: Decimal | None = None
    source: str = ""

    def row(self) -> dict[str, Any]:
        return {
            "statement": self.statement,
            "measure": self.measure,
            "baseline": None if self.baseline is None else f"{self.baseline.normalize():f}",
            "source": self.source.strip(),
        }


def compose(
    notice: uuid.UUID,
    components: Iterable[NewComponent],
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """A new version of the composition, as a draft. The plan office."""
    scope = require(actor, Capability.STEER_PLAN)
    found = Notice.objects.visible_to(scope).filter(pk=notice).first()
    if found is None:
        raise NotFound
    rows = [component.row() for component in _checked(list(components))]
    with recording(
        action="plan.subgoal.compose",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"notice": str(notice), "components": rows},
    ) as rec:
        if not rec.repeated:
            known = SubGoalComposition.objects.filter(notice=found)
            row = SubGoalComposition(
                notice=found,
                number=(known.aggregate(last=Max("number"))["last"] or 0) + 1,
                components=rows,
                drafted_at=now,
                drafted_by=actor.account,
            )
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def sign_composition(
    key: uuid.UUID,
    document_number: str,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Sign a draft: from then on its measures decide I7. The plan office."""
    scope = require(actor, Capability.STEER_PLAN)
    if not SubGoalComposition.objects.visible_to(scope).filter(pk=key).exists():
        raise NotFound
    if not document_number.strip():
        raise NoPaperToSign(field="document_number")
    with recording(
        action="plan.subgoal.sign",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"composition": str(key), "document": document_number},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(SubGoalComposition, key, expected_version=expected_version)
            if row.signed_on is not None:
                raise SignedAlready(day=row.signed_on.isoformat())
            if not row.components:
                raise NoComponents(field="document_number")
            row.document_number = document_number.strip()
            row.signed_on, row.signed_by = now.astimezone(CITY_ZONE).date(), actor.account
            validate(row)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def _checked(components: list[NewComponent]) -> list[NewComponent]:
    known = {measure.name for measure in offered_measures()}
    seen: set[tuple[int, str]] = set()
    if len(components) > MOST_COMPONENTS:
        raise Invalid(
            gettext_noop("At most {most} measures in one composition."),
            field="components",
            most=MOST_COMPONENTS,
        )
    for one in components:
        if not 1 <= one.statement <= STATEMENTS:
            raise NoSuchStatement(field="components", last=STATEMENTS)
        if one.measure not in known:
            raise UnknownMeasure(field="components", name=one.measure)
        if (one.statement, one.measure) in seen:
            raise MeasureTwice(field="components", name=one.measure)
        seen.add((one.statement, one.measure))
        if one.baseline is not None:
            if not 0 <= one.baseline <= WHOLE_PERCENT:
                raise BaselineOutOfRange(field="components")
            if not one.source.strip():
                raise BaselineWithoutSource(field="components")
    return components
