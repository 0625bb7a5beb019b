"""Monitoring notices and their rules over the API; a person acknowledges and judges."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Query, Router, Schema
from pydantic import Field

from anlan.base.api.finding import holding, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Named
from anlan.base.api.writing import Change, expected_version, stated, tagged
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.rules.scope import Capability
from anlan.warning.actions.acknowledging import acknowledge_notice, end_unwatched, judge_notice
from anlan.warning.choices import MONITORED_CHOICES, Judged, Method, NoticeEventKind
from anlan.warning.models import MonitoringNotice, MonitoringRule
from anlan.warning.queries.monitoring import notices, reasons_of, unacknowledged
from anlan.warning.rules import signal

router = Router(tags=["monitoring"])
LevelCode = Literal[tuple(each.value for each in signal.Level)]  # type: ignore[valid-type]
MonitoredCode = Literal[tuple(code for code, _ in MONITORED_CHOICES)]  # type: ignore[valid-type]
Note = Annotated[str, Field(min_length=1, max_length=300)]
CHANGES = {"x-states": ["expected_version"]}


class MonitoringNoticeQuery(Paging):
    """`state`: open, to be acknowledged (`new`), open and silent, or over."""

    state: Literal["open", "new", "silent", "over"] | None = None
    hazard: MonitoredCode | None = None
    level: LevelCode | None = None
    unit: Code | None = None
    rule: Annotated[str, Field(max_length=40)] | None = None
    sort: Literal["opened_at", "-opened_at", "known_at", "-known_at"] = "-opened_at"


class NoticeStep(Schema):
    """`at` is when it happened by the readings, `known_at` when it was known."""

    kind: NoticeEventKind
    at: dt.datetime
    known_at: dt.datetime
    before: str
    after: str
    value: float | None
    by: str
    note: str


class NoticeGround(Schema):
    """`status`: V checked against the text, M from memory, D ours."""

    rule: str
    source: str
    article: str
    edition: str
    status: Literal["V", "M", "D"]
    note: str


class MonitoringNoticeRow(Schema):
    """A notice of our own, never a warning signal. `ended_at` null: open; `silent_since` set: the
    level is held though nothing is heard. `value` and `limit` are of the window, in the unit of
    the property."""

    id: uuid.UUID
    rule: str
    hazard: MonitoredCode
    datastream: uuid.UUID
    station: str
    unit: Named
    region: Named | None
    level: LevelCode
    highest: LevelCode
    operation: str
    window_min: int
    value: float | None
    value_at: dt.datetime
    limit: float | None
    opened_at: dt.datetime
    known_at: dt.datetime
    ended_at: dt.datetime | None
    silent_since: dt.datetime | None
    acknowledged_at: dt.datetime | None
    acknowledged_level: str
    judged: Judged
    version: int


class MonitoringNoticeWhole(MonitoringNoticeRow):
    acknowledged_by: str
    acknowledged_note: str
    judged_reason: str
    grounds: list[NoticeGround]
    steps: list[NoticeStep]


class CriterionRow(Schema):
    operation: str
    window_min: int
    blue: float | None
    yellow: float | None
    orange: float | None
    red: float | None


class MonitoringRuleRow(Proof):
    """Times in seconds, the share for releasing in percent."""

    id: uuid.UUID
    code: str
    name: str
    hazard: MonitoredCode
    method: Method
    observed: str
    comparison: str
    station_kind: str
    slot_s: int
    lateness_s: int
    stale_s: int
    hold_s: int
    clear_s: int
    release_percent: int
    first: str
    second: str
    least: str
    article: str
    edition: str
    valid_from: dt.date
    valid_until: dt.date | None
    note: str
    criteria: list[CriterionRow]
    version: int


class AcknowledgementInput(Change):
    note: Note


class JudgementInput(Change):
    judged: Literal["event", "no-event"]
    reason: Note


class NoticeEndInput(Change):
    reason: Note


@router.get("/monitoring/notices", response=Page[MonitoringNoticeRow])
def list_monitoring_notices(
    request: HttpRequest, query: Query[MonitoringNoticeQuery]
) -> dict[str, Any]:
    """Notices that our rules made of readings."""
    rows = notices(scope_for(request, Capability.READ_INTERNAL))
    if query.state == "new":
        rows = unacknowledged(rows)
    elif query.state == "silent":
        rows = rows.filter(ended_at__isnull=True, silent_since__isnull=False)
    elif query.state is not None:
        rows = rows.filter(ended_at__isnull=query.state == "open")
    wanted = {
        "hazard": query.hazard,
        "level": query.level,
        "rule__code": query.rule,
        "datastream__station__unit__code": query.unit,
    }
    return page_of(request, holding(rows, wanted).order_by(query.sort, "pk"), query, notice_row)


@router.get("/monitoring/notices/{uuid:notice_id}", response=MonitoringNoticeWhole)
def get_monitoring_notice(
    request: HttpRequest, response: HttpResponse, notice_id: uuid.UUID
) -> dict[str, Any]:
    row = _notice(request, notice_id, Capability.READ_INTERNAL)
    tagged(response, row.version)
    return whole_row(row)


@router.post(
    "/monitoring/notices/{uuid:notice_id}/acknowledge",
    response=MonitoringNoticeWhole,
    openapi_extra=CHANGES,
)
def post_notice_acknowledgement(
    request: HttpRequest, notice_id: uuid.UUID, body: AcknowledgementInput
) -> dict[str, Any]:
    """Somebody has seen it at its present level, and says what was seen or done."""
    return _step(acknowledge_notice, request, notice_id, body, note=body.note)


@router.post(
    "/monitoring/notices/{uuid:notice_id}/judge",
    response=MonitoringNoticeWhole,
    openapi_extra=CHANGES,
)
def post_notice_judgement(
    request: HttpRequest, notice_id: uuid.UUID, body: JudgementInput
) -> dict[str, Any]:
    """Whether there was an event behind it, for the scoring."""
    return _step(judge_notice, request, notice_id, body, judged=body.judged)


@router.post(
    "/monitoring/notices/{uuid:notice_id}/end",
    response=MonitoringNoticeWhole,
    openapi_extra=CHANGES,
)
def post_notice_end(
    request: HttpRequest, notice_id: uuid.UUID, body: NoticeEndInput
) -> dict[str, Any]:
    """End one whose rule or datastream is out of use."""
    return _step(end_unwatched, request, notice_id, body)


@router.get("/monitoring/rules", response=Page[MonitoringRuleRow])
def list_monitoring_rules(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """What is watched, by which limits, from which source."""
    return page_of(request, _rules(request).order_by("code"), query, rule_row)


@router.get("/monitoring/rules/{uuid:rule_id}", response=MonitoringRuleRow)
def get_monitoring_rule(
    request: HttpRequest, response: HttpResponse, rule_id: uuid.UUID
) -> dict[str, Any]:
    row = only(_rules(request).filter(pk=rule_id))
    tagged(response, row.version)
    return rule_row(row)


def _step(
    act: Any, request: HttpRequest, key: uuid.UUID, body: Change, **more: Any
) -> dict[str, Any]:
    """A step of a notice that the asker may take, and the notice after it."""
    version = expected_version(request, body)
    row = _notice(request, key, Capability.RECEIVE_WARNINGS)
    act(row.pk, expected_version=version, **more, **stated(request, body).kwargs())
    return whole_row(_notice(request, key, Capability.RECEIVE_WARNINGS))


def _rules(request: HttpRequest) -> QuerySet[Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows: QuerySet[Any] = MonitoringRule.objects.visible_to(scope)
    return rows.prefetch_related("criteria")


def _notice(request: HttpRequest, key: uuid.UUID, capability: Capability) -> MonitoringNotice:
    found: MonitoringNotice = only(notices(scope_for(request, capability)).filter(pk=key))
    return found


def notice_row(row: Any) -> dict[str, Any]:
    station = row.datastream.station
    plain = (
        *("hazard", "level", "highest", "operation", "window_min", "value", "value_at", "limit"),
        *("opened_at", "known_at", "ended_at", "silent_since", "acknowledged_at"),
        *("acknowledged_level", "judged", "version"),
    )
    return {
        "id": row.pk,
        "rule": row.rule.code,
        "datastream": row.datastream_id,
        "station": station.code,
        "unit": named(station.unit),
        "region": named(row.region) if row.region is not None else None,
        **{name: getattr(row, name) for name in plain},
    }


def whole_row(row: Any) -> dict[str, Any]:
    steps = row.events.order_by("known_at", "pk")
    names = ("kind", "at", "known_at", "before", "after", "value", "by", "note")
    return notice_row(row) | {
        "acknowledged_by": row.acknowledged_by,
        "acknowledged_note": row.acknowledged_note,
        "judged_reason": row.judged_reason,
        "grounds": [{"note": ""} | each.to_json(gettext) for each in reasons_of(row)],
        "steps": [{name: getattr(step, name) for name in names} for step in steps],
    }


def rule_row(row: Any) -> dict[str, Any]:
    plain = (
        *("code", "name", "hazard", "method", "observed", "comparison", "station_kind", "slot_s"),
        *("lateness_s", "stale_s", "hold_s", "clear_s", "release_percent", "first", "second"),
        *("least", "article", "edition", "valid_from", "valid_until", "note", "version"),
    )
    limits = ("operation", "window_min", "blue", "yellow", "orange", "red")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in plain},
        **proof(row),
        "criteria": [
            {name: getattr(each, name) for name in limits} for each in row.criteria.all()
        ],
    }
