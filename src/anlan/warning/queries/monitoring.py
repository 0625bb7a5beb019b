"""Notices and rules as pages, the API and other parts read them."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, pairs
from anlan.registers.choices import Mark
from anlan.sensing.choices import ThresholdKind
from anlan.sensing.models import Datastream
from anlan.warning.choices import Method
from anlan.warning.models import (
    MonitoringNotice,
    MonitoringPlace,
    MonitoringRule,
    NoticeEvent,
)
from anlan.warning.queries.monitoring_plan import (
    PLANNED,
    WINDOWED,
    own_limits_of,
    plans_of,
    rules_in_force,
    streams_of,
)
from anlan.warning.rules.monitoring.grounds import found_values
from anlan.warning.rules.monitoring.stepping import loaded, value_of
from anlan.warning.rules.signal import RANK, Level
from anlan.warning.rules.thresholds.methane import methane_places, methane_state

PREDICTED: Final = ("passes", "value_m", "rate_m_h", "predicted_m", "since")
"""Names in the grounds of a notice of what lies ahead."""
_STATUS: Final = {
    Mark.VERIFIED.value: SourceStatus.VERIFIED,
    Mark.DESIGN.value: SourceStatus.HOUSE_DEFAULT,
}
NOT_A_SIGNAL: Final = gettext_noop(
    "A notice of our own from readings, for the house alone. It is no warning signal: those are "
    "published by whom the law names."
)
DOUBTS: Final = gettext_noop(
    "Doubted readings can hold or raise a level, never lower it; outside the valid range, a "
    "single spike or a clock that runs ahead raise none (our default)."
)
MISSING: Final = gettext_noop(
    "{slots} time steps of the window are missing: the level is held, it does not fall."
)


SOUND_ALONE: Final = gettext_noop(
    "A straight line through the newest reading and the one nearest to an hour before (30 to 90 "
    "minutes). Doubted readings predict nothing; without a sound one nothing is raised and "
    "nothing ends, save where the level itself is reached (our default)."
)


def notice_url(key: Any) -> str:
    return reverse("monitoring-notice", args=[key])


def rule_url(key: Any) -> str:
    return reverse("monitoring-rule", args=[key])


def notices(scope: Any) -> QuerySet[Any]:
    """Notices in view: open first, the worst, the newest."""
    rows = MonitoringNotice.objects.visible_to(scope)
    rank = Case(
        *(When(level=level.value, then=Value(-number)) for level, number in RANK.items()),
        output_field=IntegerField(),
    )
    over = Case(When(ended_at__isnull=True, then=Value(0)), default=Value(1))
    found: QuerySet[Any] = rows.annotate(rank=rank, is_over=over)
    return found.select_related("rule", "datastream__station__unit", "region")


def unacknowledged(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Open notices that nobody has seen, or not at their highest level."""
    return rows.filter(ended_at__isnull=True).filter(~Q(acknowledged_level=F("highest")))


def events_of(notice: MonitoringNotice) -> list[NoticeEvent]:
    return list(notice.events.order_by("-known_at", "-pk"))


def is_watched(notice: MonitoringNotice, now: dt.datetime) -> bool:
    """Whether its rule still looks at its place, so that it can end by itself."""
    day = now.astimezone(CITY_ZONE).date()
    rule = rules_in_force(day).filter(pk=notice.rule_id).first()
    if rule is None:
        return False
    if rule.method == Method.COMBINED:
        return True
    row = streams_of(rule).filter(pk=notice.datastream_id)
    if rule.method not in PLANNED:
        return row.exists()
    plans = plans_of(rule, day, row)
    return any(each.place == notice.place for group in plans.groups for each in group.places)


def reasons_of(notice: MonitoringNotice) -> tuple[Reason, ...]:
    """Why it stands at its level: the clause of its rule, and what is ours in it."""
    slots = int(notice.grounds.get("missing_slots") or 0)
    doubts = SOUND_ALONE if notice.rule.method == Method.RISE else DOUBTS
    ours = _ours("monitoring-quality", Message.of(doubts))
    held = _ours("monitoring-missing", Message.of(MISSING, slots=slots))
    return (*_clauses(notice), ours, held) if slots else (*_clauses(notice), ours)


