"""What this process remembers of the rules that watch readings: their plans, and what stands.

All of it can be made again from the rows and the store at any time. Plans are good until an entry
of the journal changes a column that was read for them.
"""

import dataclasses
import datetime as dt
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anlan.base.journal.changes import Changes, Reads, changes_here, reading
from anlan.sensing.store.numbered import arrived
from anlan.warning.choices import Method
from anlan.warning.models import MonitoringPlace, MonitoringRule
from anlan.warning.queries.monitoring_plan import (
    WINDOWED,
    Plans,
    critical_values,
    plans_of,
    rules_in_force,
)
from anlan.warning.queries.monitoring_standing import Kept, Key, Standing


class Gauges:
    """Datastreams of which whole hours count, and up to which number it was seen that nothing
    became known of an hour that was closed; None before the first look at them."""

    def __init__(self, keys: Collection[bytes]) -> None:
        self.keys = frozenset(keys)
        self.seen: int | None = None

    def have_late(self, after: int, until: int, end_us: int) -> bool:
        """Whether something became known after a number of what was observed until an instant."""
        if self.seen is None:
            return bool(self.keys)
        after = max(after, self.seen)
        if not self.keys or until <= after:
            return False
        rows = arrived(after, until)
        mine = np.array([key in self.keys for key in rows.keys], dtype=np.bool_)
        if len(rows) and bool((mine[rows.stream] & (rows.at_us <= end_us)).any()):
            return True
        self.seen = until
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A rule with what it watches: time steps of windows, or gauges of which hours count."""

    rule: MonitoringRule
    standings: Sequence[Standing] = ()
    gauges: Gauges = dataclasses.field(default_factory=lambda: Gauges(()))


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
            found = [_Found.of(rule, day) for rule in rules_in_force(day)]
        before = self._standings if self._is_same(changes) else {}
        self._standings = {}
        rules = [self._remembered(each, before) for each in found]
        return _Planned(day, changes, revision, reads, rules)

    def _remembered(self, found: "_Found", before: Mapping[Key, Standing]) -> Remembered:
        standings = []
        for group in found.plans.groups:
            key = (found.rule.pk, group.slot_s)
            standing = before.get(key)
            if standing is None or standing.group != group:
                standing = Standing(found.rule, group, found.plans.streams)
            standing.rule, standing.streams = found.rule, found.plans.streams
            self._standings[key] = standing
            standings.append(standing)
        return Remembered(rule=found.rule, standings=standings, gauges=Gauges(found.gauges))

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


def kept_rows() -> dict[Key, Kept]:
    """What the row of every place says, by rule and time step."""
    rows = MonitoringPlace.objects.values_list("rule", "slot_s", "digest", "slot", "number")
    return {(rule, slot_s): (digest, slot, number) for rule, slot_s, digest, slot, number in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a rule watches, as it is read."""

    rule: MonitoringRule
    plans: Plans
    gauges: Collection[bytes] = ()

    @classmethod
    def of(cls, rule: MonitoringRule, day: dt.date) -> "_Found":
        if rule.method == Method.EFFECTIVE:
            gauges = {row.pk.bytes for row, _ in critical_values(rule, day)}
            return cls(rule=rule, plans=Plans(), gauges=gauges)
        if rule.method in WINDOWED:
            return cls(rule=rule, plans=plans_of(rule, day))
        return cls(rule=rule, plans=Plans())
