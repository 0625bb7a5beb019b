"""One cause, one notice: sweepers that race, are killed, and go by clocks that differ."""

import os
import shutil
import signal
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.processes import Instance

pytestmark = pytest.mark.faults
SCRIPT = Path(__file__).with_name("separate_process.py")
WAIT_S = 1800
SEEN_S = 120
"""Within which the watch passes a storm, and somebody sees its notices."""
LONG = pytest.mark.long
STATIONS = 5
DAY_MIN = 24 * 60
RAIN = 12 * 60
"""Minute of the first day before which no rain fell."""
STORM_ENDS = 20 * 60
"""Minute of the first day at which every storm of these stations is over."""


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("monitoring") / "home"
    Instance(home, SCRIPT).run(f"make:{STATIONS}")
    return home


@pytest.fixture
def instance(empty_home: Path, tmp_path: Path) -> Instance:
    shutil.copytree(empty_home, tmp_path / "home")
    return Instance(tmp_path / "home", SCRIPT)


def once(found: dict[str, Any], causes: int, *, stations: int = STATIONS) -> None:
    """Exactly one notice for each storm of each station, none where it stayed dry."""
    by_station = Counter(code for code, _, _ in found["notices"])
    assert by_station == {f"YC-R-{n:03d}": causes for n in range(1, stations)}
    assert {level for _, level, _ in found["notices"]} == {"orange"}
    assert (found["raised_twice"], found["open_twice"], found["journal"]) == (0, 0, True)


def sending(until: int = STORM_ENDS) -> str:
    return f"send:0:{STATIONS}:0:{until}"


def steps(until: int) -> list[str]:
    """The same a step at a time, as stations send."""
    sent = [f"send:0:{STATIONS}:{minute}:{minute + 5}" for minute in range(RAIN, until, 5)]
    return [f"watch:{RAIN}", *sent]


def watched(first: int, last: int) -> list[str]:
    """A quarter of an hour at a time, the watch after each."""
    spans = [(n * 15, n * 15 + 15) for n in range(STORM_ENDS // 15)]
    return [
        verb
        for begin, end in spans
        for verb in (f"send:{first}:{last}:{begin}:{end}", f"watch:{end}")
    ]


@pytest.mark.parametrize("moment", ["die_raising", "die_when_raised"])
def test_a_sender_killed_while_it_raises_is_told_of_once(instance: Instance, moment: str) -> None:
    """Its readings are kept, or it has no answer and sends again; the notice is there once."""
    instance.killed(moment, *steps(STORM_ENDS))
    found = instance.run("found")
    assert len(found["notices"]) == (1 if moment == "die_when_raised" else 0)
    once(instance.run(*steps(STORM_ENDS), f"watch:{STORM_ENDS + 15}", "found"), 1)
    once(instance.run(f"watch:{STORM_ENDS + 300}", "found"), 1)


def test_senders_raise_each_cause_once(instance: Instance) -> None:
    """Two processes that send and watch what they sent, and one that closes steps beside them."""
    half = STATIONS // 2
    processes = [
        instance.start(*watched(first, last)) for first, last in ((0, half), (half, STATIONS))
    ]
    processes.append(instance.start(f"watch_steps:{STORM_ENDS}:0"))
    for process in processes:
        instance.ended(process)
    once(instance.run(f"watch:{STORM_ENDS + 15}", "found"), 1)


@pytest.mark.parametrize("moment", ["die_in_notice", "die_before_keep", "die_after_commit"])
def test_killed_at_any_moment_it_is_raised_once(instance: Instance, moment: str) -> None:
    instance.run("watch:0", sending())
    instance.killed(f"{moment}:{STORM_ENDS + 15}")
    partly = instance.run("found")
    assert len(partly["notices"]) in (0, STATIONS - 1)
    once(instance.run(f"watch:{STORM_ENDS + 15}", "found"), 1)
    once(instance.run(f"watch:{STORM_ENDS + 15}", f"watch:{STORM_ENDS + 300}", "found"), 1)


def test_sweepers_race_by_clocks_that_differ(instance: Instance) -> None:
    """While the senders still send: what comes late is filled in, nothing is raised twice. One of
    the senders watches too, and raises at once what it keeps."""
    processes = [
        instance.start(f"watch_steps:{STORM_ENDS + 60}:{skew}") for skew in (-900, 0, 400)
    ]
    half = STATIONS // 2
    processes += [
        instance.start(*(f"send:0:{half}:{n * 60}:{n * 60 + 60}" for n in range(20))),
        instance.start(*watched(half, STATIONS)),
    ]
    victim = instance.start(f"watch_steps:{STORM_ENDS}:100")
    _work_on(4)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    for process in processes:
        instance.ended(process)
    once(instance.run(f"watch:{STORM_ENDS + 30}", "found"), 1)


def test_an_acknowledgement_survives_restarts(instance: Instance) -> None:
    instance.run("watch:0", sending(), f"watch:{STORM_ENDS + 15}", "acknowledge")
    instance.killed(f"die_before_keep:{STORM_ENDS + 120}")
    found = instance.run(*[f"watch:{STORM_ENDS + 120 + n * 60}" for n in range(3)], "found")
    once(found, 1)
    assert (found["acknowledged"], found["forgotten"]) == (STATIONS - 1, 0)


def _work_on(seconds: float) -> None:
    """Let the processes work for a while."""
    threading.Event().wait(seconds)


MILLION = pytest.mark.skipif(
    "ANLAN_TEST_MILLION" not in os.environ, reason="takes most of an hour: make test-million"
)


@LONG
@pytest.mark.parametrize(("stations", "days"), [(20, 7), pytest.param(100, 35, marks=MILLION)])
def test_a_million_readings(tmp_path: Path, stations: int, days: int) -> None:
    """Two senders, three sweepers by clocks that differ, some killed and started again: a notice
    for each of the storms, and what was acknowledged stays so."""
    half = stations // 2
    instance = Instance(tmp_path / "home", SCRIPT, wait_s=WAIT_S)
    instance.run(f"make:{stations}", "watch:0")
    senders = [
        instance.start(f"send_days:{first}:{last}:{days}")
        for first, last in ((0, half), (half, stations))
    ]
    skews = (-300, 0, 240)
    sweepers = [instance.start(f"watch_days:{days}:{skew}:0:{half}") for skew in skews]
    for _ in range(3):
        _work_on(10)
        sweepers[0].send_signal(signal.SIGKILL)
        sweepers[0].communicate()
        instance.run(f"acknowledge_some:{SEEN_S}")
        sweepers = [*sweepers[1:], instance.start(f"watch_days:{days}:0:0:{half}")]
    for process in (*senders, *sweepers):
        instance.ended(process)
    found = instance.run(f"watch:{days * DAY_MIN}", "acknowledge", "found")
    storms = (days + 2) // 3
    once(found, storms, stations=stations)
    assert found["acknowledged"] > 0
    assert found["forgotten"] == 0
