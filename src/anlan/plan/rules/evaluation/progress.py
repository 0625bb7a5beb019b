"""How far an indicator has come against how far its time has run.

Source: fact sheet support-and-community.md 9.1, practice of annual monitoring and mid-term
evaluation: p = (base - actual)/(base - target), e = (year - base year)/(end - base year); p ≥ 1
reached, p ≥ e on schedule, p ≥ 0.8 e nearly, else behind. The names of the steps are [V], the
factor 0.8 is a judgement of the sheet and marked as such.
Units and valid range: base, actual and target in one unit; the year lies in the span.
Edge cases: a missing base or actual value → UNKNOWN, naming what is missing; a base that equals
its target leaves nothing to come closer to → UNKNOWN; exact fractions decide, equal counts as so.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "plan-progress"
NEARLY: Final = Fraction(8, 10)


class ProgressState(StrEnum):
    REACHED = "reached"
    ON_SCHEDULE = "on-schedule"
    NEARLY = "nearly"
    BEHIND = "behind"

    @property
    def label(self) -> str:
        return PROGRESS_LABELS[self]


PROGRESS_LABELS: Final = {
    ProgressState.REACHED: gettext_noop("target reached"),
    ProgressState.ON_SCHEDULE: gettext_noop("on schedule"),
    ProgressState.NEARLY: gettext_noop("nearly on schedule"),
    ProgressState.BEHIND: gettext_noop("behind schedule"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The years of a plan: what is measured from, now, and at the end."""

    base_year: int
    year: int
    end_year: int

    def __post_init__(self) -> None:
        if not self.base_year < self.end_year or not self.base_year <= self.year <= self.end_year:
            raise ValueError("the year lies between base year and end")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorProgress:
    progress: Fraction
    elapsed: Fraction
    state: ProgressState


def indicator_progress(
    base: Decimal | None, target: Decimal, actual: Decimal | None, span: Span
) -> Verdict[IndicatorProgress]:
    """The progress. Source and edge cases: see the module."""
    missing = tuple(name for name, value in (("base", base), ("actual", actual)) if value is None)
    inputs = pairs(
        base="" if base is None else base,
        target=target,
        actual="" if actual is None else actual,
        years=(span.base_year, span.year, span.end_year),
    )
    if base is None or actual is None or base == target:
        said = gettext_noop("Progress cannot be determined. Missing: {missing}.")
        return Verdict.unknown(
            _reason(inputs, Message.of(said, missing=missing or ("base ≠ target",)))
        )
    done = Fraction(base - actual) / Fraction(base - target)
    elapsed = Fraction(span.year - span.base_year, span.end_year - span.base_year)
    value = IndicatorProgress(progress=done, elapsed=elapsed, state=_state(done, elapsed))
    return Verdict(value=value, reasons=(_reason(inputs, Message.of(value.state.label)),))


def _state(done: Fraction, elapsed: Fraction) -> ProgressState:
    if done >= 1:
        return ProgressState.REACHED
    if done >= elapsed:
        return ProgressState.ON_SCHEDULE
    return ProgressState.NEARLY if done >= NEARLY * elapsed else ProgressState.BEHIND


def _reason(inputs: tuple[tuple[str, object], ...], note: Message) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=inputs,
        note=note,
    )
