"""Whether an incident is a 较大涉险事故: reported like a relatively serious accident, whatever the
figures of casualties and loss say.

Source: a work-safety notice of 2013 that implements Order 21: at least 10 people at risk; at least
3 trapped or missing; at least 500 evacuated urgently, of whom at least 10 stay in hospital for
observation; serious pollution of crowded places, water sources, farmland, waters; danger to key
sites; others. Order 21 alone has the 500 without the hospital (from memory). House rule:
evacuation by Order 21 alone is enough for the reports, since a report missed is worse than one too
many; what is "other" is decided by whoever enters it.
Units and valid range: persons, none below zero. Trapped and missing are added.
Edge cases: equal to a limit counts. One criterion is enough, whatever else is not known. None
reached: no, when every number is known; else UNKNOWN, naming what is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import UNKNOWN, Reason, SourceStatus, Verdict, pairs
from anlan.losses.rules.grade_table import read_table
from anlan.losses.rules.grades import IncidentGrade

RULE: Final = "near-serious-incident"


class Threat(StrEnum):
    """What makes an incident one of these without a number."""

    POLLUTION = "pollution"
    KEY_SITE = "key-site"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endangered:
    """People whom an incident endangers; None: not known."""

    people_at_risk: int | None = None
    people_trapped: int | None = None
    missing: int | None = None
    people_evacuated: int | None = None
    people_observed: int | None = None

    def __post_init__(self) -> None:
        if any((getattr(self, each.name) or 0) < 0 for each in fields(self)):
            raise ValueError("a number of people is never below zero")

    @property
    def trapped_or_missing(self) -> int | None:
        """What is known of the two together."""
        known = [n for n in (self.people_trapped, self.missing) if n is not None]
        return sum(known) if known else None


LABELS: Final[Mapping[str, str]] = {
    "people_at_risk": gettext_noop("people at risk"),
    "people_trapped": gettext_noop("people trapped"),
    "missing": gettext_noop("missing people"),
    "people_trapped_or_missing": gettext_noop("trapped or missing people"),
    "people_evacuated": gettext_noop("people evacuated urgently"),
    "people_observed": gettext_noop("people in hospital for observation"),
}
THREAT_LABELS: Final[Mapping[Threat, str]] = {
    Threat.POLLUTION: gettext_noop("serious pollution of crowded places, water or farmland"),
    Threat.KEY_SITE: gettext_noop("danger to a key site"),
    Threat.OTHER: gettext_noop("another incident of this kind"),
}


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    return read_table("near_serious")


def is_near_serious(people: Endangered, *, threat: Threat | None) -> Verdict[bool]:
    """Source and edge cases: see the module."""
    if threat is not None:
        return Verdict(value=True, reasons=(_reason(people, threat, by=THREAT_LABELS[threat]),))
    at_least = table()["at_least"]
    for name, value in (
        ("people_at_risk", people.people_at_risk),
        ("people_trapped_or_missing", people.trapped_or_missing),
    ):
        if value is not None and value >= at_least[name]:
            return Verdict(value=True, reasons=(_reason(people, threat, by=LABELS[name]),))
    if people.people_evacuated is not None and (
        people.people_evacuated >= at_least["people_evacuated"]
    ):
        observed = people.people_observed or 0
        is_notice = observed >= at_least["people_observed"]
        by = LABELS["people_evacuated"]
        reason = _reason(people, threat, by=by) if is_notice else _by_order(people, by)
        return Verdict(value=True, reasons=(reason,))
    lacks = [
        LABELS[name]
        for name in ("people_at_risk", "people_trapped", "missing", "people_evacuated")
        if getattr(people, name) is None
    ]
    reason = _reason(people, threat, lacks=tuple(lacks))
    return Verdict(value=UNKNOWN if lacks else False, reasons=(reason,))


def reporting_grade(grade: IncidentGrade, near: Verdict[bool]) -> IncidentGrade:
    """The grade by which an incident is reported upward: a 较大涉险事故 at least as 较大."""
    if near.value is True and grade.rank() > IncidentGrade.RELATIVELY_SERIOUS.rank():
        return IncidentGrade.RELATIVELY_SERIOUS
    return grade


def _reason(
    people: Endangered, threat: Threat | None, *, by: str = "", lacks: tuple[str, ...] = ()
) -> Reason:
    rows = table()
    note = Message.of(gettext_noop("No criterion is reached."))
    if by:
        note = Message.of(gettext_noop("Decided by: {by}."), by=Message.of(by))
    elif lacks:
        said = gettext_noop("Not known: {figures}. No criterion is reached so far.")
        note = Message.of(said, figures=tuple(Message.of(each) for each in lacks))
    return Reason(
        rule=RULE,
        source=rows["source"],
        article=rows["article"],
        edition=rows["edition"],
        status=SourceStatus(rows["status"]),
        inputs=_inputs(people, threat),
        note=note,
    )


def _by_order(people: Endangered, by: str) -> Reason:
    """The notice asks for people in hospital as well; the order, from memory, does not."""
    order = table()["order_21"]
    note = gettext_noop("Decided by: {by}, without people in hospital for observation.")
    return Reason(
        rule=RULE,
        source=order["source"],
        status=SourceStatus(order["evacuated_status"]),
        inputs=_inputs(people, None),
        note=Message.of(note, by=Message.of(by)),
    )


def _inputs(people: Endangered, threat: Threat | None) -> tuple[tuple[str, object], ...]:
    named = {each.name: getattr(people, each.name) for each in fields(people)}
    return pairs(**named, threat=threat.value if threat is not None else "")
