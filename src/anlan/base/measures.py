"""Measures: figures that are computed from records made while working, and what proves them.

A stage declares its measures among its parts; the plan evaluates itself by them.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A figure of a measure: so many of so many. None of none is not determinable, never 0 %.
    `silent` are records of which nothing can be said; they are not among the whole."""

    part: int
    whole: int
    silent: int = 0

    @property
    def percent(self) -> float | None:
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A record behind a measure: what it is, its page, why it counts or does not. One that is
    `left_out` is shown with its reason, and is none of those that are counted over.

    `items` are the plan items it belongs to (by their keys in the notice), for a measure that can
    be narrowed to one. A measure of amounts says `part` of `whole` in its base unit; without them
    a record is one. Nought of nought: it is listed, and nothing can be said of it.
    """

    label: str
    url: str
    counts: bool
    why: str
    left_out: bool = False
    items: tuple[str, ...] = ()
    part: int | None = None
    whole: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure that is computed from records made while working, never typed in.

    `query(scope, now)` and `evidence(scope, now)` look at the same records: the figure is the
    number of proofs that count, of all that are not left out. `direction` is "up" or "down": where
    better lies. `serves` are the plan items it is the measure of; `rule` says in words what is
    counted. Its proofs name their items when it `narrows`; `amount` writes one of its amounts
    (metres, fen). `has_lamp` is false for a figure that is neither good nor bad.
    """

    name: str
    label: str
    unit: str
    direction: str
    rule: str
    serves: tuple[str, ...]
    query: Callable[[Any, dt.datetime], Share]
    evidence: Callable[[Any, dt.datetime], Sequence[Proof]]
    narrows: bool = False
    amount: Callable[[int], str] | None = None
    has_lamp: bool = True


def share_of(proofs: Iterable[Proof]) -> Share:
    """The figure that proofs make: amounts where they are said, records elsewhere."""
    part = whole = silent = 0
    for proof in proofs:
        if proof.left_out:
            continue
        part += proof.part if proof.part is not None else int(proof.counts)
        whole += proof.whole if proof.whole is not None else 1
        silent += proof.whole == 0
    return Share(part=part, whole=whole, silent=silent)


def of_item(proofs: Iterable[Proof], key: str) -> list[Proof]:
    """Those that belong to a plan item."""
    return [proof for proof in proofs if key in proof.items]


def counted(
    evidence: Callable[[Any, dt.datetime], Sequence[Proof]],
) -> Callable[[Any, dt.datetime], Share]:
    """The query of a measure that is counted from its own evidence."""
    return lambda scope, now: share_of(evidence(scope, now))
