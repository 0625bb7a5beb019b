"""How a way of intake is: whether readings that are sent now are taken.

Source: House rule; nothing heard is a state of its own, never "working". Units and valid range: a
worker says every few seconds how it is. Edge cases: a way that is not configured is off; one that
is, and of which no worker is heard, is in nobody's hands, whatever its last worker said; the worst
of several workers does not hide one that works.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop

CONNECTED: Final = "connected"
WRITES_LATE: Final = "writes-late"


class Health(StrEnum):
    """Whether readings that are sent now are taken."""

    OFF = "off"
    NOBODY = "nobody"
    TROUBLE = "trouble"
    UNSAFE = "unsafe"
    WORKING = "working"

    @property
    def label(self) -> str:
        return HEALTH_LABELS[self]


HEALTH_LABELS: Final = {
    Health.OFF: gettext_noop("off"),
    Health.NOBODY: gettext_noop("switched on, but nobody works"),
    Health.TROUBLE: gettext_noop("in trouble"),
    Health.UNSAFE: gettext_noop("works, but the server writes late"),
    Health.WORKING: gettext_noop("working"),
}
STATE_LABELS: Final = {
    CONNECTED: gettext_noop("connected"),
    "connecting": gettext_noop("connecting"),
    "unreachable": gettext_noop("the server does not answer"),
    "refused": gettext_noop("the server refuses the sign-in"),
    "store-away": gettext_noop("the store takes nothing; nothing is acknowledged"),
    "failed": gettext_noop("an error of the program; nothing is acknowledged"),
}


def health_of(is_on: bool, workers: Iterable[tuple[str, str]]) -> Health:
    """(state, detail) of the workers that are heard now."""
    if not is_on:
        return Health.OFF
    heard = list(workers)
    if not heard:
        return Health.NOBODY
    connected = [detail for state, detail in heard if state == CONNECTED]
    if not connected:
        return Health.TROUBLE
    return Health.UNSAFE if WRITES_LATE in connected else Health.WORKING
