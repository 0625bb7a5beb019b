"""Who may publish a warning: the table of bodies, and that this program is none of them.

`may_publish` decides whether a body may publish a kind of warning itself. Everybody else proposes,
or relays unchanged with issuer and time.

Source: the rows of the table, each with its law and article; House rule for the program itself: it
relays and never publishes, whatever the table says.
Edge cases: no row for the kind: UNKNOWN (the city's table of signers is not entered), and that is
no permission; a row without level holds for every level; a row is not in force before or after
its days; where a law reserves a kind, a row of the city counts only under that very law.
"""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.warning.rules.signal import Hazard, Level

RULE: Final = "warning-may-publish"
NO_ROW = gettext_noop(
    "The table names nobody for this kind of warning: the city's signers are not entered. Relay "
    "what its owner says."
)
RESERVED = gettext_noop("Only {bodies} may publish it. Others relay it unchanged.")
NAMED = gettext_noop("The table names {bodies}.")
NOT_OF_THAT_LAW = gettext_noop(
    "The row of {bodies} rests on another law than the one that reserves this: it does not count."
)
RELAY_ONLY = gettext_noop(
    "This program relays what owners of warnings say, unchanged, with issuer and time. It "
    "publishes nothing itself."
)


class Kind(StrEnum):
    """What is published."""

    METEOROLOGICAL = "meteorological"
    HYDROLOGICAL = "hydrological"
    GEOLOGICAL = "geological"
    FOREST_FIRE = "forest-fire"
    EARTHQUAKE = "earthquake"
    OTHER = "other"


KIND_LABELS: Final = {
    Kind.METEOROLOGICAL: gettext_noop("meteorological warning signals"),
    Kind.HYDROLOGICAL: gettext_noop("warnings of rivers and flash floods"),
    Kind.GEOLOGICAL: gettext_noop("warnings of geological hazards"),
    Kind.FOREST_FIRE: gettext_noop("warnings of forest-fire danger"),
    Kind.EARTHQUAKE: gettext_noop("earthquake forecasts"),
    Kind.OTHER: gettext_noop("other warnings"),
}
KIND_OF: Final[Mapping[Hazard, Kind]] = {
    **dict.fromkeys(Hazard, Kind.METEOROLOGICAL),
    Hazard.RIVER_FLOOD: Kind.HYDROLOGICAL,
    Hazard.LOW_FLOW: Kind.HYDROLOGICAL,
    Hazard.FLASH_FLOOD: Kind.HYDROLOGICAL,
    Hazard.GEOLOGICAL: Kind.GEOLOGICAL,
    Hazard.FOREST_FIRE: Kind.FOREST_FIRE,
    Hazard.OTHER: Kind.OTHER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A row of the table. `body` is the key of one body, or empty where the law names a class of
    them in words (`bodies`). A right that `is_exclusive` shuts out all others."""

    kind: Kind
    bodies: str
    law: str
    article: str = ""
    body: str = ""
    level: Level | None = None
    is_exclusive: bool = False
    status: SourceStatus = SourceStatus.VERIFIED
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day < self.valid_until)


def may_publish(
    body: str, kind: Kind, level: Level | None, rights: Iterable[Right], *, on: dt.date
) -> Verdict[bool]:
    """Whether the body (its key; empty: this program) may publish. See the module text."""
    rows = [
        right
        for right in rights
        if right.kind is kind and right.level in (None, level) and right.holds_on(on)
    ]
    asked = pairs(body=body, kind=kind, level=level, on=on)
    entered = [right for right in rows if body and right.body == body]
    laws = {right.law for right in rows if right.is_exclusive}
    own = [right for right in entered if not laws or right.law in laws]
    if own:
        return Verdict(value=True, reasons=tuple(_reason(right, NAMED, asked) for right in own))
    if entered:
        return Verdict(value=False, reasons=_shut_out(rows, entered, asked))
    ours = () if body else (_house(RELAY_ONLY, asked),)
    if not rows:
        return Verdict.unknown(_house(NO_ROW, asked), *ours)
    found = tuple(
        _reason(right, RESERVED if right.is_exclusive else NAMED, asked) for right in rows
    )
    return Verdict(value=False, reasons=(*found, *ours))


def _shut_out(rows: Iterable[Right], entered: Iterable[Right], asked: Any) -> tuple[Reason, ...]:
    reserved = tuple(_reason(right, RESERVED, asked) for right in rows if right.is_exclusive)
    return reserved + tuple(_reason(right, NOT_OF_THAT_LAW, asked) for right in entered)


def _reason(right: Right, note: str, asked: Any) -> Reason:
    return Reason(
        rule=RULE,
        source=right.law,
        article=right.article,
        status=right.status,
        inputs=asked,
        note=Message.of(note, bodies=right.bodies),
        valid_from=right.valid_from,
        valid_until=right.valid_until,
    )


def _house(note: str, asked: Any) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=asked,
        note=Message.of(note),
    )


@lru_cache(maxsize=1)
def rights_of_law() -> tuple[Right, ...]:
    """The rows that the law itself fixes."""
    return tuple(
        Right(
            kind=Kind(row["kind"]),
            bodies=row["bodies"],
            law=row["law"],
            article=row.get("article", ""),
            is_exclusive=row["is_exclusive"],
            status=SourceStatus(row["status"]),
        )
        for row in publishing_table()["right"]
    )


def publishing_table() -> dict[str, Any]:
    """`rules/data/publishing.toml`."""
    path = resources.files("anlan.warning.rules").joinpath("data", "publishing.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
