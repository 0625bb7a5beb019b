"""Checks of disaster figures: equality holds, one more does not, what is missing is not compared."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.losses.rules.disaster_figures import (
    FIELD_LABELS,
    HECTARES,
    LOSS_PARTS,
    NOT_ABOVE,
    DisasterFigures,
    check_figures,
    fallen,
    faults_of,
)


def test_worked_example_29() -> None:
    figures = DisasterFigures(
        crop_affected_ha=Decimal(100), crop_damaged_ha=Decimal(60), crop_failed_ha=Decimal(70)
    )
    assert [fault.field for fault in faults_of(figures)] == ["crop_failed_ha"]
    assert check_figures(figures).value is False


def test_worked_example_30() -> None:
    before = DisasterFigures(house_collapsed_rooms=100)
    after = DisasterFigures(house_collapsed_rooms=80)
    assert fallen(before, after) == ("house_collapsed_rooms",)
    assert fallen(after, before) == ()
    assert fallen(before, DisasterFigures()) == ("house_collapsed_rooms",)


@pytest.mark.parametrize(("parts", "whole"), NOT_ABOVE, ids=lambda value: str(value)[:30])
def test_each_check_at_below_and_above(parts: tuple[str, ...], whole: str) -> None:
    for difference, is_wrong in ((-1, False), (0, False), (1, True)):
        values = {name: 10 for name in parts} | {whole: 10 * len(parts) - difference}
        if whole == "direct_loss_fen" and difference == -1:
            values[whole] = 10 * len(parts)  # all parts given: the sum is the loss
        found = faults_of(DisasterFigures(**values))  # type: ignore[arg-type]
        assert bool(found) == is_wrong


def test_all_parts_of_the_loss_make_the_loss() -> None:
    parts = dict.fromkeys(LOSS_PARTS, 10)
    assert not faults_of(DisasterFigures(**parts, direct_loss_fen=60))  # type: ignore[arg-type]
    short = faults_of(DisasterFigures(**parts, direct_loss_fen=61))  # type: ignore[arg-type]
    assert [fault.field for fault in short] == ["direct_loss_fen"]
    open_ = {**parts, "loss_industry_fen": None}
    assert not faults_of(DisasterFigures(**open_, direct_loss_fen=61))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FIELD_LABELS)
def test_nothing_is_below_zero(name: str) -> None:
    value = Decimal("-0.01") if name in HECTARES else -1
    assert [f.field for f in faults_of(DisasterFigures(**{name: value}))] == [name]  # type: ignore[arg-type]
    assert not faults_of(DisasterFigures(**{name: 0}))  # type: ignore[arg-type]


def test_nothing_reported_is_nothing_wrong() -> None:
    assert DisasterFigures().is_empty
    assert check_figures(DisasterFigures()).value is True


@given(st.dictionaries(st.sampled_from(sorted(FIELD_LABELS)), st.integers(-5, 50)))
def test_checking_is_total_and_a_missing_figure_adds_no_fault(values: dict[str, int]) -> None:
    figures = DisasterFigures(**values)  # type: ignore[arg-type]
    faults = {fault.field for fault in faults_of(figures)}
    assert check_figures(figures).value == (not faults)
    if not faults:
        for name in values:
            less = {key: value for key, value in values.items() if key != name}
            assert not faults_of(DisasterFigures(**less))  # type: ignore[arg-type]
