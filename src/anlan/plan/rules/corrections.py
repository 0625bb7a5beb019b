"""Corrections laid over what was read.

Source: House rule: what a person set right survives a new reading of the same notice; when the
new reading differs from the one that was corrected, the correction stays and is shown for review.
Units and valid range: fields of `CORRECTABLE`; a value has the JSON type that the field is read
with.
Edge cases: a correction of an item that the new reading lacks is kept, not applied.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from anlan.base.rules.labels import gettext_noop
from anlan.plan.rules.notice.values import Clause, IndicatorTarget, Mode


class Field(StrEnum):
    """What a reviewer may set right."""

    HEADING = "heading"
    DEADLINE_YEARS = "deadline_years"
    MODE = "mode"
    LEAD_UNITS = "lead_units"
    SUPPORT_UNITS = "support_units"
    OPEN_ENDED = "open_ended"
    INDICATOR = "indicator"


FIELD_LABELS: Mapping[Field, str] = {
    Field.HEADING: gettext_noop("heading"),
    Field.DEADLINE_YEARS: gettext_noop("years"),
    Field.MODE: gettext_noop("division of work"),
    Field.LEAD_UNITS: gettext_noop("lead bodies"),
    Field.SUPPORT_UNITS: gettext_noop("supporting bodies"),
    Field.OPEN_ENDED: gettext_noop("list ends with 等"),
    Field.INDICATOR: gettext_noop("indicator"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """One correction: `value` in JSON form stands in place of what is read."""

    item: str
    field: Field
    value: Any


def as_read(clause: Clause, field: Field) -> Any:
    """The JSON form of a field as it was read."""
    match field:
        case Field.INDICATOR:
            target = clause.indicator
            return None if target is None else dataclasses.asdict(target)
        case Field.MODE:
            return clause.mode.value
        case Field.DEADLINE_YEARS | Field.LEAD_UNITS | Field.SUPPORT_UNITS:
            return list(getattr(clause, field.value))
        case _:
            return getattr(clause, field.value)


def everything_read(clause: Clause) -> dict[str, Any]:
    """The JSON form of every correctable field: what a withdrawn correction goes back to."""
    return {field.value: as_read(clause, field) for field in Field}


def is_read_differently(read_then: Any, corrected_to: Any, read_now: Any) -> bool:
    """True when the text changed under a correction: a person should look at it again."""
    return read_now not in (read_then, corrected_to)


def with_value(clause: Clause, field: Field, value: Any) -> Clause:
    """The clause with one field in place of what was read."""
    new: Any = value
    match field:
        case Field.INDICATOR:
            new = None if value is None else IndicatorTarget(**value)
        case Field.MODE:
            new = Mode(value)
        case Field.DEADLINE_YEARS | Field.LEAD_UNITS | Field.SUPPORT_UNITS:
            new = tuple(value)
        case _:
            pass
    return dataclasses.replace(clause, **{field.value: new})


def lay_over(clauses: Iterable[Clause], corrections: Iterable[Corrected]) -> tuple[Clause, ...]:
    """Every clause as it stands after the corrections."""
    by_item: dict[str, list[Corrected]] = {}
    for correction in corrections:
        by_item.setdefault(correction.item, []).append(correction)
    done = []
    for clause in clauses:
        for correction in by_item.get(clause.id, ()):
            clause = with_value(clause, correction.field, correction.value)
        done.append(clause)
    return tuple(done)
