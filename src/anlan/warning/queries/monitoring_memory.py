"""What this process remembers of the rules that watch readings: their plans, and what stands.

All of it can be made again from the rows and the store at any time. Plans are good until an entry
of the journal changes a column that was read for them.
"""

import dataclasses
import datetime as dt
import gc
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from anlan.base.journal.changes import Changes, Reads, changes_here, reading
from anlan.base.prepared import Prepared
from anlan.sensing.models import Datastream
from anlan.sensing.store.numbered import arrived
from anlan.warning.choices import Method
from anlan.warning.models import MonitoringPlace, MonitoringRule
from anlan.warning.queries.monitoring_plan import (
    WINDOWED,
    Plans,
    critical_values,
    level_limits,
    plans_of,
    rules_in_force,
    streams_of,
)
from anlan.warning.queries.monitoring_standing import Kept, Key, Standing
from anlan.warning.rules.engine import plan

MANY = 5_000
"""Datastreams for which it is worth while to keep them apart."""
Limits = Mapping[bytes, Decimal | plan.Limits]
"""Critical values, or levels of its own, by the key of a gauge."""


def _keep_apart() -> None:
    """Take what is remembered out of the way of the collector: to walk through the datastreams of
    a city holds every thread for a quarter of a second, whatever it was that was collected."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class Gauges:
    """Datastreams that no windows watch, and up to which number it was seen that nothing became
    known of them until an instant; None before the first look at them."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.seen: int | None = None
        self._end_us = 0

    def have_late(self, after: int, until: int, end_us: int) -> bool:
        """Whether something became known after a number of what was observed until an instant."""
        if self.seen is None:
            return bool(self.limits)
        after = max(after, self.seen) if end_us <= self._end_us else after
        if not self.limits or until <= after:
            return False
        rows = arrived(after, until)
        mine = np.array([key in self.limits for key in rows.keys], dtype=np.bool_)
        if len(rows) and bool((mine[rows.stream] & (rows.at_us <= end_us)).any()):
            return True
        self.seen, self._end_us = until, end_us
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A rule with what it watches: time steps of windows, or gauges without them."""

    rule: MonitoringRule
    standings: Sequence[Standing] = ()
    gauges: Gauges = dataclasses.field(default_factory=lambda: Gauges({}))

    @property
    def keys(self) -> set[Key]:
        """Of the rows that remember it."""
        if self.rule.method not in WINDOWED:
            return {(self.rule.pk, self.rule.slot_s)}
        return {(self.rule.pk, each.group.slot_s) for each in self.standings}


class Memory:
    """Of this process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._standings: dict[Key, Standing] = {}
        self._plans: _Planned | None = None

    def rules(self, day: dt.date) -> list[Remembered]:
        """The rules in force on a day, those that windows decide with what they watch."""
        changes = changes_here()
        revision = changes.look()
        with self._guard:
            known = self._plans
            if known is None or not known.is_good(changes, day):
                known = self._plans = self._planned(changes, revision, day)
            return known.rules

    def _planned(self, changes: Changes, revision: int, day: dt.date) -> "_Planned":
        with reading() as reads:
            streams = _Streams()
            found = [_Found.of(rule, day, streams) for rule in rules_in_force(day)]
        before = self._plans.rules if self._plans and self._is_same(changes) else []
        rules = _kept_where_same(found, before)
        self._standings = {
            (each.rule.pk, standing.group.slot_s): standing
            for each in rules
            for standing in each.standings
        }
        if sum(len(each.streams) for each in self._standings.values()) >= MANY:
            _keep_apart()
        return _Planned(day, changes, revision, reads, rules)

    def _is_same(self, changes: Changes) -> bool:
        return self._plans is not None and self._plans.changes is changes

    def warm(self) -> list[Standing]:
        """What this process watches, as far as it has begun to."""
        with self._guard:
            if self._plans is None or self._plans.changes is not changes_here():
                return []
            return [each for each in self._standings.values() if each.kept is not None]

    def forget(self) -> None:
        """Begin anew (tests that change databases)."""
        with self._guard:
            self._plans, self._standings = None, {}


@dataclass(frozen=True, slots=True)
class _Planned:
    day: dt.date
    changes: Changes
    revision: int
    reads: Reads
    rules: list[Remembered]

    def is_good(self, changes: Changes, day: dt.date) -> bool:
        if (self.day, self.changes) != (day, changes):
            return False
        return not changes.have(self.reads, since=self.revision)


memory = Memory()
_KEPT = Prepared(
    lambda: MonitoringPlace.objects.values_list("rule", "slot_s", "digest", "slot", "number")
)


def kept_rows() -> dict[Key, Kept]:
    """What the row of every place says, by rule and time step."""
    found = _KEPT.rows()
    return {(rule, slot_s): (digest, slot, number) for rule, slot_s, digest, slot, number in found}


class _Streams:
    """Datastreams that rules look at; several look at the same ones."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], list[Datastream]] = {}

    def of(self, rule: MonitoringRule) -> list[Datastream]:
        which = (rule.observed, rule.station_kind)
        if which not in self._known:
            self._known[which] = list(streams_of(rule))
        return self._known[which]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a rule watches, as it is read."""

    rule: MonitoringRule
    plans: Plans = dataclasses.field(default_factory=Plans)
    limits: Limits = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, rule: MonitoringRule, day: dt.date, streams: _Streams) -> "_Found":
        if rule.method == Method.EFFECTIVE:
            limits = {row.pk.bytes: value for row, value in critical_values(rule, day)}
            return cls(rule=rule, limits=limits)
        if rule.method == Method.RISE:
            levels = level_limits(rule, day, streams.of(rule))
            return cls(rule=rule, limits={row.pk.bytes: limits for row, limits in levels})
        if rule.method in WINDOWED:
            return cls(rule=rule, plans=plans_of(rule, day, streams.of(rule)))
        return cls(rule=rule)


def _kept_where_same(found: Sequence[_Found], before: Sequence[Remembered]) -> list[Remembered]:
    """What is watched, with what was remembered of it where it is the same."""
    stood = {(b.rule.pk, each.group.slot_s): each for b in before for each in b.standings}
    counted = {each.rule.pk: each.gauges for each in before}
    rules = []
    for each in found:
        standings = []
        for group in each.plans.groups:
            standing = before = stood.get((each.rule.pk, group.slot_s))
            if standing is None or standing.group != group:
                standing = Standing(each.rule, group, each.plans.streams)
                standing.before = before
            standing.rule, standing.streams = each.rule, each.plans.streams
            standings.append(standing)
        gauges = counted.get(each.rule.pk)
        if gauges is None or gauges.limits != each.limits:
            gauges = Gauges(each.limits)
        rules.append(Remembered(rule=each.rule, standings=standings, gauges=gauges))
    return rules
