"""The national relief response that the figures of one disaster process reach.

Source: 国家自然灾害救助应急预案, edition 2024 (国办函〔2024〕11号, level I checked, levels II–IV
from memory) and 2016 (国办函〔2016〕25号). Edition 2024 counts the missing with the dead, edition
2016 the dead only.
Units and valid range: persons, rooms 间, households 户, percent of the farming and herding
population; none below zero. One disaster process within one province.
Edge cases: any single criterion suffices; a limit belongs to the higher level. A figure not known
can only raise the level: UNKNOWN with `at_least`, unless level I is reached. The table of the
city was not found: it is not guessed, and the verdict says so.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from anlan.base.rules.edition import Edition
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import UNKNOWN, Reason, SourceStatus, Verdict, pairs
from anlan.losses.rules.grade_table import (
    GradeTable,
    Reached,
    criteria_of,
    criterion_labels,
    missing_note,
    reached_by,
    read_table,
)
from anlan.losses.rules.grades import RESPONSE_LABELS, ResponseLevel

RULE: Final = "relief-response-level"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefFigures:
    """The sums of one process. The last three are asked for only where they are reported."""

    deaths: int | None
    missing: int | None
    evacuated_or_aid: int | None
    collapsed_severe_rooms: int | None
    collapsed_severe_households: int | None = None
    drought_share_pct: Decimal | None = None
    drought_people: int | None = None


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    return read_table("relief_response")


def _edition(row: Mapping[str, Any]) -> Edition:
    return Edition(
        name=row["edition"],
        in_force_from=row.get("in_force_from"),
        in_force_until=row.get("in_force_until"),
    )


EDITIONS: Final = tuple(_edition(row) for row in _data()["editions"])


def edition_on(day: date) -> str:
    """The edition that held on a day."""
    begun = [e for e in EDITIONS if (e.in_force_from or date.min) <= day]
    return max(begun, key=lambda each: each.in_force_from or date.min).name


def relief_response_level(figures: ReliefFigures, *, edition: str) -> Verdict[ResponseLevel]:
    """The level by the numbers alone; whoever decides may start it otherwise."""
    row = next(each for each in _data()["editions"] if each["edition"] == edition)
    given = _criteria(figures, counts_missing=row["counts_missing"])
    reached = reached_by(_table(row), given)
    level = ResponseLevel(reached.grade or "NONE")
    if not reached.is_decided:
        note = missing_note(reached, RESPONSE_LABELS[level])
        details = pairs(at_least=level.value)
        return Verdict.unknown(_reason(row, level, figures, note=note, details=details))
    return Verdict(
        value=level,
        reasons=(_reason(row, level, figures, note=_by(reached)), _no_city_table()),
    )


def of_partial_sums(
    verdict: Verdict[ResponseLevel], unreported: tuple[Message, ...]
) -> Verdict[ResponseLevel]:
    """The level of sums to which some units have not added yet: only level I is decided, any
    other may rise. `unreported` names the figures that lack a unit."""
    if not unreported or verdict.value is UNKNOWN or verdict.known() is ResponseLevel.I:
        return verdict
    level = verdict.known()
    note = Message.of(
        gettext_noop(
            "Not reported by every unit: {fields}. By what is known it is at least “{level}”."
        ),
        fields=unreported,
        level=Message.of(RESPONSE_LABELS[level]),
    )
    first = dataclasses.replace(verdict.reasons[0], note=note, details=pairs(at_least=level.value))
    return Verdict.unknown(first, *verdict.reasons[1:])


def _criteria(figures: ReliefFigures, *, counts_missing: bool) -> dict[str, int | Decimal | None]:
    people = figures.deaths
    if counts_missing:
        known = figures.deaths is not None and figures.missing is not None
        people = (figures.deaths or 0) + (figures.missing or 0) if known else None
    given: dict[str, int | Decimal | None] = {
        "people": people,
        "evacuated_or_aid": figures.evacuated_or_aid,
        "collapsed_severe_rooms": figures.collapsed_severe_rooms,
    }
    for name in ("collapsed_severe_households", "drought_share_pct", "drought_people"):
        value = getattr(figures, name)
        if value is not None:
            given[name] = value
    return given


def _table(row: Mapping[str, Any]) -> GradeTable:
    return GradeTable(
        source=row["source"],
        article=row["article"],
        edition=row["edition"],
        status=SourceStatus.FROM_MEMORY,
        lowest="",
        criteria=criteria_of(_data()),
    )


def _by(reached: Reached) -> Message | None:
    if not reached.by:
        return None
    return Message.of(gettext_noop("Decided by: {by}."), by=criterion_labels(reached.by))


def _reason(
    row: Mapping[str, Any],
    level: ResponseLevel,
    figures: ReliefFigures,
    *,
    note: Message | None,
    details: tuple[tuple[str, object], ...] = (),
) -> Reason:
    """No response follows from the limit of level IV: it is trusted as far as that."""
    by_level = row["status"]
    return Reason(
        rule=RULE,
        source=row["source"],
        article=row["article"],
        edition=row["edition"],
        status=SourceStatus(by_level.get(level.value, by_level["IV"])),
        inputs=pairs(**{name: getattr(figures, name) for name in ReliefFigures.__slots__}),
        note=note,
        details=details,
        valid_from=row.get("in_force_from"),
        valid_until=row.get("in_force_until"),
    )


def _no_city_table() -> Reason:
    return Reason(
        rule=RULE,
        source="运城市自然灾害救助应急预案",
        status=SourceStatus.HOUSE_DEFAULT,
        note=Message.of(
            gettext_noop(
                "National table only: the levels of the city's own plan were not found and are "
                "not guessed. Check that plan by hand."
            )
        ),
    )
