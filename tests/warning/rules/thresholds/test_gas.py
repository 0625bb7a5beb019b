"""Mine and plant gas: every row of the table, the lock of the power, levels of a detector."""

import csv
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.argument import BadArgument, MissingArgument
from anlan.base.rules.catalogue import Catalogue
from anlan.base.rules.verdict import UNKNOWN, SourceStatus, Verdict
from anlan.warning.rules.registry import RULES
from anlan.warning.rules.thresholds.gas_alarm import combustible_level, toxic_level
from anlan.warning.rules.thresholds.methane import MethanePlace, methane_places, methane_state
from tests.conftest import ROOT

BEFORE_REVISION = dt.date(2026, 1, 31)
TODAY = dt.date(2026, 11, 26)
CATALOGUE = Catalogue(RULES)
D = Decimal
STEP = D("0.01")
PLACES = tuple(methane_places().values())
SHEET = ROOT.parent / "shared" / "domain" / "coal_methane_thresholds.csv"


def state(place: str, value: object, *, locked: bool = False) -> tuple[bool, bool, bool]:
    raw = {"place": place, "value_pct": str(value), "locked": str(locked).lower()}
    known = CATALOGUE.evaluate("methane-state", raw, today=BEFORE_REVISION).known()
    return (known.alarm, known.cut, known.may_restore)


def test_worked_examples_of_methane() -> None:
    """Examples 14 and 15 of the fact sheet."""
    assert state("T1", "1.2") == (True, False, False)
    assert state("T1", "1.5") == (True, True, False)
    assert state("T1", "1.2", locked=True) == (True, True, False)
    assert state("T1", "1.0", locked=True) == (True, True, False)
    assert state("T1", "0.9", locked=True) == (False, False, True)
    assert state("T2", "0.99") == (False, False, False)
    assert state("T2", "1.0") == (True, True, False)
    assert state("R2", "0.75") == (True, False, False)
    assert state("T3", "0.5") == (True, True, False)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_every_limit_of_every_row(place: MethanePlace) -> None:
    for offset, is_reached in ((-STEP, False), (D(0), True), (STEP, True)):
        assert state(place.code, place.alarm_pct + offset)[0] is is_reached
        if place.cut_pct is None:
            assert state(place.code, 100)[1] is False
        else:
            assert state(place.code, place.cut_pct + offset)[1] is is_reached
        if place.restore_pct is None:
            assert state(place.code, 0, locked=True)[2] is False
        else:
            restored = state(place.code, place.restore_pct + offset, locked=True)
            assert restored[1:] == (is_reached, not is_reached)
    assert methane_state(place.code, None, locked=False).value is UNKNOWN


@pytest.mark.skipif(
    not SHEET.exists(), reason="not run: coal_methane_thresholds.csv is not on this machine"
)
def test_every_row_of_the_sheet_is_kept() -> None:
    rows = list(csv.DictReader(SHEET.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(PLACES)
    for row, place in zip(rows, PLACES, strict=True):
        assert row["code"] in ("", place.code)
        assert D(row["alarm_pct"]) == place.alarm_pct
        assert (row["cutoff_pct"] == "") == (place.cut_pct is None)
        assert (row["restore_below_pct"] == "") == (place.restore_pct is None)
        if place.cut_pct is not None:
            assert D(row["cutoff_pct"]) == place.cut_pct
        if place.restore_pct is not None:
            assert D(row["restore_below_pct"]) == place.restore_pct
        assert ("V" in row["mark"]) == (place.mark == "V")


def test_methane_says_what_it_rests_on() -> None:
    def reasons(place: str, today: dt.date) -> Verdict[object]:
        raw = {"place": place, "value_pct": "1", "locked": "false"}
        return CATALOGUE.evaluate("methane-state", raw, today=today)

    old = reasons("T1", BEFORE_REVISION)
    assert [reason.status for reason in old.reasons] == [SourceStatus.VERIFIED]
    new = reasons("T1", TODAY)
    assert dict(new.reasons[1].details)["superseded"] is True
    assert reasons("H5", TODAY).reasons[0].status is SourceStatus.FROM_MEMORY
    assert "differ" in reasons("H3b", TODAY).to_json()["reasons"][0]["note"]
    assert "no limit" in reasons("P1", TODAY).to_json()["reasons"][0]["note"]
    codes = next(row for row in CATALOGUE.listing() if row["name"] == "methane-state")
    assert codes["parameters"][0]["choices"] == [place.code for place in PLACES]
    with pytest.raises(BadArgument):
        state("Z9", 1)
    with pytest.raises(BadArgument):
        state("T1", 101)


@given(
    st.sampled_from(PLACES),
    st.decimals(0, 5, places=2),
    st.decimals(0, 5, places=2),
    st.booleans(),
)
def test_more_methane_is_never_safer(place: MethanePlace, value: D, more: D, locked: bool) -> None:
    low = methane_state(place.code, value, locked=locked).known()
    high = methane_state(place.code, value + more, locked=locked).known()
    assert high.alarm >= low.alarm
    assert high.cut >= low.cut
    assert high.may_restore <= low.may_restore
    assert not (low.cut and low.may_restore)


def gas(**arguments: object) -> int:
    raw = {name: str(value) for name, value in arguments.items()}
    return CATALOGUE.evaluate("gas-alarm-level", raw, today=TODAY).known()


@pytest.mark.parametrize(
    ("reading", "level"),
    [
        ("24", 0),
        ("24.99", 0),
        ("25", 1),
        ("25.01", 1),
        ("26", 1),
        ("49.99", 1),
        ("50", 2),
        ("50.01", 2),
    ],
)
def test_combustible(reading: str, level: int) -> None:
    assert gas(kind="combustible", reading_pct_lel=reading) == level


@pytest.mark.parametrize(
    ("reading", "limit", "level"),
    [
        *(("8", "7.05", 1), ("15", "7.05", 2)),  # worked example 17
        *(("7.04", "7.05", 0), ("7.05", "7.05", 1), ("14.09", "7.05", 1), ("14.1", "7.05", 2)),
        *(("0.1", "0.3", 0), ("0.3", "0.3", 1), ("0.6", "0.3", 2)),
    ],
)
def test_toxic(reading: str, limit: str, level: int) -> None:
    assert gas(kind="toxic", reading_ppm=reading, limit_ppm=limit) == level


def test_gas_arguments() -> None:
    with pytest.raises(MissingArgument) as missing:
        gas(kind="toxic", reading_ppm=1)
    assert missing.value.argument == "limit_ppm"
    with pytest.raises(MissingArgument):
        gas(kind="combustible")
    with pytest.raises(BadArgument) as foreign:
        gas(kind="combustible", reading_pct_lel=1, reading_ppm=1)
    assert foreign.value.argument == "reading_ppm"
    with pytest.raises(BadArgument) as zero:
        gas(kind="toxic", reading_ppm=1, limit_ppm=0)
    assert zero.value.argument == "limit_ppm"
    assert combustible_level(None).value is UNKNOWN
    assert toxic_level(reading_ppm=None, limit_ppm=D(1)).value is UNKNOWN
    assert toxic_level(reading_ppm=D(1), limit_ppm=None).value is UNKNOWN
    assert combustible_level(D(30)).reasons[0].note is not None


@given(st.decimals(0, 200, places=1), st.decimals(0, 200, places=1))
def test_more_gas_never_lowers(reading: D, more: D) -> None:
    assert combustible_level(reading + more).known() >= combustible_level(reading).known()
