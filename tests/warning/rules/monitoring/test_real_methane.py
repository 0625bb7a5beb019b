"""A real longwall: 13 368 half minutes of methane beside a plain recomputation.

Source: RuleKit, methane-train.arff (Sikora, Wrobel, Gudys; Silesian University of Technology and
EMAG): sensor MM116, averages of 30 s, no time stamps, rows in the order of time. Its mine has
other alarm levels: what is compared is the program, not the mine.
"""

from fractions import Fraction

import pytest

from anlan.warning.rules.engine.plan import Operation
from anlan.warning.rules.monitoring.feeding import SECOND_US, Read, said_by_slot
from anlan.warning.rules.monitoring.group import Comparison, Group, Watched, Window
from anlan.warning.rules.monitoring.own_limits import methane_limits
from anlan.warning.rules.monitoring.stepping import advanced, begun, dumped
from tests.conftest import SHARED

FILE = SHARED / "data" / "sensors" / "mine-methane" / "methane-train.arff"
SAMPLE_S, SLOT_S = 30, 300
ALARM, CUT = 1.0, 1.5


@pytest.fixture(scope="module")
def methane() -> list[float]:
    if not FILE.exists():
        pytest.skip("not run: the real methane readings are not on this machine")
    lines = FILE.read_text(encoding="utf-8", errors="replace").splitlines()
    heads = [line.split()[1] for line in lines if line.upper().startswith("@ATTRIBUTE")]
    place = heads.index("'MM116'")
    first = next(n for n, line in enumerate(lines) if line.strip().upper() == "@DATA") + 1
    return [float(line.split(",")[place]) for line in lines[first:] if line.strip()]


def group() -> Group:
    return Group(
        rule="methane",
        comparison=Comparison.AT_LEAST,
        accumulates=False,
        slot_s=SLOT_S,
        lateness_s=60,
        stale_s=900,
        release=Fraction(1),
        hold_s=0,
        clear_s=0,
        windows=(Window(operation=Operation.MAX, window_s=0),),
        places=(
            Watched(
                place="T1", stream="s", interval_s=SAMPLE_S, limits=(methane_limits("T1", {}),)
            ),
        ),
    )


def test_every_level_of_a_real_longwall(methane: list[float]) -> None:
    assert len(methane) == 13_368
    watched = group()
    plan, each = watched.plan(), SLOT_S // SAMPLE_S
    reads = [
        Read(at_us=(n + 1) * SAMPLE_S * SECOND_US, value=value) for n, value in enumerate(methane)
    ]
    slots = len(methane) // each
    said = said_by_slot(watched, {"s": reads})
    outcome = advanced(watched, plan, begun(watched, plan, -1), said, slots - 1)
    wanted, before = [], 0
    for slot in range(slots):
        most = max(methane[slot * each : (slot + 1) * each])
        level = 3 if most >= CUT else 2 if most >= ALARM else 0
        if level != before:
            wanted.append((slot, before, level))
        before = level
    assert wanted, "the real readings reach the alarm"
    assert [(c.slot, c.before, c.after) for c in outcome.changes] == wanted
    half = advanced(watched, plan, begun(watched, plan, -1), said, slots // 2)
    rest = advanced(watched, plan, half.watch, said, slots - 1)
    assert dumped(rest.watch) == dumped(outcome.watch)
