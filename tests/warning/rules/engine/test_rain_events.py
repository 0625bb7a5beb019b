"""Five real storms, 10-second gauges: totals and maxima as printed, empty samples reported.

Source: NTU-CompHydroMet-Lab RainGauge_public, `note.md` (event totals to 0.01 mm, maxima to
0.01 mm/h). Intensities in mm/h at 10 s, so that a total is their sum over 360.
"""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from anlan.warning.rules.engine.intake import Batch, no_readings
from anlan.warning.rules.engine.plan import Operation, Plan, WindowRule
from anlan.warning.rules.engine.state import empty_state
from anlan.warning.rules.engine.step import step
from tests.conftest import ROOT

EVENTS = ROOT.parent / "shared/data/rain/ntu-10s/convective_storms/observations"
SLOT_S = 10
PER_MM = 360_000
"""Readings are in 0.001 mm/h and last 10 s."""


@pytest.mark.parametrize(
    ("name", "total_mm", "most_mm_h", "empty"),
    [
        ("2022-07-19-06-42_storm_psv_10s.csv", "21.01", "147.61", 0),
        ("2022-07-20-06-56_storm_psvl_10s.csv", "18.96", "87.70", 0),
        ("2022-07-29-14-38_storm_psvl_10s.csv", "12.24", "69.39", 1),
        ("2022-08-24-08-29_storm_psvl_10s.csv", "9.76", "130.81", 0),
        ("2022-08-25-07-10_Storm_psvl_10s.csv", "87.04", "310.52", 1),
    ],
)
def test_an_event(name: str, total_mm: str, most_mm_h: str, empty: int) -> None:
    file = EVENTS / name
    if not file.exists():
        pytest.skip(f"not run: {name} is not on this machine")
    times, values = _readings(file)
    slots = int((times[-1] - times[0]) // SLOT_S) + 1
    peak = int(Decimal(most_mm_h) * 1000)
    never, nearly, just = (None,) * 4, (None, None, None, peak - 5), (None, None, None, peak + 5)
    plan = Plan(
        stations=1,
        slot_s=SLOT_S,
        lateness_s=0,
        stale_s=60,
        rules=tuple(
            WindowRule(name=name, operation=operation, window_slots=slots, limits=limits)
            for name, operation, limits in (
                ("total", Operation.SUM, never),
                ("peak reached", Operation.MAX, nearly),
                ("peak not passed", Operation.MAX, just),
            )
        ),
    )
    state = empty_state(plan, now_s=int(times[0]))
    batch = Batch(station=np.zeros(len(times), dtype=np.int64), observed_s=times, value=values)
    state, early = step(plan, state, batch, now_s=int(times[-1]))
    state, late = step(plan, state, no_readings(), now_s=int(times[-1]) + SLOT_S)
    assert round(Decimal(int(state.value[0, 0])) / PER_MM, 2) == Decimal(total_mm)
    assert state.missing[0].tolist() == [empty]
    changes = [*early.changes, *late.changes]
    assert [(int(each["rule"]), int(each["after"])) for each in changes] == [(1, 4)]
    assert round(Decimal(int(changes[0]["value"])) / 1000, 2) == Decimal(most_mm_h)


def _readings(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Times and intensities in 0.001 mm/h; an empty sample is no reading."""
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    known = [row for row in rows if row["Intensity"].strip()]
    times = [int(dt.datetime.fromisoformat(row["Time"]).timestamp()) for row in known]
    values = [int(Decimal(row["Intensity"]) * 1000) for row in known]
    assert len({row["Time"] for row in rows}) == len(rows)
    return np.array(times, dtype=np.int64), np.array(values, dtype=np.int64)
