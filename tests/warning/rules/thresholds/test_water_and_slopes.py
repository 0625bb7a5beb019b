"""Floods, drought, rain before the day, slopes: worked examples, every limit, what is missing."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.argument import BadArgument, MissingArgument
from anlan.base.rules.catalogue import Catalogue
from anlan.base.rules.verdict import UNKNOWN, SourceStatus, Verdict
from anlan.warning.rules.registry import RULES
from anlan.warning.rules.thresholds.drought import DROUGHT_LABELS, DroughtClass, drought_class
from anlan.warning.rules.thresholds.effective_rainfall import effective_rainfall
from anlan.warning.rules.thresholds.low_flow import LowWater, low_flow_signal
from anlan.warning.rules.thresholds.river_flood import Limits, river_flood_signal
from anlan.warning.rules.thresholds.scale import Reached
from anlan.warning.rules.thresholds.slope_tangent import NoSteadyRate, slope_tangent_level

TODAY = dt.date(2026, 11, 26)
CATALOGUE = Catalogue(RULES)
D = Decimal
STATION = {"warning_m": "340.0", "guarantee_m": "342.0", "record_m": "343.1"}
FLOWS = {"warning_m3s": 1000, "guarantee_m3s": 2000, "record_m3s": 3000}


def asked(name: str, **arguments: object) -> Verdict[object]:
    raw = {key: str(value) for key, value in arguments.items()}
    return CATALOGUE.evaluate(name, raw, today=TODAY)


def flood(**arguments: object) -> str:
    return asked("river-flood-signal", **{**STATION, **arguments}).known().value  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("stage", "colour"),
    [  # worked examples 44 and 45, and both sides of every limit
        ("339.49", "NONE"),
        ("339.5", "BLUE"),
        ("339.6", "BLUE"),
        ("339.99", "BLUE"),
        ("340.0", "YELLOW"),
        ("340.01", "YELLOW"),
        ("341.99", "YELLOW"),
        ("342.0", "ORANGE"),
        ("343.09", "ORANGE"),
        ("343.1", "RED"),
        ("343.11", "RED"),
    ],
)
def test_flood_by_stage(stage: str, colour: str) -> None:
    assert flood(stage_m=stage) == colour


@pytest.mark.parametrize(
    ("flow", "colour"),
    [
        ("899.9", "NONE"),
        ("900", "BLUE"),
        ("999.9", "BLUE"),
        ("1000", "YELLOW"),
        ("1999.9", "YELLOW"),
        ("2000", "ORANGE"),
        ("2999.9", "ORANGE"),
        ("3000", "RED"),
    ],
)
def test_flood_by_flow(flow: str, colour: str) -> None:
    assert flood(stage_m="330", flow_m3s=flow, **FLOWS) == colour


@pytest.mark.parametrize(
    ("years", "colour"),
    [
        ("4.9", "NONE"),
        ("5", "YELLOW"),
        ("19.9", "YELLOW"),
        ("20", "ORANGE"),  # worked example 46
        ("49.9", "ORANGE"),
        ("50", "RED"),
    ],
)
def test_flood_by_return_period(years: str, colour: str) -> None:
    assert flood(stage_m="330", return_period_y=years) == colour


def test_flood_takes_the_highest_criterion() -> None:
    assert flood(stage_m="342.0", flow_m3s=1000, return_period_y=5, **FLOWS) == "ORANGE"
    assert flood(stage_m="340.0", flow_m3s=1000, return_period_y=50, **FLOWS) == "RED"


def test_close_is_ours_and_can_be_set() -> None:
    assert flood(stage_m="339.2", close_m="1") == "BLUE"
    assert flood(stage_m="339.9", close_m="0") == "NONE"
    assert flood(stage_m="330", flow_m3s=850, close_flow_share="0.8", **FLOWS) == "BLUE"
    near = asked("river-flood-signal", stage_m="339.6", **STATION)
    assert near.reasons[1].status is SourceStatus.HOUSE_DEFAULT
    assert "0.5" in near.to_json()["reasons"][1]["note"]
    above = asked("river-flood-signal", stage_m="340", **STATION)
    assert [reason.status for reason in above.reasons] == [SourceStatus.VERIFIED]


def test_a_missing_limit_is_named() -> None:
    no_record = Limits(value=D("341"), warning=D("340"), guarantee=D("342"))
    verdict = river_flood_signal(no_record, Limits())
    assert verdict.known() is Reached.YELLOW
    assert dict(verdict.reasons[0].details)["not_excluded"] == ("RED",)
    low = river_flood_signal(Limits(value=D("330"), warning=D("340")), Limits())
    assert low.value is UNKNOWN
    assert dict(low.reasons[0].details)["at_least"] is Reached.NONE
    silent = river_flood_signal(Limits(warning=D(1), guarantee=D(2), record=D(3)), Limits())
    assert silent.value is UNKNOWN
    assert river_flood_signal(Limits(), Limits()).value is UNKNOWN
    flow_alone = Limits(value=D(10), warning=D(20), guarantee=D(30), record=D(40))
    assert river_flood_signal(Limits(), flow_alone).known() is Reached.NONE
    period = river_flood_signal(Limits(), Limits(), return_period_y=D(20))
    assert period.known() is Reached.ORANGE


def test_flood_arguments() -> None:
    with pytest.raises(BadArgument) as refused:
        asked("river-flood-signal", stage_m=1, warning_m=3, guarantee_m=2, record_m=4)
    assert refused.value.argument == "guarantee_m"
    with pytest.raises(MissingArgument) as missing:
        asked("river-flood-signal", stage_m=1, warning_m=2, guarantee_m=3)
    assert missing.value.argument == "record_m"


@given(st.decimals(330, 350, places=2), st.decimals(0, 10, places=2))
def test_more_water_never_lowers(stage: D, more: D) -> None:
    def colour(value: D) -> Reached:
        limits = Limits(value=value, warning=D(340), guarantee=D(342), record=D(343))
        return river_flood_signal(limits, Limits()).known()

    assert colour(stage + more).rank() <= colour(stage).rank()


@pytest.mark.parametrize(
    ("deficit", "colour"),
    [  # worked example 47, and both sides of every limit
        ("62", "YELLOW"),
        ("39", "NONE"),
        ("39.9", "NONE"),
        ("40", "BLUE"),
        ("40.1", "BLUE"),
        ("59.9", "BLUE"),
        ("60", "YELLOW"),
        ("74.9", "YELLOW"),
        ("75", "ORANGE"),
        ("89.9", "ORANGE"),
        ("90", "RED"),
        ("-20", "NONE"),
    ],
)
def test_low_flow_by_inflow(deficit: str, colour: str) -> None:
    assert asked("low-flow-signal", inflow_deficit_pct=deficit).to_json()["value"] == colour


LOW = {"drought_warning_m": "330.0", "period_lowest_m": "329.0", "record_lowest_m": "328.5"}


@pytest.mark.parametrize(
    ("level", "colour"),
    [
        ("330.01", "NONE"),
        ("330.0", "YELLOW"),
        ("329.01", "YELLOW"),
        ("329.0", "ORANGE"),
        ("328.51", "ORANGE"),
        ("328.5", "RED"),
        ("328.49", "RED"),
    ],
)
def test_low_flow_by_level(level: str, colour: str) -> None:
    assert asked("low-flow-signal", level_m=level, **LOW).to_json()["value"] == colour


def test_low_flow_says_what_is_missing() -> None:
    both = asked("low-flow-signal", inflow_deficit_pct=60, level_m="329", **LOW)
    assert both.known() is Reached.ORANGE
    half = asked("low-flow-signal", level_m="329.5", drought_warning_m=330)
    assert half.known() is Reached.YELLOW
    assert dict(half.reasons[0].details)["not_excluded"] == ("RED", "ORANGE")
    high = asked("low-flow-signal", level_m="331", drought_warning_m=330)
    assert high.value is UNKNOWN
    assert dict(high.reasons[0].details)["at_least"] is Reached.NONE
    near = asked("low-flow-signal", level_m="330.01", **LOW).to_json()["reasons"][0]
    assert "not judged" in near["note"]
    assert low_flow_signal(LowWater()).value is UNKNOWN
    with pytest.raises(MissingArgument) as missing:
        asked("low-flow-signal")
    assert missing.value.argument == "inflow_deficit_pct"


@given(st.decimals(-50, 100, places=1), st.decimals(0, 50, places=1))
def test_less_water_never_lowers(deficit: D, more: D) -> None:
    before = low_flow_signal(LowWater(inflow_deficit_pct=deficit)).known()
    after = low_flow_signal(LowWater(inflow_deficit_pct=deficit + more)).known()
    assert after.rank() <= before.rank()


@pytest.mark.parametrize(
    ("mci", "expected"),
    [  # worked examples 59 and 60, and both sides of every limit
        ("-0.49", "NONE"),
        ("-0.5", "LIGHT"),
        ("-0.51", "LIGHT"),
        ("-0.99", "LIGHT"),
        ("-1.0", "MODERATE"),
        ("-1.01", "MODERATE"),
        ("-1.49", "MODERATE"),
        ("-1.5", "SEVERE"),
        ("-1.51", "SEVERE"),
        ("-1.99", "SEVERE"),
        ("-2.0", "EXTREME"),
        ("-2.01", "EXTREME"),
        ("1.2", "NONE"),
    ],
)
def test_drought_class(mci: str, expected: str) -> None:
    verdict = asked("drought-class", mci=mci)
    assert verdict.to_json()["value"] == expected
    assert "GB/T 20481-2017" in verdict.reasons[0].source


def test_drought_without_index() -> None:
    assert drought_class(None).value is UNKNOWN
    assert [each.rank() for each in DroughtClass] == [0, 1, 2, 3, 4]
    assert {each.label for each in DroughtClass} == set(DROUGHT_LABELS.values())


@given(st.decimals(-5, 5, places=2), st.decimals(0, 3, places=2))
def test_drier_never_lowers(mci: D, drier: D) -> None:
    assert drought_class(mci - drier).known().rank() >= drought_class(mci).known().rank()


def test_effective_rainfall() -> None:
    """Worked examples 49 and 50."""
    classic = asked("effective-rainfall", daily_mm="20,30,0,10")
    assert classic.known() == D("51.12704")
    assert asked("effective-rainfall", daily_mm="20,30,0,10", alpha="0.8").known() == D("49.12")
    assert classic.reasons[0].status is SourceStatus.FROM_MEMORY
    assert classic.reasons[0].note is not None  # three days before are few
    assert asked("effective-rainfall", daily_mm=",".join("0" * 11)).reasons[0].note is None
    assert asked("effective-rainfall", daily_mm=",".join("0" * 10)).reasons[0].note is not None
    assert asked("effective-rainfall", daily_mm="7", alpha=1).known() == 7


def test_a_day_without_data_is_not_dry() -> None:
    gap = asked("effective-rainfall", daily_mm="20,,10")
    assert gap.value is UNKNOWN
    assert dict(gap.reasons[0].details)["at_least_mm"] == D("20") + D("0.84") ** 2 * 10
    assert "1" in gap.to_json()["reasons"][0]["note"]
    assert effective_rainfall((), alpha=D("0.84")).value is UNKNOWN
    for alpha in ("0", "-0.1", "1.01"):
        with pytest.raises(BadArgument) as refused:
            asked("effective-rainfall", daily_mm="1", alpha=alpha)
        assert refused.value.argument == "alpha"
    with pytest.raises(BadArgument):
        asked("effective-rainfall", daily_mm="1,-1")


RAINS = st.lists(st.decimals(0, 300, places=1), min_size=1, max_size=15)


@given(RAINS, st.integers(0, 14), st.decimals(0, 100, places=1))
def test_more_rain_never_lessens(rains: list[D], day: int, more: D) -> None:
    wetter = list(rains)
    wetter[day % len(rains)] += more
    alpha = D("0.84")
    before = effective_rainfall(tuple(rains), alpha=alpha).known()
    assert effective_rainfall(tuple(wetter), alpha=alpha).known() >= before


@given(RAINS)
def test_effective_rain_rolls_on(rains: list[D]) -> None:
    """Tomorrow's figure is tomorrow's rain and α times today's figure."""
    alpha = D("0.84")
    today = effective_rainfall(tuple(rains), alpha=alpha).known()
    tomorrow = effective_rainfall((D(0), *rains), alpha=alpha).known()
    assert abs(tomorrow - alpha * today) < D("1e-18")


