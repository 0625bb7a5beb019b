"""Which items are looked at beside an indicator, and that a link claims nothing."""

from typing import Any

import pytest

from anlan.base.rules.verdict import HOUSE_RULE
from anlan.plan.rules.indicators.serving import WORDS, Candidate, Found, Link, links_of


def links(
    indicator: str,
    *,
    sectors: frozenset[str] = frozenset(),
    measures: frozenset[str] = frozenset(),
    **item: Any,
) -> list[tuple[Link, str]]:
    found: tuple[Found, ...] = links_of(
        indicator, Candidate(**item), sectors=sectors, measures=measures
    ).known()
    return [(each.link, each.by) for each in found]


def test_its_own_clause() -> None:
    assert links("I1", key="I1", is_indicator=True) == [(Link.ITSELF, "")]


def test_another_indicator_is_not_linked_by_its_words() -> None:
    assert links("I4", key="I5", is_indicator=True, heading="年均每十万人受灾人次") == []


def test_a_focus_sector_with_counted_accidents_and_no_other() -> None:
    sectors = frozenset({"S2"})
    assert links("I1", key="S2", heading="矿山", sectors=sectors) == [(Link.SECTOR, "")]
    assert links("I1", key="S5", heading="道路运输", sectors=sectors) == []


@pytest.mark.parametrize(
    ("indicator", "heading", "word"),
    [
        ("I1", "加强隐患排查治理", "隐患"),
        ("I2", "压实应急管理和安全生产责任", "安全生产"),
        ("I3", "矿山", "矿山"),
        ("I4", "加强自然灾害综合治理", "灾"),
        ("I6", "防汛抗旱水利提升工程", "防汛"),
    ],
)
def test_a_word_of_the_field_in_the_heading(indicator: str, heading: str, word: str) -> None:
    assert links(indicator, key="X", heading=heading) == [(Link.WORD, word)]


def test_a_word_in_a_deliverable_counts_and_the_text_is_never_seen() -> None:
    assert links("I4", key="T9", heading="甲", deliverables=("避险搬迁",)) == [(Link.WORD, "避险")]
    assert links("I4", key="T9", heading="打造人才聚集高地") == []


def test_a_shared_measure() -> None:
    own = frozenset({"indicator-i1", "deaths"})
    assert links("I1", key="T9", measures=own) == []
    item = Candidate(key="T9", measures=frozenset({"deaths", "other"}))
    found = links_of("I1", item, sectors=frozenset(), measures=own).known()
    assert found == (Found(link=Link.MEASURE, by="deaths"),)


def test_every_indicator_with_a_figure_has_words() -> None:
    assert set(WORDS) == {"I1", "I2", "I3", "I4", "I5", "I6"}


def test_the_reason_says_that_a_link_is_no_cause() -> None:
    verdict = links_of("I1", Candidate(key="T1"), sectors=frozenset(), measures=frozenset())
    assert verdict.known() == ()
    assert verdict.reasons[0].source == HOUSE_RULE
    assert verdict.reasons[0].note is not None
    assert "no cause" in verdict.reasons[0].note.text()
