"""Classes and safety limits: every row of the tables at −ε, equal, +ε and missing."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.argument import BadArgument, MissingArgument
from anlan.base.rules.catalogue import Catalogue
from anlan.base.rules.verdict import UNKNOWN, SourceStatus, Verdict
from anlan.warning.rules.registry import RULES
from anlan.warning.rules.thresholds.bands import NONE, scales, threshold_class
from anlan.warning.rules.thresholds.limit import read_limit
from anlan.warning.rules.thresholds.safety_limit import LimitState, safety_limit, safety_limits

TODAY = dt.date(2026, 11, 26)
CATALOGUE = Catalogue(RULES)
D = Decimal
EPS = D("0.0001")


def asked(name: str, **arguments: object) -> Verdict[object]:
    raw = {key: str(value) for key, value in arguments.items()}
    return CATALOGUE.evaluate(name, raw, today=TODAY)


# Copied from the fact sheet, §3.2 to §3.4 of intrinsic safety: (row, how it is broken, limit, mark).
LIMITS = [
    ("mine-co", "above", "24", "V"),
    ("mine-co-alarm", "at_least", "24", "M"),
    ("mine-no2", "above", "2.5", "M"),
    ("mine-so2", "above", "5", "M"),
    ("mine-h2s", "above", "6.6", "M"),
    ("mine-nh3", "above", "40", "M"),
    ("mine-h2", "above", "0.5", "M"),
    ("mine-o2-intake", "below", "20", "V"),
    ("mine-co2-intake", "above", "0.5", "V"),
    ("return-ch4", "above", "1.0", "V"),
    ("return-co2", "above", "1.5", "V"),
    ("face-ch4-drill", "at_least", "1.0", "V"),
    ("face-ch4-stop", "at_least", "1.5", "V"),
    ("local-ch4", "at_least", "2.0", "V"),
    ("restore-ch4", "at_least", "1.0", "V"),
    ("restart-ch4", "above", "1.0", "V"),
    ("restart-co2", "above", "1.5", "V"),
    ("restart-fan-ch4", "above", "0.5", "V"),
    ("restart-plan-ch4", "above", "3.0", "V"),
    ("high-gas-relative", "above", "10", "M"),
    ("high-gas-absolute", "above", "40", "M"),
    ("high-gas-heading", "above", "3", "M"),
    ("high-gas-face", "above", "5", "M"),
    ("face-heat-short", "above", "26", "V"),
    ("face-heat-stop", "above", "30", "V"),
    ("room-heat-short", "above", "30", "V"),
    ("room-heat-stop", "above", "34", "V"),
    ("wind-coal-low", "below", "0.25", "M"),
    ("wind-coal-high", "above", "4", "M"),
    ("wind-rock-low", "below", "0.15", "M"),
    ("wind-rock-high", "above", "4", "M"),
    ("wind-trolley-low", "below", "1.0", "M"),
    ("wind-trolley-high", "above", "8", "M"),
    ("wind-conveyor-low", "below", "0.25", "M"),
    ("wind-conveyor-high", "above", "6", "M"),
    ("wind-main-high", "above", "8", "M"),
    ("wind-shaft-people-high", "above", "8", "M"),
    ("wind-shaft-goods-high", "above", "12", "M"),
    ("wind-shaft-none-high", "above", "15", "M"),
    ("wind-shaft-ladder-high", "above", "8", "V"),
    ("wind-face-machine-high", "above", "5", "V"),
    ("wind-trolley-no-gas-low", "below", "0.5", "V"),
    ("dust-coal-total", "above", "4", "M"),
    ("dust-coal-respirable", "above", "2.5", "M"),
    ("dust-si10-total", "above", "1", "M"),
    ("dust-si10-respirable", "above", "0.7", "M"),
    ("dust-si50-total", "above", "0.7", "M"),
    ("dust-si50-respirable", "above", "0.3", "M"),
    ("dust-si80-total", "above", "0.5", "M"),
    ("dust-si80-respirable", "above", "0.2", "M"),
    ("dust-cement-total", "above", "4", "M"),
    ("dust-cement-respirable", "above", "1.5", "M"),
    ("noise-8h", "above", "85", "V"),
    ("noise-4h", "above", "88", "V"),
    ("noise-2h", "above", "91", "V"),
    ("noise-1h", "above", "94", "V"),
    ("metal-o2", "below", "20", "M"),
    ("metal-co", "above", "24", "M"),
    ("metal-no2", "above", "2.5", "M"),
    ("metal-h2s", "above", "6.6", "M"),
    ("metal-so2", "above", "5", "M"),
    ("metal-heat", "above", "28", "M"),
    ("plant-o2-high", "at_least", "23.5", "V"),
    ("plant-o2-low", "at_most", "19.5", "V"),
    ("plant-path-1", "at_least", "1", "V"),
    ("plant-path-2", "at_least", "2", "V"),
    ("plant-idlh-1", "at_least", "5", "V"),
    ("plant-idlh-2", "at_least", "10", "V"),
    ("permit-lel-high", "above", "0.5", "M"),
    ("permit-lel-low", "above", "0.2", "M"),
    ("permit-o2-low", "below", "19.5", "M"),
    ("permit-o2-high", "above", "21", "M"),
    ("permit-o2-enriched", "above", "23.5", "M"),
    ("tailings-1-freeboard", "below", "1.5", "M"),
    ("tailings-1-beach", "below", "150", "M"),
    ("tailings-1-beach-downstream", "below", "100", "M"),
    ("tailings-2-freeboard", "below", "1.0", "M"),
    ("tailings-2-beach", "below", "100", "M"),
    ("tailings-2-beach-downstream", "below", "70", "M"),
    ("tailings-3-freeboard", "below", "0.7", "M"),
    ("tailings-3-beach", "below", "70", "M"),
    ("tailings-3-beach-downstream", "below", "50", "M"),
    ("tailings-4-freeboard", "below", "0.5", "M"),
    ("tailings-4-beach", "below", "50", "M"),
    ("tailings-4-beach-downstream", "below", "35", "M"),
    ("tailings-5-freeboard", "below", "0.4", "M"),
    ("tailings-5-beach", "below", "40", "M"),
    ("tailings-5-beach-downstream", "below", "25", "M"),
]


@pytest.mark.parametrize(("code", "how", "limit", "mark"), LIMITS)
def test_every_safety_limit(code: str, how: str, limit: str, mark: str) -> None:
    at = D(limit)
    broken = {
        "above": (False, False, True),
        "at_least": (False, True, True),
        "below": (True, False, False),
        "at_most": (True, True, False),
    }[how]
    values = (at - EPS, at, at + EPS)
    states = [asked("safety-limit", limit=code, value=value).known() for value in values]
    assert [state is LimitState.BROKEN for state in states] == list(broken)
    missing = safety_limit(code, None)
    assert missing.value is UNKNOWN
    assert missing.reasons[0].note is not None
    reason = safety_limit(code, at).reasons[0]
    assert reason.status is SourceStatus(mark)
    assert reason.source
    assert safety_limits()[code].unit
    assert safety_limits()[code].does


def test_the_limits_above_are_all_rows_of_the_table() -> None:
    table = {
        (row.code, row.limit.how, str(row.limit.value), row.mark)
        for row in safety_limits().values()
    }
    assert table == set(LIMITS)
    assert len(table) == len(LIMITS) == len(safety_limits())


def test_a_limit_of_an_edition_that_was_replaced_says_so() -> None:
    text = asked("safety-limit", limit="mine-o2-intake", value=19).to_json()["reasons"][0]
    assert "2026-02-01" in text["note"]
    assert safety_limit("plant-o2-low", D(19)).reasons[0].note is None
    assert len({state.label for state in LimitState}) == len(LimitState)
    with pytest.raises(BadArgument):
        asked("safety-limit", limit="coal", value=1)
    with pytest.raises(MissingArgument):
        asked("safety-limit", limit="mine-co")


# Scales of the fact sheets: (scale, limit, class just below, on it, just above), mark.
BANDS = [
    *(
        ("rain-24h", limit, below, code, code, "M")
        for limit, below, code in (
            ("0.1", NONE, "LIGHT_RAIN"),
            ("10.0", "LIGHT_RAIN", "MODERATE_RAIN"),
            ("25.0", "MODERATE_RAIN", "HEAVY_RAIN"),
            ("50.0", "HEAVY_RAIN", "RAINSTORM"),
            ("100.0", "RAINSTORM", "HEAVY_RAINSTORM"),
            ("250.0", "HEAVY_RAINSTORM", "EXTREME_RAINSTORM"),
        )
    ),
    *(
        ("rain-12h", limit, below, code, code, "M")
        for limit, below, code in (
            ("0.1", NONE, "LIGHT_RAIN"),
            ("5.0", "LIGHT_RAIN", "MODERATE_RAIN"),
            ("15.0", "MODERATE_RAIN", "HEAVY_RAIN"),
            ("30.0", "HEAVY_RAIN", "RAINSTORM"),
            ("70.0", "RAINSTORM", "HEAVY_RAINSTORM"),
            ("140.0", "HEAVY_RAINSTORM", "EXTREME_RAINSTORM"),
        )
    ),
    ("flood-size", "0", None, "SMALL", "SMALL", "M"),
    ("flood-size", "5", "SMALL", "MEDIUM", "MEDIUM", "M"),
    ("flood-size", "20", "MEDIUM", "LARGE", "LARGE", "M"),
    ("flood-size", "50", "LARGE", "LARGE", "EXTREME", "M"),
    ("critical-rainfall-ratio", "1", NONE, "YELLOW", "ORANGE", "V"),
    ("critical-rainfall-ratio", "2", "ORANGE", "ORANGE", "RED", "V"),
    ("geohazard-probability", "0.2", NONE, "BLUE", "BLUE", "D"),
    ("geohazard-probability", "0.4", "BLUE", "YELLOW", "YELLOW", "D"),
    ("geohazard-probability", "0.6", "YELLOW", "ORANGE", "ORANGE", "D"),
    ("geohazard-probability", "0.8", "ORANGE", "RED", "RED", "D"),
    ("soil-moisture", "60", "LIGHT", "LIGHT", NONE, "M"),
    ("soil-moisture", "50", "MODERATE", "MODERATE", "LIGHT", "M"),
    ("soil-moisture", "40", "SEVERE", "SEVERE", "MODERATE", "M"),
    ("soil-moisture", "30", "EXTREME", "EXTREME", "SEVERE", "M"),
    ("reservoir-size", "0.001", NONE, "SMALL_2", "SMALL_2", "M"),
    ("reservoir-size", "0.01", "SMALL_2", "SMALL_1", "SMALL_1", "M"),
    ("reservoir-size", "0.1", "SMALL_1", "MEDIUM", "MEDIUM", "M"),
    ("reservoir-size", "1", "MEDIUM", "LARGE_2", "LARGE_2", "M"),
    ("reservoir-size", "10", "LARGE_2", "LARGE_1", "LARGE_1", "M"),
    ("chemical-park-score", "60", "A", "B", "B", "V"),
    ("chemical-park-score", "70", "B", "C", "C", "V"),
    ("chemical-park-score", "85", "C", "D", "D", "V"),
    ("chemical-park-score", "100", "D", "D", None, "V"),
]


@pytest.mark.parametrize(("scale", "limit", "below", "on", "above", "mark"), BANDS)
def test_every_limit_of_a_scale(
    scale: str, limit: str, below: str | None, on: str, above: str | None, mark: str
) -> None:
    at = D(limit)
    for value, wanted in ((at - EPS, below), (at, on), (at + EPS, above)):
        if wanted is None:
            with pytest.raises(BadArgument):
                asked("threshold-class", scale=scale, value=value)
        else:
            assert asked("threshold-class", scale=scale, value=value).known() == wanted
    assert threshold_class(scale, at).reasons[0].status is SourceStatus(mark)
    assert threshold_class(scale, None).value is UNKNOWN


@pytest.mark.parametrize(
    ("grade", "colour"), [(1, NONE), (2, "BLUE"), (3, "YELLOW"), (4, "ORANGE"), (5, "RED")]
)
def test_every_grade_of_fire_danger(grade: int, colour: str) -> None:
    assert asked("threshold-class", scale="fire-danger", value=grade).known() == colour


@pytest.mark.parametrize("grade", ["0", "6", "2.5"])
def test_grades_of_fire_danger_that_are_none(grade: str) -> None:
    with pytest.raises(BadArgument) as refused:
        asked("threshold-class", scale="fire-danger", value=grade)
    assert refused.value.argument == "value"


def test_the_scales_above_are_all_limits_of_the_table() -> None:
    tested = {(scale, D(limit)) for scale, limit, *_ in BANDS}
    tested |= {("fire-danger", D(grade)) for grade in (2, 3, 4, 5)}
    table = {(s.code, band.limit.value) for s in scales().values() for band in s.bands}
    assert tested == table
    assert threshold_class("fire-danger", None).value is UNKNOWN


RISING = [code for code in scales() if code not in ("soil-moisture", "fire-danger")]


@given(
    st.sampled_from([code for code in RISING if code != "chemical-park-score"]),
    st.decimals(0, 1, places=4),
    st.decimals(0, 300, places=2),
)
def test_more_never_lowers_a_class(code: str, value: D, more: D) -> None:
    """Of what is worse the more there is of it; a probability ends at 1."""
    scale = scales()[code]
    order = [NONE, *(band.code for band in reversed(scale.bands))]
    higher = value + more if scale.highest is None else min(value + more, scale.highest)
    before, after = (threshold_class(code, each).known() for each in (value, higher))
    assert order.index(after) >= order.index(before)


@given(st.decimals(0, 100, places=2), st.decimals(0, 50, places=2))
def test_drier_soil_never_lowers_a_class(value: D, less: D) -> None:
    order = [NONE, *(band.code for band in reversed(scales()["soil-moisture"].bands))]
    before = threshold_class("soil-moisture", value).known()
    after = threshold_class("soil-moisture", max(D(0), value - less)).known()
    assert order.index(after) >= order.index(before)


def test_a_row_has_one_limit() -> None:
    for row in ({}, {"above": 1, "below": 2}):
        with pytest.raises(ValueError, match="exactly one"):
            read_limit(row)
