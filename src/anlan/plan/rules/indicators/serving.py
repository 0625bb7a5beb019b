"""Which items of a notice are looked at beside an indicator, and by which link.

Source: House rule. The notice sets indicators and items side by side and ties none to another; a
link says where to look. It is no cause, and no item is judged by it.
Links: the indicator's own clause; a focus sector in which accidents were counted; a word of the
indicator's field in the heading or the listed deliverables of the item; a measure that both have.
Units and valid range: keys of the notice (I1–I6, S1–S9, T…, P…).
Edge cases: no link → the item is not shown, which says nothing about it. Another indicator is
linked by a shared measure alone. The text of a clause is not searched: it names too much.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "indicator-served-by"

_ACCIDENTS: Final = ("安全生产", "事故", "隐患", "安全准入")
_COAL: Final = ("煤矿", "矿山", "安全生产")
_DISASTERS: Final = ("灾", "地震", "防汛", "抗旱", "避险")
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("I1", "I2"), _ACCIDENTS),
    "I3": _COAL,
    **dict.fromkeys(("I4", "I5", "I6"), _DISASTERS),
}
"""Indicator → words of its field as the notice writes them. House default."""


class Link(StrEnum):
    ITSELF = "itself"
    SECTOR = "sector"
    MEASURE = "measure"
    WORD = "word"

    @property
    def label(self) -> str:
        return LINK_LABELS[self]


LINK_LABELS: Final = {
    Link.ITSELF: gettext_noop("the indicator's own clause"),
    Link.SECTOR: gettext_noop("accidents were counted in this focus sector"),
    Link.MEASURE: gettext_noop("has a measure in common with the indicator"),
    Link.WORD: gettext_noop("heading or deliverables name the indicator's field"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item as it is looked at: where it stands, what it names, what it is measured by."""

    key: str
    is_indicator: bool = False
    heading: str = ""
    deliverables: tuple[str, ...] = ()
    measures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A link with what was found: a word, a measure; empty where the link says all."""

    link: Link
    by: str = ""


def links_of(
    indicator: str,
    item: Candidate,
    *,
    sectors: frozenset[str],
    measures: frozenset[str],
) -> Verdict[tuple[Found, ...]]:
    """The links of an item to an indicator; `sectors` are the focus sectors with counted
    accidents, `measures` those of the indicator. Edge cases: see the module."""
    found: list[Found] = []
    if item.key == indicator:
        found.append(Found(link=Link.ITSELF))
    elif not item.is_indicator:
        if item.key in sectors:
            found.append(Found(link=Link.SECTOR))
        found += [Found(link=Link.WORD, by=word) for word in _words(indicator, item)[:1]]
    if item.key != indicator:
        shared = sorted(item.measures & measures)
        found += [Found(link=Link.MEASURE, by=name) for name in shared]
    return Verdict(value=tuple(found), reasons=(_reason(indicator, item, found),))


def _words(indicator: str, item: Candidate) -> list[str]:
    said = (item.heading, *item.deliverables)
    words = WORDS.get(indicator, ())
    return [word for word in words if any(word in text for text in said)]


def _reason(indicator: str, item: Candidate, found: list[Found]) -> Reason:
    note = gettext_noop(
        "Items are shown because of a link that is named beside each. The link says where to "
        "look; it is no cause, and an item without one is not thereby without effect."
    )
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            indicator=indicator,
            item=item.key,
            links=tuple(f"{each.link.value} {each.by}".strip() for each in found),
        ),
        note=Message.of(note),
    )