@pytest.mark.parametrize(
    ("rate", "steady", "level", "angle"),
    [  # worked examples 51-53
        (2, 2, "NONE", 45.0),
        (12, 2, "ORANGE", 80.54),
        (25, 2, "RED", 85.43),
        (6, 2, "YELLOW", 71.57),
        # 45° exactly, just above, just below
        ("2.0001", 2, "YELLOW", 45.0),
        ("1.9999", 2, "NONE", 45.0),
        # tan 80° = 5.67128…, tan 85° = 11.43005…: the angles decide
        ("5.6712", 1, "YELLOW", 80.0),
        ("5.6713", 1, "ORANGE", 80.0),
        ("11.4300", 1, "ORANGE", 85.0),
        ("11.4301", 1, "RED", 85.0),
        (0, 2, "NONE", 0.0),
    ],
)
def test_slope(rate: object, steady: object, level: str, angle: float) -> None:
    verdict = asked("slope-tangent-level", rate_mm_d=rate, steady_rate_mm_d=steady)
    assert verdict.to_json()["value"] == level
    assert dict(verdict.reasons[0].details)["angle_deg"] == angle
    assert verdict.reasons[0].status is SourceStatus.FROM_MEMORY


def test_slope_without_rates() -> None:
    with pytest.raises(BadArgument) as refused:
        asked("slope-tangent-level", rate_mm_d=1, steady_rate_mm_d=0)
    assert refused.value.argument == "steady_rate_mm_d"
    with pytest.raises(NoSteadyRate):
        slope_tangent_level(rate_mm_d=D(1), steady_rate_mm_d=D(-1))
    assert slope_tangent_level(rate_mm_d=None, steady_rate_mm_d=D(1)).value is UNKNOWN
    assert slope_tangent_level(rate_mm_d=D(1), steady_rate_mm_d=None).value is UNKNOWN


RATES = st.decimals("0.01", 500, places=2)


@given(RATES, RATES, RATES)
def test_faster_never_lowers(rate: D, steady: D, more: D) -> None:
    def level(value: D) -> Reached:
        return slope_tangent_level(rate_mm_d=value, steady_rate_mm_d=steady).known()

    assert level(rate + more).rank() <= level(rate).rank()
