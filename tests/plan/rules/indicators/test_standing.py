"""Standings: the worked examples of the city sheet and the fact sheet, boundaries, what lacks."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.message import Message
from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.rules.indicator_table import indicators
from anlan.plan.rules.indicators.choices import (
    Basis,
    ChoiceKind,
    ChoiceRefused,
    Choices,
    CitedReading,
    CitedWindow,
    CitedYear,
    Coverage,
    Reading,
)
from anlan.plan.rules.indicators.figures import Figure, YearFact
from anlan.plan.rules.indicators.sentence import plain, sentence
from anlan.plan.rules.indicators.standing import Period, Standing, Status, stand

PERIOD = Period(first=2021, last=2025)
AFTER = dt.date(2026, 11, 25)
CITED = Choices(
    base_year=CitedYear(year=2020, source="演示文件〔2023〕1号"),
    window=CitedWindow(first=2021, last=2025, source="演示文件〔2023〕1号"),
)


def number(text: str | int | None) -> Figure:
    return Figure(value=None if text is None else Decimal(text), source="s", edition="e")


def fact(
    year: int, top: str | int | None, bottom: str | int | None, elapsed: str = "1"
) -> YearFact:
    return YearFact(
        year=year, numerator=number(top), denominator=number(bottom), elapsed=Fraction(elapsed)
    )


def standing(
    key: str,
    *facts: YearFact,
    choices: Choices = CITED,
    today: dt.date = AFTER,
    period: Period = PERIOD,
) -> Standing:
    verdict = stand(indicators()[key], facts, period=period, today=today, choices=choices)
    assert verdict.reasons
    return verdict.known()


def five(tops: list[str | int | None], bottoms: list[str | int | None]) -> list[YearFact]:
    return [
        fact(year, top, bottom)
        for year, top, bottom in zip(range(2021, 2026), tops, bottoms, strict=True)
    ]


def words(found: Standing) -> str:
    return sentence(found).text()


@pytest.mark.parametrize(
    ("key", "facts", "status"),
    [
        # city sheet §6: 0.03 × 2 329.9 = 69.9, so at most 69 deaths
        ("I2", [fact(2025, 69, "2329.9")], Status.MET),
        ("I2", [fact(2025, 70, "2329.9")], Status.NOT_MET),
        # with 25 Mt a single death already fails: the limit is strict
        ("I3", [fact(2025, 1, "25.0001")], Status.MET),
        ("I3", [fact(2025, 1, 25)], Status.NOT_MET),
        ("I3", [fact(2025, 0, 25)], Status.MET),
        # −15 % against the base year: met from exactly the target on
        ("I1", [fact(2020, 100, None), fact(2025, 84, None)], Status.MET),
        ("I1", [fact(2020, 100, None), fact(2025, 85, None)], Status.MET),
        ("I1", [fact(2020, 100, None), fact(2025, 86, None)], Status.NOT_MET),
        # 0.8 × 4.7056 = 3.76: a mean of at most 3.76 a year
        ("I4", five([3, 4, 4, 4, 3], [4705600] * 5), Status.MET),
        ("I4", five([4, 4, 4, 4, 4], [4705600] * 5), Status.NOT_MET),
        ("I4", five([4, 4, 4, 4, 4], [5000000] * 5), Status.NOT_MET),
        ("I4", five([4, 4, 4, 4, 4], [5000001] * 5), Status.MET),
        # 13 000 × 47.056 = 611 728
        ("I5", five([611727] * 5, [4705600] * 5), Status.MET),
        ("I5", five([611728] * 5, [4705600] * 5), Status.NOT_MET),
        # 0.8 % × 2 329.9 = 18.64
        ("I6", five(["18.63"] * 5, ["2329.9"] * 5), Status.MET),
        ("I6", five(["18.6392"] * 5, ["2329.9"] * 5), Status.NOT_MET),
        ("I6", five(["18.64"] * 5, ["2329.9"] * 5), Status.NOT_MET),
    ],
)
def test_final_state(key: str, facts: list[YearFact], status: Status) -> None:
    found = standing(key, *facts)
    assert found.status is status
    assert found.missing == ()
    assert found.outlook is None
    assert ("not met" in words(found)) is (status is Status.NOT_MET)


def lacks(found: Standing) -> str:
    return Message.of("{all}", all=found.missing).text()


@pytest.mark.parametrize(
    ("key", "facts", "choices", "said"),
    [
        # city sheet: the base value, coal output and city totals were not found
        (
            "I1",
            [fact(2020, None, None), fact(2025, 40, None)],
            CITED,
            "deaths in the base year 2025",
        ),
        ("I1", [fact(2020, 100, None), fact(2025, 40, None)], Choices(), "no base year is set"),
        ("I1", [fact(2020, 0, None), fact(2025, 0, None)], CITED, "it is zero"),
        ("I2", [fact(2025, None, "2329.9")], CITED, "deaths 2025"),
        ("I2", [], CITED, "deaths 2025"),
        ("I3", [fact(2025, 0, None)], CITED, "coal output 2025"),
        ("I3", [fact(2025, 0, 0)], CITED, "it is zero"),
        ("I4", five([3, None, 4, 4, 3], [4705600] * 5), CITED, "deaths 2022"),
        ("I4", five([3] * 5, [4705600] * 5), Choices(), "the years over which the mean is formed"),
        ("I5", five([3] * 5, [4705600, None, 1, 1, 1]), CITED, "population 2022"),
        ("I6", five([3] * 4 + [None], [1] * 5), CITED, "direct economic loss 2025"),
    ],
)
def test_what_is_not_known_stays_unknown(
    key: str, facts: list[YearFact], choices: Choices, said: str
) -> None:
    found = standing(key, *facts, choices=choices)
    assert found.status is Status.NOT_DETERMINABLE
    assert found.value is UNKNOWN
    assert said in lacks(found)
    assert said in words(found)


def test_readings_that_disagree_need_a_paper() -> None:
    facts = five([1, 1, 1, 1, 1], [900000, 2000000, 900000, 2000000, 900000])
    open_reading = standing("I4", *facts)
    assert open_reading.status is Status.NOT_DETERMINABLE
    assert "readings disagree" in lacks(open_reading)
    by_mean, by_sums = (
        standing(
            "I4",
            *facts,
            choices=Choices(
                window=CITED.window, reading=CitedReading(reading=reading, source="纪要")
            ),
        )
        for reading in Reading
    )
    mean, sums = by_mean.mean_of_yearly_ratios, by_sums.ratio_of_sums
    assert (by_mean.value, by_sums.value) == (mean, sums)
    assert isinstance(mean, Decimal) and isinstance(sums, Decimal)
    assert (by_mean.status, by_sums.status) == (Status.NOT_MET, Status.MET)


def test_the_cited_paper_is_the_reason() -> None:
    verdict = stand(
        indicators()["I1"],
        (fact(2020, 100, None), fact(2025, 80, None)),
        period=PERIOD,
        today=AFTER,
        choices=CITED,
    )
    assert "演示文件〔2023〕1号" in [reason.source for reason in verdict.reasons]


RUNNING = dt.date(2024, 7, 1)


def test_while_the_period_runs_there_is_an_outlook() -> None:
    facts = [
        fact(2021, 3, 4700000),
        fact(2022, 2, 4700000),
        fact(2023, 4, 4700000),
        fact(2024, 1, 4700000, "1/2"),
    ]
    found = standing("I4", *facts, today=RUNNING)
    assert found.status is Status.RUNNING
    assert found.yearly[-1].value is UNKNOWN
    outlook = found.outlook
    assert outlook is not None
    assert outlook.low <= outlook.estimate <= outlook.high
    assert "95 %" in words(found)
    # 10 deaths in 3.5 years, 1.5 to come: (10 + 30/7) / 5 / 4.7
    assert outlook.estimate == pytest.approx(Decimal(100) / 7 / 5 / Decimal("4.7"))


def test_without_projection_there_is_a_value_and_no_outlook() -> None:
    facts = tuple(fact(year, 3, 4700000) for year in (2021, 2022, 2023))
    verdict = stand(
        indicators()["I4"],
        facts,
        period=PERIOD,
        today=dt.date(2024, 1, 1),
        choices=CITED,
        projects=False,
    )
    assert verdict.known().outlook is None
    assert verdict.known().value is not UNKNOWN


def test_a_fall_has_its_bounds_the_right_way_round() -> None:
    facts = [fact(2020, 100, None), *(fact(y, 80, None) for y in (2021, 2022, 2023))]
    outlook = standing("I1", *facts, today=dt.date(2024, 1, 1)).outlook
    assert outlook is not None
    assert outlook.estimate == 20
    assert outlook.low < 15 < outlook.high
    assert outlook.estimate_meets
    assert not outlook.bounds_meet


def test_amounts_by_both_readings() -> None:
    facts = [fact(y, top, 2300) for y, top in ((2021, 20), (2022, 5), (2023, 9))]
    for reading in (None, *(CitedReading(reading=each, source="纪要") for each in Reading)):
        choices = Choices(window=CITED.window, reading=reading)
        outlook = standing("I6", *facts, today=dt.date(2024, 1, 1), choices=choices).outlook
        assert outlook is not None
        assert outlook.low <= outlook.estimate <= outlook.high


@pytest.mark.parametrize(
    ("facts", "choices", "said"),
    [
        ([], CITED, "no year is known whole"),
        ([fact(2021, 3, 4700000), fact(2022, None, 4700000)], CITED, "deaths 2022"),
        ([fact(2021, 3, 4700000), fact(2022, 2, 4700000)], CITED, "deaths 2023"),
        ([fact(2021, 3, 4700000)], Choices(), "are not set"),
    ],
)
def test_no_outlook_over_a_gap(facts: list[YearFact], choices: Choices, said: str) -> None:
    verdict = stand(
        indicators()["I4"], tuple(facts), period=PERIOD, today=RUNNING, choices=choices
    )
    assert verdict.known().outlook is None
    notes = [reason.note.text() for reason in verdict.reasons if reason.note]
    assert any(said in note for note in notes), notes


def test_while_it_runs_only_years_that_are_over_are_missing() -> None:
    running = standing("I4", fact(2021, 3, 4700000), fact(2022, None, 4700000), today=RUNNING)
    assert "2022" in lacks(running)
    assert "2024" not in lacks(running)
    assert "2025" not in lacks(running)
    assert lacks(standing("I2", fact(2023, 3, 2300), today=RUNNING)) == ""
    base = standing("I1", fact(2023, 30, None), today=RUNNING, choices=Choices())
    assert "no base year is set" in lacks(base)
    assert "no base year is set" in words(base)


@pytest.mark.parametrize(
    ("deaths", "said"), [(80, "a fall of 20 %"), (100, "a fall of 0 %"), (110, "a rise of 10 %")]
)
def test_a_change_is_said_as_a_fall_or_a_rise(deaths: int, said: str) -> None:
    assert said in words(standing("I1", fact(2020, 100, None), fact(2025, deaths, None)))


def test_running_sentences() -> None:
    assert "No whole year" in words(standing("I2", today=RUNNING))
    loss = standing(
        "I6", *(fact(y, 3, 2300) for y in (2021, 2022, 2023)), today=dt.date(2024, 1, 1)
    )
    assert "So far" in words(loss)
    assert loss.outlook is not None
    two = [fact(2021, 3, 2300), fact(2022, 3, 2300)]
    early = standing("I6", *two, today=dt.date(2023, 1, 1))
    assert early.outlook is None
    assert "So far" in words(early)
    two = five([3, 3, None, None, None], [2300] * 5)
    assert "So far" in words(standing("I6", *two, today=dt.date(2024, 1, 1)))


GDP = st.decimals(1, 10**5, places=2)


@given(st.integers(0, 500), st.integers(0, 100), GDP)
def test_more_deaths_are_never_better(deaths: int, more: int, gdp: Decimal) -> None:
    order = [Status.NOT_MET, Status.MET]
    few = standing("I2", fact(2025, deaths, str(gdp))).status
    many = standing("I2", fact(2025, deaths + more, str(gdp))).status
    assert order.index(many) <= order.index(few)
    fall = [
        standing("I1", fact(2020, 60, None), fact(2025, d, None)).status
        for d in (deaths, deaths + more)
    ]
    assert order.index(fall[1]) <= order.index(fall[0])


@given(st.lists(st.integers(0, 10), min_size=5, max_size=5), st.integers(0, 4), st.integers(1, 9))
def test_more_disaster_deaths_are_never_better(tops: list[int], at: int, more: int) -> None:
    worse = [top + more if n == at else top for n, top in enumerate(tops)]
    states = [standing("I4", *five(list(each), [4705600] * 5)).status for each in (tops, worse)]
    assert not (states[0] is Status.NOT_MET and states[1] is Status.MET)


@given(st.integers(1, 10**6))
def test_equal_to_the_limit_is_never_met(gdp: int) -> None:
    deaths = Decimal(gdp) * Decimal("0.03")
    assert standing("I2", fact(2025, str(deaths), gdp)).status is Status.NOT_MET


@given(st.permutations(five([1, 2, 3, 4, 5], [4700000] * 5)))
def test_the_order_of_the_facts_does_not_matter(facts: list[YearFact]) -> None:
    assert standing("I4", *facts) == standing("I4", *five([1, 2, 3, 4, 5], [4700000] * 5))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.0296", "0.0296"),
        ("13000", "13000"),
        ("0.00043", "0.00043"),
        ("1E-7", "0.0000001"),
        ("0", "0"),
        ("-10", "-10"),
        ("0.19612", "0.1961"),
    ],
)
def test_numbers_in_sentences(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="one fact a year"):
        standing("I2", fact(2025, 1, 1), fact(2025, 2, 1))
    with pytest.raises(ValueError, match="at least 0"):
        number(-1)
    with pytest.raises(ValueError, match="elapsed"):
        fact(2025, 1, 1, "0")
    with pytest.raises(ValueError, match="after it begins"):
        Period(first=2025, last=2021)
    for bad in (
        lambda: CitedYear(year=2020, source=" "),
        lambda: CitedYear(year=20, source="x"),
        lambda: CitedWindow(first=2025, last=2021, source="x"),
        lambda: CitedReading(reading=Reading.RATIO_OF_SUMS, source=""),
    ):
        with pytest.raises(ChoiceRefused):
            bad()


@pytest.mark.parametrize(
    ("year", "first", "last", "covered"),
    [
        (2020, 2021, None, False),
        (2021, 2021, None, True),
        (2099, 2021, None, True),
        (2022, 2021, 2022, True),
        (2023, 2021, 2022, False),
    ],
)
def test_coverage(year: int, first: int, last: int | None, covered: bool) -> None:
    assert Coverage(first=first, last=last).covers(year) is covered


@pytest.mark.parametrize("each", [*Status, *Reading, *ChoiceKind, *Basis])
def test_every_code_has_a_label(each: Status | Reading | ChoiceKind | Basis) -> None:
    assert each.label
