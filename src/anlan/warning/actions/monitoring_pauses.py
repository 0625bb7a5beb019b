"""Forgetting what nobody watches now, so that it begins anew when it is watched again.

House rule (**ours, `D`**): a rule that is out of force, or a time step of which no place has a
limit any more, judges nothing of what is said meanwhile, then or afterwards. Back again it hears
from now on, with what its windows need and the levels of its open notices, as a new rule does.
A program that was away is something else: what it missed is caught up with.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from anlan.warning.models import MonitoringPlace
from anlan.warning.queries.monitoring_memory import Remembered
from anlan.warning.queries.monitoring_standing import Kept, Key

_NAMES: Final = ("digest", "slot", "number")


def forget_unwatched(
    rules: Iterable[Remembered], kept: dict[Key, Kept], now: dt.datetime
) -> dict[Key, Kept]:
    """The rows that are watched. The others are removed, unless somebody who knows more of the
    rules has just brought them up, or has a clock by which this one runs behind."""
    watched = set().union(*(each.keys for each in rules))
    for rule, slot_s in kept.keys() - watched:
        was = dict(zip(_NAMES, kept[rule, slot_s], strict=True))
        if kept[rule, slot_s][1] > now.timestamp() // slot_s:
            continue
        MonitoringPlace.objects.filter(rule=rule, slot_s=slot_s, **was).delete()
    return {key: row for key, row in kept.items() if key in watched}