def _clauses(notice: MonitoringNotice) -> tuple[Reason, ...]:
    """The clause of the rule. A place in a mine has a row, a mark and an edition of its own;
    "close to" a river's warning level is a number of ours."""
    rule: MonitoringRule = notice.rule
    code = notice.datastream.number
    status = _STATUS.get(rule.mark, SourceStatus.FROM_MEMORY)
    if rule.method == Method.LEVELS and notice.level == Level.BLUE:
        status = SourceStatus.HOUSE_DEFAULT
    inputs = pairs(
        value=notice.value,
        limit=notice.limit,
        window_min=notice.window_min,
        operation=notice.operation,
        at=notice.value_at,
        **{name: notice.grounds[name] for name in PREDICTED if name in notice.grounds},
    )
    reason = Reason(
        rule=f"monitoring-{rule.code}",
        source=rule.source,
        article=rule.article,
        edition=rule.edition,
        status=status,
        inputs=inputs,
        note=Message.of(rule.note) if rule.note else None,
    )
    if rule.method != Method.METHANE or code not in methane_places():
        return (reason,)
    value = None if notice.value is None else Decimal(str(notice.value))
    table = methane_state(code, value, locked=False).reasons
    return (*table, replace(reason, status=SourceStatus.HOUSE_DEFAULT))


def _ours(rule: str, note: Message) -> Reason:
    status = SourceStatus.HOUSE_DEFAULT
    return Reason(rule=rule, source=HOUSE_RULE, status=status, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """How many places a rule watches, of which datastreams, and which have limits in no order."""

    places: int
    refused: tuple[str, ...]
    streams: tuple[Datastream, ...] = ()


def watching(rule: MonitoringRule, now: dt.datetime) -> Watching:
    day = now.astimezone(CITY_ZONE).date()
    if rule.method == Method.COMBINED:
        every = tuple(streams_of(rule))
        return Watching(places=len(every), refused=(), streams=every)
    if rule.method not in PLANNED:
        streams = list(streams_of(rule))
        own = own_limits_of(streams, day)
        held = tuple(
            row
            for row in streams
            if any(each.kind == ThresholdKind.EFFECTIVE_RAIN for each in own.get(row.pk, []))
        )
        return Watching(places=len(held), refused=(), streams=held)
    plans = plans_of(rule, day)
    return Watching(
        places=sum(len(group.places) for group in plans.groups),
        refused=tuple(str(row) for row in plans.refused),
        streams=tuple(
            plans.streams[key]
            for key in dict.fromkeys(
                each.stream for group in plans.groups for each in group.places
            )
        ),
    )


def station_notices(scope: Any, station: uuid.UUID) -> QuerySet[Any]:
    return notices(scope).filter(datastream__station=station).order_by("is_over", "-opened_at")


def window_words(notice: Any) -> str:
    """ "sum of 180 minutes", or what is newest."""
    if not notice.operation:
        return ""
    if not notice.window_min:
        return _("newest value")
    named = notice.get_operation_display()
    hours, rest = divmod(notice.window_min, 60)
    length = (
        _("{hours} hours").format(hours=hours)
        if not rest
        else _("{minutes} minutes").format(minutes=notice.window_min)
    )
    return _("{operation} of {length}").format(operation=named, length=length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What the window of a notice says now, as far as its rule has read. `missing` are steps."""

    value: float | None
    at: dt.datetime
    missing: int


def present_of(notice: MonitoringNotice, now: dt.datetime) -> Present | None:
    """None: decided by something else than windows, or watched no more."""
    rule: MonitoringRule = notice.rule
    if rule.method not in WINDOWED or notice.ended_at is not None:
        return None
    groups = plans_of(rule, now.astimezone(CITY_ZONE).date()).groups
    for group in groups:
        places = [each.place for each in group.places]
        row = MonitoringPlace.objects.filter(rule=rule, slot_s=group.slot_s).first()
        if notice.place not in places or row is None or row.digest != group.digest:
            continue
        watch = loaded(group, group.plan(), bytes(row.state))
        window, whole, missing = value_of(watch, places.index(notice.place))
        named = found_values(
            group, places.index(notice.place), window, whole, RANK[Level(notice.level)]
        )
        at = dt.datetime.fromtimestamp((watch.slot + 1) * group.slot_s, tz=dt.UTC)
        return Present(value=named.value, at=at, missing=missing)
    return None
