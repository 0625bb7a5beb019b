"""The value of a window after one more slot, for all stations at once.

Source: House rule; sums as a difference of running totals, exact in whole numbers; extremes of a
sliding window by blocks (van Herk 1992, Gil and Werman 1993): the extreme of a block so far, and
of the rest of the block before.
Shapes: every row has one number per station. Edge cases: a slot without a reading adds nothing to
a sum and counts as missing; it is lower than anything, so that it raises no maximum and breaks a
persistence. A difference needs both of its ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from anlan.warning.rules.engine.plan import MISSING, Operation, Plan, WindowRule
from anlan.warning.rules.engine.state import Closed, Row, RuleState, State, frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Tables (rule, station) of values and of what is missing, and what each rule keeps."""

    value: Row
    missing: Row
    rules: tuple[RuleState, ...]


def move(plan: Plan, state: State, slot: Closed) -> Moved:
    """Every window one slot on, which is being closed."""
    value = np.empty_like(state.value)
    rules = []
    for number, rule in enumerate(plan.rules):
        kept = state.rules[number]
        if rule.operation is Operation.SUM:
            np.subtract(slot.total, state.closed[-rule.window_slots].total, out=value[number])
        elif rule.operation is Operation.DIFFERENCE:
            oldest = state.closed[-rule.window_slots].row
            is_open = (slot.row == MISSING) | (oldest == MISSING)
            value[number] = np.where(is_open, MISSING, slot.row - oldest)
        else:
            kept = _extreme(rule, kept, state, slot.row, value[number])
        rules.append(kept)
    missing = _missing(plan, state, slot)
    return Moved(value=frozen(value), missing=missing, rules=tuple(rules))


def _missing(plan: Plan, state: State, slot: Closed) -> Row:
    """How much is missing of each window; the table as it was where no gap enters or leaves."""
    table = state.missing
    for number, rule in enumerate(plan.rules):
        leaving = state.closed[-rule.window_slots]
        is_whole = slot.is_whole and leaving.is_whole
        if is_whole and not (rule.operation is Operation.DIFFERENCE and table[number].any()):
            continue
        table = table.copy() if table is state.missing else table
        gone = leaving.row == MISSING
        if rule.operation is Operation.DIFFERENCE:
            table[number] = gone | (slot.row == MISSING)
        else:
            table[number] += slot.row == MISSING
            table[number] -= gone
    return frozen(table)


def _extreme(rule: WindowRule, kept: RuleState, state: State, row: Row, value: Row) -> RuleState:
    """Slots are cut into blocks of a window's length. Within a block `prefix` grows; where a block
    begins, `suffixes` of the block before are made once: the i-th is the extreme from i on."""
    best = np.maximum if rule.operation is Operation.MAX else np.minimum
    place = (state.slot + 1) % rule.window_slots
    suffixes = kept.suffixes
    if place == 0:
        suffixes = _suffixes([slot.row for slot in state.closed[-rule.window_slots :]], best)
        prefix = row
    else:
        prefix = frozen(best(kept.prefix, row))
    is_whole_block = place + 1 == rule.window_slots
    value[:] = prefix if is_whole_block else best(prefix, suffixes[place + 1])
    return replace(kept, prefix=prefix, suffixes=suffixes)


def _suffixes(block: Sequence[Row], best: np.ufunc) -> tuple[Row, ...]:
    rows = [block[-1]]
    for row in reversed(block[:-1]):
        rows.append(frozen(best(row, rows[-1])))
    return tuple(reversed(rows))
