"""Ways of intake: on or off, who works on them, what came and what was rejected in a day."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, QuerySet, Sum

from anlan.registers.rules.scope import Scope
from anlan.sensing.choices import AsideState, IntakeWay
from anlan.sensing.models import AsideMessage, IntakeBatch
from anlan.sensing.rules.way_health import Health, health_of
from anlan.sensing.store.reads import rejections_of
from anlan.sensing.store.values import Rejection
from anlan.sensing.store.ways import Way, ways

DAY = dt.timedelta(days=1)
REJECTED_SHOWN = dt.timedelta(days=7)
MOST_BATCHES = 50
MOST_ROWS = 100
ENDS = ("stored", "corrected", "suspect", "repeated", "rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class WayState:
    """One way as it is now. `backlog` is None where nobody can know it."""

    way: IntakeWay
    health: Health
    workers: tuple[Way, ...]
    last_at: dt.datetime | None
    batches: int
    rows: int
    rejected: int
    backlog: int | None
    aside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that was not taken, and the batch that it stood in."""

    batch: IntakeBatch
    row: Rejection


def is_on(way: IntakeWay) -> bool:
    """Requests and files are always taken; brokers when they are configured."""
    places = {IntakeWay.MQTT: settings.ANLAN_MQTT, IntakeWay.STREAM: settings.ANLAN_STREAM}
    return way not in places or bool(places[way].host)


def way_states(scope: Scope, now: dt.datetime) -> list[WayState]:
    """Every way, in the order of the choices."""
    seen = IntakeBatch.objects.visible_to(scope)
    last = dict(seen.values_list("way").annotate(at=Max("received_at")).order_by())
    figures = {row["way"]: row for row in _of_a_day(seen, now)}
    heard = [way for way in ways() if not way.is_gone(now)]
    aside = Counter(aside_waiting(scope).values_list("way", flat=True))
    return [_state(way, heard, last, figures, aside[way.value]) for way in IntakeWay]


def aside_waiting(scope: Scope) -> QuerySet[AsideMessage]:
    """Messages that were put aside and wait for a person, the newest first."""
    rows: QuerySet[AsideMessage] = AsideMessage.objects.visible_to(scope)
    return rows.filter(state=AsideState.WAITING)


def rejected_rows(scope: Scope, now: dt.datetime, way: str = "") -> list[RejectedRow]:
    """What was not taken in the last days, the newest first."""
    seen = IntakeBatch.objects.visible_to(scope).filter(
        rejected__gt=0, received_at__gt=now - REJECTED_SHOWN
    )
    chosen = seen.filter(way=way) if way else seen
    found: list[RejectedRow] = []
    for batch in chosen.order_by("-received_at", "id")[:MOST_BATCHES]:
        rows = rejections_of(batch.pk, most=MOST_ROWS - len(found))
        found += [RejectedRow(batch=batch, row=row) for row in rows]
        if len(found) >= MOST_ROWS:
            break
    return found


def _of_a_day(seen: QuerySet[IntakeBatch], now: dt.datetime) -> Any:
    recent = seen.filter(received_at__gt=now - DAY).values("way").order_by()
    sums = {f"sum_{name}": Sum(name) for name in ENDS}
    return recent.annotate(batches=Count("id"), **sums)


def _state(
    way: IntakeWay,
    heard: list[Way],
    last: dict[str, dt.datetime],
    figures: dict[str, Any],
    aside: int,
) -> WayState:
    own = tuple(worker for worker in heard if worker.way == way.value)
    figure = figures.get(way.value, {})
    sums = {name: figure.get(f"sum_{name}") or 0 for name in ENDS}
    waiting = [worker.backlog for worker in own if worker.backlog is not None]
    needs_worker = way in (IntakeWay.MQTT, IntakeWay.STREAM)
    states = [(w.state, w.detail) for w in own] if needs_worker else [("connected", "")]
    return WayState(
        way=way,
        health=health_of(is_on(way), states),
        workers=own,
        last_at=last.get(way.value),
        batches=figure.get("batches", 0),
        rows=sum(sums.values()),
        rejected=sums["rejected"],
        backlog=max(waiting) if waiting else None,
        aside=aside,
    )
