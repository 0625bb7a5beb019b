"""The numbers behind a level: value and limit of the window that holds it, as people read them.

House rule: the limit shown is that of the level, in the unit of the property; a colour without a
limit of its own shows the next higher one, which it takes. Edge cases: no level shows the lowest
limit of the window, the value below which it ended.
"""

from dataclasses import dataclass

from anlan.warning.rules.engine.plan import MISSING, Operation
from anlan.warning.rules.monitoring.group import Comparison, Group, shown_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """`value` None: nothing is known of the window."""

    operation: str
    window_min: int
    value: float | None
    limit: float | None


def found_values(group: Group, place: int, window: int, whole: int, level: int) -> Named:
    """What the window `window` of a place says at a level."""
    each, comparison = group.windows[window], group.comparison
    is_sum = each.operation in (Operation.SUM, Operation.DIFFERENCE)
    limits = group.places[place].limits[window]
    wanted = [limit for limit in limits[max(0, level - 1) :] if limit is not None]
    any_limit = [limit for limit in limits if limit is not None]
    limit = next(iter(wanted or any_limit), None)
    turned = Comparison.AT_LEAST if is_sum else comparison
    return Named(
        operation=each.operation.value,
        window_min=each.window_s // 60,
        value=None if whole == MISSING else shown_value(turned, whole),
        limit=None if limit is None else _limit_value(comparison, limit),
    )


def _limit_value(comparison: Comparison, limit: int) -> float:
    strict = comparison in (Comparison.ABOVE, Comparison.BELOW)
    return shown_value(comparison, limit - 1 if strict else limit)
