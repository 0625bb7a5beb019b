"""The value of a window after one more slot, for all stations at once.

Source: House rule; sums by what enters and what leaves, exact in whole numbers; extremes of a
sliding window by blocks (van Herk 1992, Gil and Werman 1993): the extreme of a block so far, and
of the rest of the block before.
Shapes: every row has one number per station. Edge cases: a slot without a reading adds nothing to
a sum and counts as missing; it is lower than anything, so that it raises no maximum and breaks a
persistence. A difference needs both of its ends.
"""

import dataclasses

import numpy as np

from anlan.warning.rules.engine.plan import MISSING, Operation, WindowRule
from anlan.warning.rules.engine.state import Row, RuleState, frozen

Moved = tuple[RuleState, Row, Row]
"""The state of the rule, its value now, and how much of its window is missing."""


def move(
    rule: WindowRule, state: RuleState, closed: tuple[Row, ...], new: Row, slot: int
) -> Moved:
    """`closed` are the rows before `new`, the newest last; `slot` is the number of the new one."""
    leaving = closed[-rule.window_slots]
    if rule.operation is Operation.DIFFERENCE:
        return _difference(state, leaving, new)
    missing = state.missing + (new == MISSING)
    missing -= leaving == MISSING
    moved = dataclasses.replace(state, missing=frozen(missing))
    if rule.operation is Operation.SUM:
        total = state.total + np.where(new == MISSING, 0, new)
        total -= np.where(leaving == MISSING, 0, leaving)
        return dataclasses.replace(moved, total=frozen(total)), total, missing
    return _extreme(rule, moved, closed, new, slot)


def _difference(state: RuleState, oldest: Row, new: Row) -> Moved:
    missing = ((new == MISSING) | (oldest == MISSING)).astype(np.int64)
    value = np.where(missing == 0, new - oldest, MISSING)
    return state, value, missing


def _extreme(
    rule: WindowRule, state: RuleState, closed: tuple[Row, ...], new: Row, slot: int
) -> Moved:
    """Slots are cut into blocks of a window's length. Within a block `prefix` grows; where a block
    begins, `suffixes` of the block before are made once: the i-th is the extreme from i on."""
    best = np.maximum if rule.operation is Operation.MAX else np.minimum
    place = slot % rule.window_slots
    suffixes = state.suffixes
    if place == 0:
        suffixes = _suffixes(closed[-rule.window_slots :], best)
        prefix = new
    else:
        prefix = best(state.prefix, new)
    is_whole_block = place + 1 == rule.window_slots
    value = prefix if is_whole_block else best(prefix, suffixes[place + 1])
    moved = dataclasses.replace(state, prefix=frozen(prefix), suffixes=suffixes)
    return moved, value, state.missing


def _suffixes(block: tuple[Row, ...], best: np.ufunc) -> tuple[Row, ...]:
    rows = [block[-1]]
    for row in reversed(block[:-1]):
        rows.append(frozen(best(row, rows[-1])))
    return tuple(reversed(rows))
