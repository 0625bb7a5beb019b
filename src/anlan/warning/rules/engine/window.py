"""The value of a window after one more slot, for all stations at once.

Source: House rule; sums by what enters and what leaves, exact in whole numbers; extremes of a
sliding window by blocks (van Herk 1992, Gil and Werman 1993): the extreme of a block so far, and
of the rest of the block before.
Shapes: every row has one number per station. Edge cases: a slot without a reading adds nothing to
a sum and counts as missing; it is lower than anything, so that it raises no maximum and breaks a
persistence. A difference needs both of its ends.
"""

from dataclasses import dataclass

import numpy as np

from anlan.warning.rules.engine.plan import MISSING, Operation, WindowRule
from anlan.warning.rules.engine.state import Row, RuleState, frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A slot that is being closed: its number, its row, and the same with 0 for what is missing
    (the very same row where nothing is)."""

    number: int
    row: Row
    filled: Row

    @property
    def is_whole(self) -> bool:
        return self.row is self.filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The rows that are remembered, the newest last; see `State`."""

    closed: tuple[Row, ...]
    filled: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The value of a window, how much of it is missing, and what the rule's next state keeps."""

    value: Row
    missing: Row
    total: Row
    missing_kept: Row
    prefix: Row
    suffixes: tuple[Row, ...]


def move(rule: WindowRule, state: RuleState, before: Before, slot: Slot) -> Moved:
    leaving = before.closed[-rule.window_slots]
    if rule.operation is Operation.DIFFERENCE:
        return _difference(state, leaving, slot.row)
    leaving_filled = before.filled[-rule.window_slots]
    missing = state.missing
    if not slot.is_whole or leaving is not leaving_filled:
        missing = missing + (slot.row == MISSING)
        missing -= leaving == MISSING
        frozen(missing)
    if rule.operation is not Operation.SUM:
        return _extreme(rule, state, missing, before.closed, slot)
    total = state.total + slot.filled
    total -= leaving_filled
    return Moved(
        value=frozen(total),
        missing=missing,
        total=total,
        missing_kept=missing,
        prefix=state.prefix,
        suffixes=(),
    )


def _difference(state: RuleState, oldest: Row, new: Row) -> Moved:
    is_open = (new == MISSING) | (oldest == MISSING)
    return Moved(
        value=np.where(is_open, MISSING, new - oldest),
        missing=is_open.astype(np.int32),
        total=state.total,
        missing_kept=state.missing,
        prefix=state.prefix,
        suffixes=(),
    )


def _extreme(
    rule: WindowRule, state: RuleState, missing: Row, closed: tuple[Row, ...], slot: Slot
) -> Moved:
    """Slots are cut into blocks of a window's length. Within a block `prefix` grows; where a block
    begins, `suffixes` of the block before are made once: the i-th is the extreme from i on."""
    best = np.maximum if rule.operation is Operation.MAX else np.minimum
    place = slot.number % rule.window_slots
    suffixes = state.suffixes
    if place == 0:
        suffixes = _suffixes(closed[-rule.window_slots :], best)
        prefix = slot.row
    else:
        prefix = frozen(best(state.prefix, slot.row))
    is_whole_block = place + 1 == rule.window_slots
    value = prefix if is_whole_block else best(prefix, suffixes[place + 1])
    return Moved(
        value=value,
        missing=missing,
        total=state.total,
        missing_kept=missing,
        prefix=prefix,
        suffixes=suffixes,
    )


def _suffixes(block: tuple[Row, ...], best: np.ufunc) -> tuple[Row, ...]:
    rows = [block[-1]]
    for row in reversed(block[:-1]):
        rows.append(frozen(best(row, rows[-1])))
    return tuple(reversed(rows))
