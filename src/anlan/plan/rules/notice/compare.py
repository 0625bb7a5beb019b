"""What changed between two editions of a notice: clauses, duties, owners, work without an owner.

Source: House rule; coverage.md W1 (amendments compared, orphaned duties listed).
Units and valid range: two parsed notices; clauses are matched by heading, then by id when their
headings are alike, each at most once.
Edge cases: a clause that only moved or was renumbered is not changed; a clause matched by id alone
needs half of its heading's characters in common; an indicator is called by what it measures, so
that “死亡人数下降15%” and “死亡人数” are one heading and the target is compared by itself; work is
orphaned when its clause vanished or no longer names a body.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final, Protocol

from anlan.plan.rules.notice.values import Clause, Mode

COMPARED_FIELDS: Final = (
    "heading",
    "deadline_years",
    "lead_units",
    "support_units",
    "mode",
    "open_ended",
    "indicator",
)
LEAST_ALIKE: Final = 0.5


class DutyRole(StrEnum):
    LEAD = "lead"
    SUPPORT = "support"


class HasClauses(Protocol):
    @property
    def clauses(self) -> tuple[Clause, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One body's part in one clause; `clause_id` as in the edition the duty is taken from."""

    clause_id: str
    unit: str
    role: DutyRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseChange:
    """Two editions of one clause and the fields that differ."""

    old: Clause
    new: Clause
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChange:
    """Owners are the leads, or all bodies where nobody leads."""

    old: Clause
    new: Clause
    old_owners: tuple[str, ...]
    new_owners: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`matched` pairs ids of the old and the new edition; `orphaned` are old clauses."""

    matched: tuple[tuple[str, str], ...] = ()
    appeared: tuple[Clause, ...] = ()
    vanished: tuple[Clause, ...] = ()
    changed: tuple[ClauseChange, ...] = ()
    duties_appeared: tuple[Duty, ...] = ()
    duties_vanished: tuple[Duty, ...] = ()
    owner_changed: tuple[OwnerChange, ...] = ()
    orphaned: tuple[Clause, ...] = ()


def compare(
    old: HasClauses, new: HasClauses, *, running: Collection[str] | None = None
) -> Comparison:
    """`running` are the ids of old clauses on which work goes on; every clause when not given."""
    pairs = _pairs(old.clauses, new.clauses)
    gone = [clause for clause in old.clauses if clause.id not in {a.id for a, _ in pairs}]
    come = [clause for clause in new.clauses if clause.id not in {b.id for _, b in pairs}]
    changes = [_change(a, b) for a, b in pairs]
    lost = [*gone, *(a for a, b in pairs if b.mode is Mode.NONE)]
    return Comparison(
        matched=tuple((a.id, b.id) for a, b in pairs),
        appeared=tuple(come),
        vanished=tuple(gone),
        changed=tuple(change for change in changes if change.fields),
        duties_appeared=tuple(_new_duties(pairs, come)),
        duties_vanished=tuple(_lost_duties(pairs, gone)),
        owner_changed=tuple(_owner_changes(pairs)),
        orphaned=tuple(_running(lost, running)),
    )


def owners(clause: Clause) -> tuple[str, ...]:
    """Who answers for a clause: its leads, or everybody named where nobody leads."""
    return clause.lead_units or clause.support_units


def duties(clause: Clause) -> tuple[Duty, ...]:
    leads = (
        Duty(clause_id=clause.id, unit=unit, role=DutyRole.LEAD) for unit in clause.lead_units
    )
    supports = (
        Duty(clause_id=clause.id, unit=unit, role=DutyRole.SUPPORT)
        for unit in clause.support_units
    )
    return (*leads, *supports)


Pair = tuple[Clause, Clause]


def _pairs(old: tuple[Clause, ...], new: tuple[Clause, ...]) -> list[Pair]:
    """Matched clauses in the order of the new edition."""
    free = {clause.id: clause for clause in new}
    found: dict[str, Clause] = {}
    for key in (_kind_and_heading, _heading):
        waiting: dict[object, list[Clause]] = {}
        for clause in free.values():
            waiting.setdefault(key(clause), []).append(clause)
        for clause in old:
            same = waiting.get(key(clause), [])
            if clause.id not in found and same:
                match = same.pop(0)
                found[clause.id] = match
                del free[match.id]
    for clause in old:
        candidate = free.get(clause.id)
        if clause.id not in found and candidate is not None and _alike(clause, candidate):
            found[clause.id] = candidate
            del free[candidate.id]
    order = {clause.id: at for at, clause in enumerate(new)}
    pairs = [(clause, found[clause.id]) for clause in old if clause.id in found]
    return sorted(pairs, key=lambda pair: order[pair[1].id])


def _kind_and_heading(clause: Clause) -> object:
    return (clause.kind, _heading(clause))


def _heading(clause: Clause) -> str:
    """What a clause is called; of an indicator what it measures, without the target."""
    return clause.indicator.name if clause.indicator is not None else clause.heading


def _alike(one: Clause, other: Clause) -> bool:
    words, others = _heading(one)[:200], _heading(other)[:200]
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    return one.kind is other.kind and matcher.ratio() >= LEAST_ALIKE


def _change(old: Clause, new: Clause) -> ClauseChange:
    fields = tuple(name for name in COMPARED_FIELDS if _value(old, name) != _value(new, name))
    return ClauseChange(old=old, new=new, fields=fields)


def _value(clause: Clause, name: str) -> object:
    """A field's value; the order of bodies and years is no difference."""
    value: object = _heading(clause) if name == "heading" else getattr(clause, name)
    return frozenset(value) if isinstance(value, tuple) else value


def _parts(clause: Clause) -> set[tuple[str, DutyRole]]:
    return {(duty.unit, duty.role) for duty in duties(clause)}


def _new_duties(pairs: Iterable[Pair], come: Iterable[Clause]) -> Iterable[Duty]:
    for old, new in pairs:
        before = _parts(old)
        yield from (duty for duty in duties(new) if (duty.unit, duty.role) not in before)
    for clause in come:
        yield from duties(clause)


def _lost_duties(pairs: Iterable[Pair], gone: Iterable[Clause]) -> Iterable[Duty]:
    for old, new in pairs:
        after = _parts(new)
        yield from (duty for duty in duties(old) if (duty.unit, duty.role) not in after)
    for clause in gone:
        yield from duties(clause)


def _owner_changes(pairs: Iterable[Pair]) -> Iterable[OwnerChange]:
    for old, new in pairs:
        before, after = owners(old), owners(new)
        if before and after and set(before) != set(after):
            yield OwnerChange(old=old, new=new, old_owners=before, new_owners=after)


def _running(lost: Iterable[Clause], running: Collection[str] | None) -> Iterable[Clause]:
    for clause in lost:
        if clause.mode is not Mode.NONE and (running is None or clause.id in running):
            yield clause
