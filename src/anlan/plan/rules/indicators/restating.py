"""Which published figures would change: an edition as it was published, held against today.

Source: House rule; coverage.md ("restated GDP or a late death never changes a published figure
silently").
Edge cases: a figure that was missing and is known now, or the other way round, changed. Numbers
are compared by value: 2.50 is 2.5. The cause is read from the two figures behind the value: a
denominator of another edition or value is restated; a numerator that grew was reported late.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop


class Cause(StrEnum):
    DENOMINATOR = "denominator"
    MORE = "more"
    FEWER = "fewer"
    OTHER = "other"

    @property
    def label(self) -> str:
        return CAUSE_LABELS[self]


CAUSE_LABELS: Final = {
    Cause.DENOMINATOR: gettext_noop("the denominator was restated"),
    Cause.MORE: gettext_noop("more was reported after publication"),
    Cause.FEWER: gettext_noop("less is counted than at publication"),
    Cause.OTHER: gettext_noop("a choice or another year changed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A figure of an edition: the value and the two figures behind it, None where missing."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    key: str
    was: Frozen
    now: Frozen
    cause: Cause


NOTHING: Final = Frozen(value=None)


def changes(published: Mapping[str, Frozen], today: Mapping[str, Frozen]) -> tuple[Change, ...]:
    """The figures that differ, in the order of their keys."""
    found = []
    for key in sorted({*published, *today}):
        was, now = published.get(key, NOTHING), today.get(key, NOTHING)
        if was != now:
            found.append(Change(key=key, was=was, now=now, cause=_cause(was, now)))
    return tuple(found)


def _cause(was: Frozen, now: Frozen) -> Cause:
    if was.denominator != now.denominator:
        return Cause.DENOMINATOR
    if was.numerator == now.numerator:
        return Cause.OTHER
    return Cause.MORE if (now.numerator or 0) > (was.numerator or 0) else Cause.FEWER
