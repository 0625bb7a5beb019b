"""The clocks of a disaster process: first report, passing on, follow-ups, final check.

Source: statistics system of disasters (应急〔2020〕19号) and the relief plan of the province, by
its press summary: the county reports within 2 h of the onset, city and province pass it on within
2 h of receipt; until the situation is stable a report every 24 h even when nothing changed
(24小时零报告). Drought: at least every 10 days (from memory). Final check: older local plans give
the county 2 and then the city 3 working days; the present terms differ from place to place.
Units and valid range: aware instants, calendar days, working days.
Edge cases: an onset whose hour nobody told has no clock; the day alone does not tell it. A final
report ends the follow-ups of its unit. What is reported "at once" has no number and no clock here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from anlan.base.rules.verdict import Reason, SourceStatus, Verdict, pairs
from anlan.losses.rules.grade_table import read_table

RULE: Final = "disaster-report-terms"
DROUGHT: Final = "drought"


class Step(StrEnum):
    """What is owed in a process, and the mark of its clock."""

    FIRST = "first"
    ONWARD = "onward"
    FOLLOW_UP = "follow_up"
    FINAL_COUNTY = "final_county"
    FINAL_CITY = "final_city"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term; exactly one of the three is set."""

    hours: int = 0
    calendar_days: int = 0
    working_days: int = 0

    def __post_init__(self) -> None:
        if sum(bool(n) for n in (self.hours, self.calendar_days, self.working_days)) != 1:
            raise ValueError("a term is counted in one way")


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    return read_table("disaster_terms")


def rule_of(step: Step) -> str:
    """The mark of a clock of that step."""
    return f"disaster-{step.value.replace('_', '-')}"


def term_of(step: Step, *, hazard: str) -> Verdict[Term]:
    """How long a step has. Source and edge cases: see the module."""
    name = step.value
    if step is Step.FOLLOW_UP and hazard == DROUGHT:
        name = "follow_up_drought"
    if step in (Step.FINAL_COUNTY, Step.FINAL_CITY):
        name = "final"
    row = table()[name]
    county = row.get("county_working_days", 0)
    term = {
        Step.FINAL_COUNTY: {"working_days": county},
        Step.FINAL_CITY: {"working_days": county + row.get("city_working_days", 0)},
    }.get(step, {n: row[n] for n in ("hours", "calendar_days") if n in row})
    reason = Reason(
        rule=RULE,
        source=row.get("source", table()["source"]),
        article=row["article"],
        edition=row.get("edition", table()["edition"]),
        status=SourceStatus(row.get("status", table()["status"])),
        inputs=pairs(step=step.value, hazard=hazard),
    )
    return Verdict(value=Term(**term), reasons=(reason,))
