"""What is missing in a duty roster.

Decides where a body is without anybody on duty, where shifts overlap, and which shift has no
leader or no officer.

Source: House rule: duty is round the clock (总体应急预案 and 值班制度 of the city ask for 24-hour
duty with a leader 领导带班; their clauses were not seen). Missing is not normal: a span nobody
entered is a gap, never silence.

Units and valid range: aware instants; a shift's end is excluded, so that shifts that touch
neither leave a gap nor overlap. The window's end is excluded as well.

Edge cases: no shift at all is one gap as long as the window; shifts outside the window are cut to
it; an overlap of three shifts is told once for each pair of neighbours.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "duty-roster"


class Fault(StrEnum):
    """What is wrong with a span of a roster."""

    GAP = "gap"
    OVERLAP = "overlap"
    NO_LEADER = "no-leader"
    NO_OFFICER = "no-officer"

    @property
    def label(self) -> str:
        return FAULT_LABELS[self]


FAULT_LABELS: Final = {
    Fault.GAP: gettext_noop("Nobody on duty"),
    Fault.OVERLAP: gettext_noop("Shifts overlap"),
    Fault.NO_LEADER: gettext_noop("No leader on duty"),
    Fault.NO_OFFICER: gettext_noop("No duty officer"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A shift as the rule sees it."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    leaders: int
    officers: int

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("shifts take aware datetimes")
        if self.ends_at <= self.starts_at:
            raise ValueError("a shift ends after it starts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault and the span it concerns (end excluded)."""

    fault: Fault
    starts_at: dt.datetime
    ends_at: dt.datetime


def check_roster(
    shifts: Iterable[Shift], starts_at: dt.datetime, ends_at: dt.datetime
) -> Verdict[tuple[Finding, ...]]:
    """Findings inside the window, in order of time; an empty tuple is a whole roster."""
    if ends_at <= starts_at:
        raise ValueError("the window ends after it starts")
    inside = sorted(
        (s for s in shifts if s.starts_at < ends_at and starts_at < s.ends_at),
        key=lambda shift: (shift.starts_at, shift.ends_at),
    )
    found = [*_spans(inside, starts_at, ends_at), *_vacant(inside, starts_at, ends_at)]
    found.sort(key=lambda finding: (finding.starts_at, finding.fault, finding.ends_at))
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(starts_at=starts_at, ends_at=ends_at, shifts=len(inside)),
    )
    return Verdict(value=tuple(found), reasons=(reason,))


def _spans(shifts: list[Shift], begins: dt.datetime, ends: dt.datetime) -> Iterator[Finding]:
    """Gaps and overlaps: `covered` is the first instant that no shift so far covers."""
    covered = begins
    for shift in shifts:
        start, end = max(shift.starts_at, begins), min(shift.ends_at, ends)
        if start > covered:
            yield Finding(fault=Fault.GAP, starts_at=covered, ends_at=start)
        elif start < covered:
            yield Finding(fault=Fault.OVERLAP, starts_at=start, ends_at=min(covered, end))
        covered = max(covered, end)
    if covered < ends:
        yield Finding(fault=Fault.GAP, starts_at=covered, ends_at=ends)


def _vacant(shifts: list[Shift], begins: dt.datetime, ends: dt.datetime) -> Iterator[Finding]:
    for shift in shifts:
        start, end = max(shift.starts_at, begins), min(shift.ends_at, ends)
        if shift.leaders == 0:
            yield Finding(fault=Fault.NO_LEADER, starts_at=start, ends_at=end)
        if shift.officers == 0:
            yield Finding(fault=Fault.NO_OFFICER, starts_at=start, ends_at=end)
