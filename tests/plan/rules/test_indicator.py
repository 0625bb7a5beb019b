"""Cases from the fact sheets: support-and-community §10.2, §12 rows 35–39 and 46; city §6."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.argument import BadArgument
from anlan.base.rules.catalogue import Catalogue, RuleNotBuilt
from anlan.base.rules.verdict import UNKNOWN, SourceStatus
from anlan.plan.rules.indicator import YearFigures, evaluate_indicator
from anlan.plan.rules.indicator_table import IndicatorUnit, indicators
from anlan.plan.rules.registry import RULES

CATALOGUE = Catalogue(RULES)


def evaluate(**raw: object) -> dict[str, Any]:
    text = {name: str(value) for name, value in raw.items()}
    return CATALOGUE.evaluate("indicator-value", text, today=date(2026, 1, 1)).to_json()


def value(**raw: object) -> Any:
    return evaluate(**raw)["value"]


def test_targets_of_the_notice() -> None:
    assert {
        each.id: (each.operator.value, str(each.target), each.article)
        for each in indicators().values()
    } == {
        "I1": (">=", "15", "二（一）1（1）"),
        "I2": ("<", "0.03", "二（一）1（2）"),
        "I3": ("<", "0.04", "二（一）1（3）"),
        "I4": ("<", "0.8", "二（一）1（4）"),
        "I5": ("<", "13000", "二（一）1（5）"),
        "I6": ("<", "0.8", "二（一）1（6）"),
    }
    assert all(each.status is SourceStatus.VERIFIED for each in indicators().values())


@pytest.mark.parametrize("unit", IndicatorUnit)
def test_every_unit_has_a_label(unit: IndicatorUnit) -> None:
    assert unit.label


@pytest.mark.parametrize(
    ("raw", "expected", "met"),
    [
        # worked examples of the fact sheet
        ({"id": "I6", "loss_100m_yuan": "50.29", "gdp_100m_yuan": "25642.59"}, 0.19612, True),
        ({"id": "I2", "deaths": 69, "gdp_100m_yuan": "2329.9"}, 0.029615, True),
        ({"id": "I2", "deaths": 70, "gdp_100m_yuan": "2329.9"}, 0.030044, False),
        ({"id": "I3", "deaths": 178, "coal_mt": 4130}, 0.043099, False),
        ({"id": "I4", "deaths": 15, "population": 34915616}, 0.429607, True),
        ({"id": "I3", "deaths": 1, "coal_mt": 25}, 0.04, False),
        # boundaries: just inside, equal, just outside
        ({"id": "I1", "deaths": 84, "base_deaths": 100}, 16, True),
        ({"id": "I1", "deaths": 85, "base_deaths": 100}, 15, True),
        ({"id": "I1", "deaths": 86, "base_deaths": 100}, 14, False),
        ({"id": "I1", "deaths": 110, "base_deaths": 100}, -10, False),
        ({"id": "I1", "deaths": 0, "base_deaths": 20}, 100, True),
        ({"id": "I2", "deaths": 3, "gdp_100m_yuan": "100.0001"}, 0.02999997, True),
        ({"id": "I2", "deaths": 3, "gdp_100m_yuan": 100}, 0.03, False),
        ({"id": "I2", "deaths": 3, "gdp_100m_yuan": "99.9999"}, 0.03000003, False),
        ({"id": "I3", "deaths": 1, "coal_mt": "25.0001"}, 0.03999984, True),
        ({"id": "I3", "deaths": 1, "coal_mt": "24.9999"}, 0.04000016, False),
        ({"id": "I3", "deaths": 0, "coal_mt": 12}, 0, True),
        ({"id": "I4", "deaths": 4, "population": 5000001}, 0.79999984, True),
        ({"id": "I4", "deaths": 4, "population": 5000000}, 0.8, False),
        ({"id": "I4", "deaths": 4, "population": 4999999}, 0.80000016, False),
        ({"id": "I5", "affected_person_times": 611727, "population": 4705600}, 12999.978749, True),
        ({"id": "I5", "affected_person_times": 611728, "population": 4705600}, 13000, False),
        ({"id": "I5", "affected_person_times": 611729, "population": 4705600}, 13000.02125, False),
        ({"id": "I6", "loss_100m_yuan": "0.799", "gdp_100m_yuan": 100}, 0.799, True),
        ({"id": "I6", "loss_100m_yuan": "0.8", "gdp_100m_yuan": 100}, 0.8, False),
        ({"id": "I6", "loss_100m_yuan": "0.801", "gdp_100m_yuan": 100}, 0.801, False),
        ({"id": "i6", "loss_100m_yuan": "0", "gdp_100m_yuan": "1e3"}, 0, True),
    ],
)
def test_value_and_target(raw: dict[str, object], expected: float, met: bool) -> None:
    result = value(**raw)
    assert result["value"] == pytest.approx(expected, rel=2e-5)
    assert result["met"] is met


def test_equality_is_decided_on_exact_numbers() -> None:
    nearly = {"id": "I2", "deaths": 3, "gdp_100m_yuan": "100.0000000000000000000001"}
    assert value(**nearly)["met"] is True
    assert value(**nearly)["value"] == 0.03


def test_result_of_one_year() -> None:
    answer = evaluate(id="I2", deaths=69, gdp_100m_yuan="2329.9", years=2023, edition="2023")
    assert answer["value"] == {
        "id": "I2",
        "value": 0.0296150049358,
        "unit": "deaths_per_100m_yuan",
        "operator": "<",
        "target": 0.03,
        "met": True,
        "numerator": 69,
        "denominator": 2329.9,
    }
    (target,) = answer["reasons"]
    assert "运政办函〔2023〕9号" in target["source"]
    assert (target["article"], target["edition"], target["status"]) == (
        "二（一）1（2）",
        "2023-02-03",
        "V",
    )
    assert target["inputs"] == {
        "id": "I2",
        "deaths": [69],
        "gdp_100m_yuan": [2329.9],
        "years": [2023],
    }
    assert target["note"] == "I2: target < 0.03, unit: deaths per 100 million yuan of GDP."


def test_the_assumed_base_year_is_said() -> None:
    _, base_year = evaluate(id="I1", deaths=85, base_deaths=100)["reasons"]
    assert base_year["status"] == "M"
    assert "2020" in base_year["note"]


SERIES = {
    "id": "I4",
    "deaths": "2,5,1,4",
    "population": "4774500,4750000,4718500,4705600",
}


def test_both_readings_of_a_yearly_mean() -> None:
    """Fact sheet §12 row 39."""
    answer = evaluate(**SERIES, years="2020,2021,2022,2023")
    result = answer["value"]
    assert result["mean_of_yearly_ratios"] == pytest.approx(0.633377, abs=5e-7)
    assert result["ratio_of_sums"] == pytest.approx(0.633292, abs=5e-7)
    assert result["value"] == result["mean_of_yearly_ratios"]
    assert result["reading"] == "mean_of_yearly_ratios"
    assert result["met"] is True
    assert (result["numerator"], result["denominator"]) == (12, 18948600)
    assert [row["year"] for row in result["yearly"]] == [2020, 2021, 2022, 2023]
    assert result["yearly"][2]["value"] == pytest.approx(1 / 4.7185)
    chosen = answer["reasons"][1]
    assert (chosen["status"], chosen["inputs"]) == ("D", {"reading": "mean_of_yearly_ratios"})
    assert value(**SERIES, years=4)["value"] == value(**SERIES)["value"] == result["value"]


def test_one_year_is_a_series_of_one() -> None:
    result = value(id="I4", deaths=15, population=34915616)
    assert result["value"] == result["mean_of_yearly_ratios"] == result["ratio_of_sums"]


def test_met_is_unknown_when_the_readings_disagree() -> None:
    answer = evaluate(id="I4", deaths="0,2", population="1000000,1000000")
    assert answer["value"]["met"] is False
    answer = evaluate(id="I4", deaths="1,1", population="900000,2000000")
    assert answer["value"]["mean_of_yearly_ratios"] == pytest.approx(0.805556, abs=1e-6)
    assert answer["value"]["ratio_of_sums"] == pytest.approx(0.689655, abs=1e-6)
    assert answer["value"]["met"] == "UNKNOWN"
    assert "disagree" in answer["reasons"][1]["note"]


@pytest.mark.parametrize("years", ["4", "2020,2021,2022,2023"])
def test_one_total_over_several_years(years: str) -> None:
    answer = evaluate(id="I4", deaths=12, population=4737150, years=years)
    result = answer["value"]
    assert result["value"] == pytest.approx(0.633292, abs=5e-7)
    assert (result["mean_of_yearly_ratios"], result["reading"]) == ("UNKNOWN", "ratio_of_sums")
    assert (result["met"], result["yearly"]) == (True, [])
    assert "4 years" in answer["reasons"][1]["note"]
    assert "population" in answer["reasons"][1]["note"]


@pytest.mark.parametrize(
    ("raw", "missing"),
    [
        ({"id": "I1", "deaths": 85}, ["base_deaths"]),
        ({"id": "I1", "base_deaths": 100}, ["deaths"]),
        ({"id": "I1", "deaths": 0, "base_deaths": 0}, ["base_deaths > 0"]),
        ({"id": "I2"}, ["deaths", "gdp_100m_yuan"]),
        ({"id": "I2", "deaths": "", "gdp_100m_yuan": "unknown"}, ["deaths", "gdp_100m_yuan"]),
        ({"id": "I3", "deaths": 0, "coal_mt": 0}, ["coal_mt > 0"]),
        ({"id": "I3", "deaths": 2, "coal_mt": "0.0"}, ["coal_mt > 0"]),
        ({"id": "I3", "deaths": 0, "coal_mt": 0, "years": 2024}, ["coal_mt 2024 > 0"]),
        (
            {"id": "I5", "population": "1,2"},
            ["affected_person_times #1", "affected_person_times #2"],
        ),
        ({"id": "I4", "deaths": "", "population": "5,6"}, ["deaths #1", "deaths #2"]),
        (
            {"id": "I4", "deaths": "1,,3", "population": "5,6,UNKNOWN", "years": "2021,2022,2023"},
            ["deaths 2022", "population 2023"],
        ),
        ({"id": "I6", "loss_100m_yuan": "1,2", "gdp_100m_yuan": "9,0"}, ["gdp_100m_yuan #2 > 0"]),
        ({"id": "I6", "years": 5}, ["loss_100m_yuan", "gdp_100m_yuan"]),
    ],
)
def test_missing_figures_are_unknown_and_named(raw: dict[str, object], missing: list[str]) -> None:
    answer = evaluate(**raw)
    assert answer["value"] == "UNKNOWN"
    assert answer["reasons"][0]["missing"] == missing
    assert answer["reasons"][0]["note"].startswith(
        f"{str(raw['id']).upper()} cannot be determined"
    )
    assert "运政办函" in answer["reasons"][1]["source"]


def test_what_is_missing_is_said_in_words() -> None:
    raw = {"id": "I4", "deaths": "1,", "population": "0,6", "years": "2021,2022"}
    note = evaluate(**raw)["reasons"][0]["note"]
    assert note == "I4 cannot be determined. Missing: population 2021 > 0, number of deaths 2022."


@pytest.mark.parametrize(
    ("raw", "argument", "said"),
    [
        ({"deaths": 1}, "id", "missing"),
        ({"id": "I7"}, "id", "I1, I2, I3, I4, I5, I6"),
        ({"id": "I2", "deaths": -1, "gdp_100m_yuan": 1}, "deaths", "not below 0"),
        ({"id": "I2", "deaths": "1.5", "gdp_100m_yuan": 1}, "deaths", "whole number"),
        ({"id": "I1", "deaths": 1, "base_deaths": "1.5"}, "base_deaths", "whole number"),
        ({"id": "I2", "deaths": 1, "gdp_100m_yuan": "2,329.9"}, "gdp_100m_yuan", "as many"),
        ({"id": "I2", "deaths": "27,412"}, "deaths", "thousands separators"),
        ({"id": "I3", "coal_mt": "4,130"}, "coal_mt", "thousands separators"),
        ({"id": "I4", "deaths": 15, "population": "34,915,616"}, "population", "deaths has (1)"),
        ({"id": "I2", "deaths": 1, "coal_mt": 1}, "coal_mt", "deaths and gdp_100m_yuan for I2"),
        ({"id": "I4", "deaths": "1,2", "years": "2021"}, "years", "as many years"),
        ({"id": "I4", "deaths": "1,2", "years": "2021,2021"}, "years", "different years"),
        ({"id": "I4", "deaths": "1,2", "years": "2021,1948"}, "years", "different years"),
        ({"id": "I4", "deaths": "1,2", "years": "2021,2101"}, "years", "different years"),
        ({"id": "I4", "deaths": 1, "years": 0}, "years", "1 to 100 years"),
        ({"id": "I4", "deaths": 1, "years": 101}, "years", "1 to 100 years"),
        ({"id": "I2", "deaths": 1, "years": 2}, "years", "one year"),
        ({"id": "I4", "deaths": ",".join("1" * 101)}, "deaths", "at most 100 items"),
    ],
)
def test_refusals_name_the_argument(raw: dict[str, object], argument: str, said: str) -> None:
    with pytest.raises(BadArgument) as refused:
        evaluate(**raw)
    assert refused.value.argument == argument
    assert f'"{argument}"' in str(refused.value)
    assert said in str(refused.value)


def test_a_mean_of_deaths_may_have_a_fraction() -> None:
    assert value(id="I4", deaths="3.76448", population=4705600)["met"] is False
    assert value(id="I4", deaths="3.76447", population=4705600)["met"] is True


def test_other_promised_rules_are_not_built() -> None:
    with pytest.raises(RuleNotBuilt, match="not built"):
        CATALOGUE.evaluate("accident-grade", {}, today=date(2026, 1, 1))


def figures(numerator: object, denominator: object, **options: Any) -> YearFigures:
    top, bottom = Decimal(str(numerator)), Decimal(str(denominator))
    return YearFigures(numerator=top, denominator=bottom, **options)


def test_an_indicator_is_made_of_labelled_figures() -> None:
    with pytest.raises(ValueError, match="without label"):
        replace(indicators()["I2"], numerator="deads")


def test_impossible_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        figures(-1, 1)
    with pytest.raises(ValueError, match="not negative"):
        figures(1, -1)
    with pytest.raises(ValueError, match="at least one year"):
        figures(1, 1, spans_years=0)
    yearly, single = indicators()["I4"], indicators()["I2"]
    with pytest.raises(ValueError, match="single years"):
        evaluate_indicator(yearly, ())
    with pytest.raises(ValueError, match="single years"):
        evaluate_indicator(yearly, (figures(1, 1), figures(1, 1, spans_years=2)))
    for given_figures in ((figures(1, 1),) * 2, (figures(1, 1, spans_years=2),)):
        with pytest.raises(ValueError, match="of one year"):
            evaluate_indicator(single, given_figures)


counts = st.integers(min_value=0, max_value=10**7)
sizes = st.integers(min_value=1, max_value=10**9)
ids = st.sampled_from(sorted(indicators()))
RANK = {True: 2, UNKNOWN: 1, False: 0}


def met(id_: str, *rows: tuple[int, int]) -> object:
    verdict = evaluate_indicator(indicators()[id_], tuple(figures(*row) for row in rows))
    return verdict.known().met


@given(ids, counts, counts, sizes)
def test_more_harm_never_turns_not_met_into_met(id_: str, few: int, more: int, size: int) -> None:
    low, high = sorted((few, more))
    assert RANK[met(id_, (low, size))] >= RANK[met(id_, (high, size))]


series = st.lists(st.tuples(counts, sizes, counts), min_size=1, max_size=6)


@given(st.sampled_from(["I4", "I5", "I6"]), series)
def test_more_harm_in_any_year_never_helps(id_: str, rows: list[tuple[int, int, int]]) -> None:
    before = met(id_, *[(count, size) for count, size, _ in rows])
    after = met(id_, *[(count + more, size) for count, size, more in rows])
    assert RANK[before] >= RANK[after]


@given(ids, counts, sizes, st.integers(min_value=1, max_value=10**6))
def test_scaling_both_keeps_value_and_verdict(id_: str, count: int, size: int, by: int) -> None:
    indicator = indicators()[id_]
    one = evaluate_indicator(indicator, (figures(count, size),)).known()
    scaled = evaluate_indicator(indicator, (figures(count * by, size * by),)).known()
    assert (one.value, one.met) == (scaled.value, scaled.met)


@given(st.sampled_from(["I4", "I5", "I6"]), series)
def test_order_of_the_years_does_not_matter(id_: str, rows: list[tuple[int, int, int]]) -> None:
    pairs = [(count, size) for count, size, _ in rows]
    assert met(id_, *pairs) == met(id_, *reversed(pairs))
