"""Weather signals: worked examples, every limit, what cannot be excluded, and properties."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.argument import BadArgument, MissingArgument
from anlan.base.rules.catalogue import Catalogue
from anlan.base.rules.verdict import UNKNOWN, SourceStatus, Verdict
from anlan.warning.rules.registry import RULES
from anlan.warning.rules.signal import Hazard
from anlan.warning.rules.thresholds.criterion import Criterion, Known
from anlan.warning.rules.thresholds.scale import Reached
from anlan.warning.rules.thresholds.source import read_table
from anlan.warning.rules.thresholds.weather import signal_tables, weather_signal
from anlan.warning.rules.thresholds.wind_force import wind_force

TODAY = dt.date(2026, 11, 26)
CATALOGUE = Catalogue(RULES)
D = Decimal
COLOURS = ("RED", "ORANGE", "YELLOW", "BLUE")


def asked(**arguments: object) -> Verdict[Reached]:
    raw = {name: str(value) for name, value in arguments.items()}
    return CATALOGUE.evaluate("weather-signal", raw, today=TODAY)


def reached(**arguments: object) -> str:
    return asked(**arguments).known().value


def not_excluded(verdict: Verdict[Reached]) -> tuple[str, ...]:
    return dict(verdict.reasons[0].details).get("not_excluded", ())


@pytest.mark.parametrize(
    ("arguments", "colour"),
    [  # worked examples 31-42 of the fact sheet
        ({"hazard": "rainstorm", "window_h": "12,6,3", "amount_mm": "50,45,30"}, "BLUE"),
        ({"hazard": "rainstorm", "window_h": "6,3", "amount_mm": "55,49"}, "YELLOW"),
        ({"hazard": "rainstorm", "window_h": 3, "amount_mm": 50}, "ORANGE"),
        ({"hazard": "rainstorm", "window_h": 3, "amount_mm": 100}, "RED"),
        ({"hazard": "rainstorm", "window_h": 12, "amount_mm": "49.9"}, "NONE"),
        ({"hazard": "snowstorm", "window_h": "6,12", "amount_mm": "9.9,9.9"}, "YELLOW"),
        (
            {"hazard": "cold-wave", "window_h": 24, "drop_c": 12, "temp_min_c": 0}
            | {"wind_mean_ms": "10.8"},
            "ORANGE",
        ),
        (
            {"hazard": "cold-wave", "window_h": 24, "drop_c": 12, "temp_min_c": 0}
            | {"wind_mean_ms": "8.0"},
            "BLUE",
        ),
        (
            {"hazard": "cold-wave", "window_h": 24, "drop_c": 17, "temp_min_c": 3}
            | {"wind_mean_ms": "10.8"},
            "YELLOW",
        ),
        ({"hazard": "gale", "wind_mean_ms": "13.9", "gust_ms": "20.8", "window_h": 12}, "YELLOW"),
        ({"hazard": "heat", "temp_max_c": 36, "days_ge_35": 3}, "YELLOW"),
        ({"hazard": "heat", "temp_max_c": 36, "days_ge_35": 1}, "NONE"),
        ({"hazard": "heat", "temp_max_c": 37}, "ORANGE"),
        ({"hazard": "heat", "temp_max_c": 40}, "RED"),
        ({"hazard": "fog", "visibility_m": 180, "window_h": 6}, "ORANGE"),
        ({"hazard": "fog", "visibility_m": 200, "window_h": 6}, "YELLOW"),
        ({"hazard": "frost", "ground_min_c": -4, "window_h": 24}, "YELLOW"),
        ({"hazard": "frost", "ground_min_c": "-5.0", "window_h": 24}, "YELLOW"),
        ({"hazard": "frost", "ground_min_c": "-5.1", "window_h": 24}, "ORANGE"),
    ],
)
def test_worked_examples(arguments: dict[str, object], colour: str) -> None:
    assert reached(**arguments) == colour


# Rows of the fact sheet, §3: (hazard, other arguments, the argument, colour, limit, reaches at).
ROWS = [
    *(
        ("rainstorm", {"window_h": window}, "amount_mm", colour, limit, "at least")
        for colour, window, limit in (
            ("BLUE", 12, 50),
            ("YELLOW", 6, 50),
            ("ORANGE", 3, 50),
            ("RED", 3, 100),
        )
    ),
    *(
        ("snowstorm", {"window_h": window}, "amount_mm", colour, limit, "at least")
        for colour, window, limit in (
            ("BLUE", 12, 4),
            ("YELLOW", 12, 6),
            ("ORANGE", 6, 10),
            ("RED", 6, 15),
        )
    ),
    *(
        ("cold-wave", others, name, colour, limit, how)
        for colour, window, drop, least, wind in (
            ("BLUE", 48, 8, 4, "8.0"),
            ("YELLOW", 24, 10, 4, "10.8"),
            ("ORANGE", 24, 12, 0, "10.8"),
            ("RED", 24, 16, 0, "10.8"),
        )
        for others, name, limit, how in (
            (
                {"window_h": window, "temp_min_c": -20, "wind_mean_ms": 30},
                "drop_c",
                drop,
                "at least",
            ),
            (
                {"window_h": window, "drop_c": drop, "wind_mean_ms": 30},
                "temp_min_c",
                least,
                "at most",
            ),
            (
                {"window_h": window, "drop_c": drop, "temp_min_c": -20},
                "wind_mean_ms",
                wind,
                "at least",
            ),
        )
    ),
    *(
        ("gale", {other: 0, "window_h": window}, name, colour, limit, "at least")
        for colour, window, mean, gust in (
            ("BLUE", 24, "10.8", "13.9"),
            ("YELLOW", 12, "17.2", "20.8"),
            ("ORANGE", 6, "24.5", "28.5"),
            ("RED", 6, "32.7", "37.0"),
        )
        for name, other, limit in (
            ("wind_mean_ms", "gust_ms", mean),
            ("gust_ms", "wind_mean_ms", gust),
        )
    ),
    *(
        ("typhoon", {other: 0, "window_h": window}, name, colour, limit, "at least")
        for colour, window, mean, gust in (
            ("BLUE", 24, "10.8", "17.2"),
            ("YELLOW", 24, "17.2", "24.5"),
            ("ORANGE", 12, "24.5", "32.7"),
            ("RED", 6, "32.7", "41.5"),
        )
        for name, other, limit in (
            ("wind_mean_ms", "gust_ms", mean),
            ("gust_ms", "wind_mean_ms", gust),
        )
    ),
    *(
        (hazard, {"window_h": window}, "visibility_m", colour, limit, "below")
        for hazard, colour, window, limit in (
            ("sandstorm", "YELLOW", 12, 1000),
            ("sandstorm", "ORANGE", 6, 500),
            ("sandstorm", "RED", 6, 50),
            ("fog", "YELLOW", 12, 500),
            ("fog", "ORANGE", 6, 200),
            ("fog", "RED", 2, 50),
            ("haze", "YELLOW", 12, 3000),
            ("haze", "ORANGE", 6, 2000),
        )
    ),
    ("heat", {"temp_max_c": 36}, "days_ge_35", "YELLOW", 3, "at least"),
    ("heat", {"days_ge_35": 0, "window_h": 24}, "temp_max_c", "ORANGE", 37, "at least"),
    ("heat", {"days_ge_35": 0, "window_h": 24}, "temp_max_c", "RED", 40, "at least"),
    ("frost", {"window_h": 48}, "ground_min_c", "BLUE", 0, "below"),
    ("frost", {"window_h": 24}, "ground_min_c", "YELLOW", -3, "below"),
    ("frost", {"window_h": 24}, "ground_min_c", "ORANGE", -5, "below"),
    ("drought", {"drought_class": "NONE"}, "crops_hit_pct", "ORANGE", 40, "at least"),
    ("drought", {"drought_class": "NONE"}, "crops_hit_pct", "RED", 60, "at least"),
]


@pytest.mark.parametrize(("hazard", "others", "name", "colour", "limit", "how"), ROWS)
def test_every_limit(
    hazard: str, others: dict[str, object], name: str, colour: str, limit: object, how: str
) -> None:
    step = D(1) if name == "days_ge_35" else D("0.01")
    at = D(str(limit))
    inward = step if how == "at least" else -step
    assert reached(hazard=hazard, **others, **{name: at + inward}) == colour
    outside = reached(hazard=hazard, **others, **{name: at - inward})
    assert Reached(outside).rank() > Reached(colour).rank()
    on_limit = Reached(reached(hazard=hazard, **others, **{name: at}))
    if how == "below":
        assert on_limit.rank() > Reached(colour).rank()
    else:
        assert on_limit.value == colour


def test_the_rows_above_are_all_rows_of_the_table() -> None:
    """So that a row added to the table needs its boundary here."""
    tested = {(hazard, colour, name) for hazard, _, name, colour, _, _ in ROWS}
    tested |= {("drought", colour, "drought_rank") for colour in ("ORANGE", "RED")}
    table = {
        (hazard.value, colour.value, criterion.of)
        for hazard, each in signal_tables().items()
        for colour, lists in each.colours
        for one in lists
        for criterion in one
    }
    assert tested == table


@pytest.mark.parametrize(
    ("drought", "colour"),
    [("NONE", "NONE"), ("MODERATE", "NONE"), ("SEVERE", "ORANGE"), ("EXTREME", "RED")],
)
def test_drought_by_class(drought: str, colour: str) -> None:
    assert reached(hazard="drought", drought_class=drought, crops_hit_pct=0) == colour


@pytest.mark.parametrize(
    ("speed", "force"), [("7.9", None), ("8.0", 5), ("10.7", 5), ("10.8", 6), ("17.2", 8)]
)
def test_wind_force(speed: str, force: int | None) -> None:
    assert wind_force(D(speed)) == force


def test_wind_force_from_every_limit() -> None:
    for force, least in read_table("wind_force")["from_m_s"].items():
        assert wind_force(D(least)) == int(force)
        assert wind_force(D(least) - D("0.01")) == (int(force) - 1 if force != "5" else None)
        assert wind_force(D(least) + D("0.01")) == int(force)


def test_what_cannot_be_excluded_is_named() -> None:
    half_a_day = asked(hazard="rainstorm", window_h=12, amount_mm=50)
    assert half_a_day.known() is Reached.BLUE
    assert not_excluded(half_a_day) == ("ORANGE", "YELLOW")  # 100 mm in 3 h is excluded
    assert "orange, yellow" in half_a_day.to_json()["reasons"][0]["note"]
    an_hour = asked(hazard="rainstorm", window_h=1, amount_mm=20)
    assert an_hour.known() is Reached.NONE
    assert not_excluded(an_hour) == COLOURS
    assert not_excluded(asked(hazard="rainstorm", window_h="3,12", amount_mm="20,49")) == ()
    soon = asked(hazard="gale", wind_mean_ms=33, gust_ms=0, window_h=24)
    assert (soon.known(), not_excluded(soon)) == (Reached.BLUE, ("RED", "ORANGE", "YELLOW"))
    assert not_excluded(asked(hazard="gale", wind_mean_ms=20)) == ("RED", "ORANGE")
    assert not_excluded(asked(hazard="heat", temp_max_c=36)) == ("YELLOW",)
    assert not_excluded(asked(hazard="heat", temp_max_c="34.9")) == ()
    drop = asked(hazard="cold-wave", window_h=48, drop_c=12, temp_min_c=0, wind_mean_ms=12)
    assert (drop.known(), not_excluded(drop)) == (Reached.BLUE, ("ORANGE", "YELLOW"))


def test_a_missing_quantity_is_never_none() -> None:
    calm = asked(hazard="gale", wind_mean_ms=5)
    assert calm.value is UNKNOWN
    assert not_excluded(calm) == COLOURS
    assert dict(calm.reasons[0].details)["at_least"] is Reached.NONE
    assert weather_signal(Hazard.RAINSTORM, {}).value is UNKNOWN
    assert weather_signal(Hazard.HEAT, {}).value is UNKNOWN
    freezing = {
        "drop_c": (Known(value=D(20), window_h=D(24)),),
        "temp_min_c": (Known(value=D(-3)),),
    }
    no_wind = weather_signal(Hazard.COLD_WAVE, freezing)
    assert no_wind.value is UNKNOWN
    assert not_excluded(no_wind) == COLOURS
    mild = {**freezing, "temp_min_c": (Known(value=D(5)),)}
    assert weather_signal(Hazard.COLD_WAVE, mild).known() is Reached.NONE  # one criterion fails


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"hazard": "rainstorm", "window_h": 12}, "amount_mm"),
        ({"hazard": "rainstorm", "amount_mm": 12}, "window_h"),
        ({"hazard": "cold-wave", "window_h": 24, "drop_c": 9, "temp_min_c": 0}, "wind_mean_ms"),
        ({"hazard": "gale"}, "wind_mean_ms"),
        ({"hazard": "fog"}, "visibility_m"),
        ({"hazard": "frost"}, "ground_min_c"),
        ({"hazard": "heat", "days_ge_35": 3}, "temp_max_c"),
        ({"hazard": "drought"}, "crops_hit_pct"),
    ],
)
def test_what_a_hazard_needs(arguments: dict[str, object], named: str) -> None:
    with pytest.raises(MissingArgument) as refused:
        asked(**arguments)
    assert refused.value.argument == named


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"hazard": "fog", "visibility_m": 50, "gust_ms": 5}, "gust_ms"),
        ({"hazard": "fog", "visibility_m": 50, "drought_class": "SEVERE"}, "drought_class"),
        ({"hazard": "fog", "visibility_m": 50, "window_h": "6,12"}, "window_h"),
        ({"hazard": "fog", "visibility_m": -1}, "visibility_m"),
        ({"hazard": "rainstorm", "window_h": "6,12", "amount_mm": 50}, "amount_mm"),
        ({"hazard": "rainstorm", "window_h": 0, "amount_mm": 50}, "window_h"),
        ({"hazard": "rainstorm", "window_h": "6,12", "amount_mm": "50,40"}, "amount_mm"),
        ({"hazard": "rainstorm", "window_h": 6, "amount_mm": "lots"}, "amount_mm"),
        ({"hazard": "hail"}, "hazard"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, object], named: str) -> None:
    with pytest.raises(BadArgument) as refused:
        asked(**arguments)
    assert refused.value.argument == named


def test_reasons_cite_the_order_and_the_scale() -> None:
    gale = asked(hazard="gale", wind_mean_ms="17.2", gust_ms=0).reasons
    assert "中国气象局令第16号" in gale[0].source
    assert (gale[0].article, gale[0].edition) == ("附件 大风预警信号", "2007")
    assert gale[0].status is SourceStatus.VERIFIED
    assert (gale[1].status, dict(gale[1].details)["wind_mean_ms_force"]) == (
        SourceStatus.FROM_MEMORY,
        8,
    )
    frost = asked(hazard="frost", ground_min_c=-1).reasons
    assert frost[1].status is SourceStatus.HOUSE_DEFAULT


def test_a_criterion_has_one_limit() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Criterion(of="amount_mm", at_least=D(1), below=D(2))


def test_every_colour_has_a_level_and_a_label() -> None:
    assert [each.level for each in Reached][-1] is None
    assert all(
        each.level is not None and each.label == each.level.value
        for each in Reached
        if each is not Reached.NONE
    )
    assert Reached.NONE.label == "no threshold reached"


AMOUNTS = st.decimals(0, 200, places=1)
WINDOWS = st.integers(1, 48)


@given(st.sampled_from([Hazard.RAINSTORM, Hazard.SNOWSTORM]), WINDOWS, AMOUNTS, AMOUNTS)
def test_more_rain_never_lowers(hazard: Hazard, window: int, amount: D, more: D) -> None:
    def colour(value: D) -> Reached:
        return weather_signal(
            hazard, {"amount_mm": (Known(value=value, window_h=D(window)),)}
        ).known()

    assert colour(amount + more).rank() <= colour(amount).rank()


@given(st.sampled_from([Hazard.RAINSTORM, Hazard.SNOWSTORM]), WINDOWS, WINDOWS, AMOUNTS)
def test_a_shorter_window_holds_for_longer_ones(
    hazard: Hazard, window: int, longer_by: int, amount: D
) -> None:
    def colour(hours: int) -> Reached:
        return weather_signal(
            hazard, {"amount_mm": (Known(value=amount, window_h=D(hours)),)}
        ).known()

    assert colour(window).rank() <= colour(window + longer_by).rank()


@given(st.dictionaries(WINDOWS, AMOUNTS, min_size=1, max_size=4), WINDOWS, AMOUNTS)
def test_another_window_can_only_raise(known: dict[int, D], window: int, amount: D) -> None:
    def colour(rows: dict[int, D]) -> Reached:
        amounts = tuple(Known(value=mm, window_h=D(h)) for h, mm in sorted(rows.items()))
        return weather_signal(Hazard.RAINSTORM, {"amount_mm": amounts}).known()

    assert colour({window: amount} | known).rank() <= colour(known).rank()


@given(st.decimals(0, 60, places=1), st.decimals(0, 60, places=1), st.decimals(0, 20, places=1))
def test_more_wind_never_lowers(mean: D, gust: D, more: D) -> None:
    def colour(m: D, g: D) -> Reached:
        wind = {"wind_mean_ms": (Known(value=m),), "gust_ms": (Known(value=g),)}
        return weather_signal(Hazard.GALE, wind).known()

    assert colour(mean + more, gust).rank() <= colour(mean, gust).rank()
    assert colour(mean, gust + more).rank() <= colour(mean, gust).rank()


@given(
    st.sampled_from([Hazard.FOG, Hazard.SANDSTORM, Hazard.HAZE]),
    st.integers(0, 4000),
    st.integers(0, 4000),
)
def test_less_sight_never_lowers(hazard: Hazard, metres: int, more: int) -> None:
    def colour(value: int) -> Reached:
        return weather_signal(hazard, {"visibility_m": (Known(value=D(value)),)}).known()

    assert colour(metres).rank() <= colour(metres + more).rank()
