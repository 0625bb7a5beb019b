"""What stands behind an indicator over the API: units, groups, linked items, late, proven."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from anlan.base.api.as_of import answers_as_of
from anlan.base.errors import NotFound
from anlan.base.rules.verdict import Reason, shown
from anlan.plan.api.indicators.reading import internal, notice_for
from anlan.plan.api.indicators.shapes import PastNoticeQuery, ReasonOut
from anlan.plan.queries.indicators.board import COUNTED_IN, exact
from anlan.plan.queries.indicators.causes import (
    BodyPart,
    Causes,
    ServingItem,
    UnitPart,
    causes,
    years_of,
)
from anlan.plan.queries.indicators.goal_causes import GoalCauses, goal_causes
from anlan.plan.queries.indicators.subgoal import KEY
from anlan.plan.rules.indicators.beside import LateKind, ProofKind
from anlan.plan.rules.indicators.serving import Link
from anlan.plan.rules.indicators.subgoal import Judgement

router = Router(tags=["plan: indicators"])


class CausesQuery(PastNoticeQuery):
    """`year` is one of the period; the whole period when absent."""

    year: Annotated[int, Field(ge=1949, le=2100)] | None = None


class PartOut(Schema):
    year: int
    value: str | None
    records: int


class ContributionOut(Schema):
    """`unit` is empty for records of no county. Null is not known, never zero; `rank` and `share`
    are null where nothing is known, where the total is zero, and for who does not see all."""

    unit: str
    value: str | None
    share: str | None
    rank: int | None
    silent: int
    parts: list[PartOut]


class OthersOut(Schema):
    units: int
    value: str | None


class GroupOut(Schema):
    """A sector or hazard over the units in the actor's view."""

    code: str
    name: str
    value: str | None
    records: int
    silent: int


class EnterpriseOut(Schema):
    name: str
    sector: str
    deaths: int | None
    records: int
    silent: int


class LinkOut(Schema):
    """How an item is linked by house rule; never a cause."""

    link: Link
    by: str


class LateOut(Schema):
    kind: LateKind
    text: str
    body: str
    since: dt.date | None


class EvidenceOut(Schema):
    kind: ProofKind
    count: int


class ServingOut(Schema):
    """An empty `evidence` means that none is recorded; nothing is said by it."""

    key: str
    heading: str
    links: list[LinkOut]
    late: list[LateOut]
    evidence: list[EvidenceOut]


class BodyOut(Schema):
    name: str
    items: list[str]
    late: int


class StatementPartOut(Schema):
    """A measure in per cent; null is not known, never zero."""

    measure: str
    baseline: str | None
    value: str | None
    judgement: Judgement


class CauseStatementOut(Schema):
    """A statement of the sub-goal; `items` are those in the actor's view that carry one of its
    measures."""

    number: int
    text: str
    judgement: Judgement
    parts: list[StatementPartOut]
    items: list[str]


class CausesOut(Schema):
    """`total` is what is known together, null where nothing is. `others` are units outside the
    actor's view in one sum. `statements` are those of the sub-goal, which has no units, groups or
    enterprises; empty for indicators."""

    key: str
    years: list[int]
    total: str | None
    units: list[ContributionOut]
    others: OthersOut | None
    groups: list[GroupOut]
    enterprises: list[EnterpriseOut]
    items: list[ServingOut]
    bodies: list[BodyOut]
    reasons: list[ReasonOut]
    statements: Annotated[list[CauseStatementOut], Field(default_factory=list)]


@router.get("/indicators/{key}/causes", response=CausesOut)
@answers_as_of
def read_causes(request: HttpRequest, key: str, query: Query[CausesQuery]) -> dict[str, Any]:
    """Where a figure comes from, which items are linked to it by house rule, what is late in them
    and what evidence is recorded. It asserts no cause."""
    scope = internal(request)
    if key == KEY and query.year is None:
        goal = goal_causes(notice_for(scope, query.notice), scope=scope)
        if goal is None:
            raise NotFound
        return _goal(goal)
    if key not in COUNTED_IN:
        raise NotFound
    found = causes(notice_for(scope, query.notice), key, scope=scope, year=query.year)
    if found is None or (query.year is not None and query.year not in years_of(found.board)):
        raise NotFound
    return _found(found)


def _found(found: Causes) -> dict[str, Any]:
    others = found.others
    return {
        "key": found.line.item.key,
        "years": list(found.years),
        "total": exact(found.ranking.known().total),
        "units": [_unit(each, is_ranked=others is None) for each in found.units],
        "others": None
        if others is None
        else {"units": others.units, "value": exact(others.value)},
        "groups": [
            {
                "code": row.code,
                "name": row.name,
                "value": exact(row.value),
                "records": row.records,
                "silent": row.unknown,
            }
            for row in found.groups
        ],
        "enterprises": [
            {
                "name": row.name,
                "sector": row.sector,
                "deaths": row.deaths,
                "records": row.records,
                "silent": row.unknown,
            }
            for row in found.enterprises
        ],
        "items": [_item(each) for each in found.items],
        "bodies": [_body(each) for each in found.bodies],
        "reasons": [_reason(reason) for reason in found.reasons],
    }


def _goal(found: GoalCauses) -> dict[str, Any]:
    return {
        "key": KEY,
        "years": [],
        "total": None,
        "units": [],
        "others": None,
        "groups": [],
        "enterprises": [],
        "items": [_item(each) for each in found.items],
        "bodies": [_body(each) for each in found.bodies],
        "reasons": [_reason(reason) for reason in found.reasons],
        "statements": [
            {
                "number": each.number,
                "text": each.text,
                "judgement": each.verdict.known(),
                "parts": [
                    {
                        "measure": part.component.measure,
                        "baseline": exact(part.component.baseline),
                        "value": exact(part.component.value),
                        "judgement": part.component.judgement,
                    }
                    for part in each.parts
                ],
                "items": [one.item.key for one in found.items_of(each)],
            }
            for each in found.goal.statements
        ],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "source": reason.source,
        "article": reason.article,
        "edition": reason.edition,
        "status": reason.status.value,
        "note": "" if reason.note is None else reason.note.text(_),
    }


def _unit(each: UnitPart, *, is_ranked: bool) -> dict[str, Any]:
    row = each.contribution
    return {
        "unit": row.unit,
        "value": exact(row.value),
        "share": exact(_share(row.share)),
        "rank": row.rank if is_ranked else None,
        "silent": row.silent,
        "parts": [
            {"year": part.year, "value": exact(part.value), "records": part.records}
            for part in row.parts
        ],
    }


def _share(share: Fraction | None) -> Decimal | None:
    return None if share is None else shown(share)


def _item(each: ServingItem) -> dict[str, Any]:
    return {
        "key": each.item.key,
        "heading": each.item.heading,
        "links": [{"link": one.link, "by": one.by} for one in each.verdict.known()],
        "late": [
            {
                "kind": one.kind,
                "text": one.text,
                "body": "" if one.body is None else str(one.body),
                "since": one.since,
            }
            for one in each.late
        ],
        "evidence": [{"kind": one.kind, "count": one.count} for one in each.proven],
    }


def _body(each: BodyPart) -> dict[str, Any]:
    return {"name": each.name, "items": list(each.items), "late": each.late}
