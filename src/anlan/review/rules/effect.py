"""Whether an improvement had the effect that was wanted of it.

Source: House rule (coverage.md, W3: problem → measure → effect). An improvement names a measure
that the program counts; its figure is frozen when the improvement is set and once more on the day
of the check. The verdict follows from the two figures alone; nobody types it.
Units and valid range: figures are so many of so many, compared as exact ratios; the wanted figure
in per cent. Edge cases: with a wanted figure, reaching it exactly is enough; without one the
figure has to be strictly better than at the start, the same is not effective. None of none, a
measure that is no longer kept, both figures of one day → not determinable. Records of which
nothing is known among the second figure hold an effective verdict back. What got worse is not
effective even when it still lies beyond the wanted figure.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "improvement-effect"


class Effect(StrEnum):
    EFFECTIVE = "effective"
    NOT_EFFECTIVE = "not-effective"
    NOT_DETERMINABLE = "not-determinable"

    @property
    def label(self) -> str:
        return EFFECT_LABELS[self]


EFFECT_LABELS: Final = {
    Effect.EFFECTIVE: gettext_noop("effective"),
    Effect.NOT_EFFECTIVE: gettext_noop("not effective"),
    Effect.NOT_DETERMINABLE: gettext_noop("effect not determinable"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A figure of a measure on a day; `silent` are records of which nothing was known."""

    part: int
    whole: int
    day: dt.date
    silent: int = 0

    def __post_init__(self) -> None:
        if min(self.part, self.whole, self.silent) < 0:
            raise ValueError("a figure is not below zero")

    @property
    def ratio(self) -> Fraction | None:
        """In per cent, exactly; None of none."""
        return Fraction(100 * self.part, self.whole) if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where better lies, and how far: without `percent`, anything better than at the start."""

    is_up: bool
    percent: Decimal | None = None


def effect_of(before: Reading, after: Reading | None, wanted: Wanted) -> Verdict[Effect]:
    """The verdict of a check; `after` is None when the measure is no longer kept. Source and edge
    cases: see the module."""
    value, note = _decided(before, after, wanted)
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            before=f"{before.part}/{before.whole}",
            before_on=before.day,
            after="" if after is None else f"{after.part}/{after.whole}",
            after_on="" if after is None else after.day,
            silent=0 if after is None else after.silent,
            direction="up" if wanted.is_up else "down",
            wanted_percent="" if wanted.percent is None else wanted.percent,
        ),
        note=note,
    )
    return Verdict(value=value, reasons=(reason,))


def _decided(before: Reading, after: Reading | None, wanted: Wanted) -> tuple[Effect, Message]:
    if after is None:
        return _unknown(gettext_noop("The measure is no longer kept."))
    if after.day <= before.day:
        return _unknown(gettext_noop("Both figures are of one day."))
    if before.ratio is None or after.ratio is None:
        return _unknown(
            gettext_noop("At the start nothing was counted.")
            if before.ratio is None
            else gettext_noop("On the day of the check nothing was counted.")
        )
    fault = _fault(before.ratio, after.ratio, wanted)
    if fault is not None:
        return Effect.NOT_EFFECTIVE, fault
    if after.silent:
        said = gettext_noop("Of {count} records nothing is known, so the effect is not certain.")
        return Effect.NOT_DETERMINABLE, Message.of(said, count=after.silent)
    return Effect.EFFECTIVE, _gained(wanted)


def _unknown(said: str) -> tuple[Effect, Message]:
    return Effect.NOT_DETERMINABLE, Message.of(said)


def _fault(start: Fraction, now: Fraction, wanted: Wanted) -> Message | None:
    """Why the figure shows no effect; None when it shows one."""
    gain = now - start if wanted.is_up else start - now
    if gain < 0:
        return Message.of(gettext_noop("The figure got worse."))
    if wanted.percent is None:
        same = Message.of(gettext_noop("The figure is the same as before."))
        return same if gain == 0 else None
    if is_reached(now, wanted.is_up, wanted.percent):
        return None
    said = gettext_noop("The figure does not reach the wanted {percent}%.")
    return Message.of(said, percent=str(wanted.percent))


def _gained(wanted: Wanted) -> Message:
    if wanted.percent is None:
        return Message.of(gettext_noop("The figure is better than before."))
    said = gettext_noop("The figure reaches the wanted {percent}%.")
    return Message.of(said, percent=str(wanted.percent))


def is_at_best(reading: Reading, *, is_up: bool) -> bool:
    """Whether a figure cannot get better: all of all, or none where less is better."""
    return bool(reading.whole) and (reading.part >= reading.whole if is_up else reading.part == 0)


def is_reached(now: Fraction, is_up: bool, percent: Decimal) -> bool:
    """Whether a figure lies at or beyond the wanted one."""
    return now >= Fraction(percent) if is_up else now <= Fraction(percent)
