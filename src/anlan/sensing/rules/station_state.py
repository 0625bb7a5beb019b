"""What state a station is shown in: over a limit, silent, never heard, late, calibration, normal.

Source: House rule (design, wall 11; issue of the live map): a state that asks for somebody comes
before one that does not, and no data never lowers one. **The order is ours (`D`)**: over a limit,
silent, never heard, late, calibration overdue, normal. Limits are those that a station has of its
own, with their sources; which way they lie is ours as well: reached or passed upwards, but
downwards for oxygen and visibility and for lower limits (low, low-low, low water); soil moisture
is not compared, since a limit of it may mean either. Units and valid range: value and limit in
the unit in which the datastream is kept; days.

Edge cases: exactly the limit is over it; a value that a test doubts is compared all the same; a
station that went silent over a limit stays over it; without a value nothing is over; without a
due day no calibration is overdue, and on the day itself it is not yet.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.rules.silence import Heard

RULE: Final = "station-state"
LOWER_IS_WORSE: Final = frozenset({ObservedProperty.OXYGEN, ObservedProperty.VISIBILITY})
NOT_COMPARED: Final = frozenset({ObservedProperty.SOIL_MOISTURE})
_OURS = gettext_noop("The order of the states is ours, not a regulation.")


class Shown(StrEnum):
    """State of a station on the map, the most urgent first."""

    OVER = "over"
    SILENT = "silent"
    NEVER = "never"
    LATE = "late"
    CALIBRATION = "calibration"
    NORMAL = "normal"

    @property
    def label(self) -> str:
        return SHOWN_LABELS[self]


SHOWN_LABELS: Final = {
    Shown.OVER: gettext_noop("over a limit"),
    Shown.SILENT: gettext_noop("silent"),
    Shown.NEVER: gettext_noop("never heard"),
    Shown.LATE: gettext_noop("reporting late"),
    Shown.CALIBRATION: gettext_noop("calibration overdue"),
    Shown.NORMAL: gettext_noop("normal"),
}
_OF_HEARD: Final = {
    Heard.SILENT: Shown.SILENT,
    Heard.NEVER: Shown.NEVER,
    Heard.LATE: Shown.LATE,
}


def is_over(
    observed: ObservedProperty, value: float | None, limit: float, *, is_lower: bool = False
) -> bool:
    """Whether a value has reached a limit of its station; a lower limit from above."""
    if value is None or observed in NOT_COMPARED:
        return False
    return value <= limit if is_lower or observed in LOWER_IS_WORSE else value >= limit


def is_overdue(due_on: date | None, today: date) -> bool:
    """Whether the day of the next calibration has passed."""
    return due_on is not None and due_on < today


def states_of(
    heard: Iterable[Heard], *, has_limit_reached: bool, has_calibration_overdue: bool
) -> tuple[Shown, ...]:
    """Every state that holds, the most urgent first; normal only where no other does.

    A station without a datastream was never heard.
    """
    states = set(heard) or {Heard.NEVER}
    found = {_OF_HEARD[state] for state in states if state in _OF_HEARD}
    if has_limit_reached:
        found.add(Shown.OVER)
    if has_calibration_overdue:
        found.add(Shown.CALIBRATION)
    return tuple(state for state in Shown if state in found) or (Shown.NORMAL,)


def station_state(
    heard: Heard, *, has_limit_reached: bool, has_calibration_overdue: bool
) -> Verdict[Shown]:
    """The state that is drawn, with its reasons."""
    found = states_of(
        (heard,),
        has_limit_reached=has_limit_reached,
        has_calibration_overdue=has_calibration_overdue,
    )
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            heard=heard.value,
            has_limit_reached=has_limit_reached,
            has_calibration_overdue=has_calibration_overdue,
        ),
        note=Message.of(_OURS),
    )
    return Verdict(value=found[0], reasons=(reason,))
