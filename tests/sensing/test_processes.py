"""A reading that was acknowledged is never lost: senders that are killed, and senders that race.

Two commits, the store's before the journal's: at every moment the store has what the journal
says, and the sweep enters what it does not say yet.
"""

import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.processes import WAIT_S, Instance

pytestmark = pytest.mark.faults
SCRIPT = Path(__file__).with_name("separate_process.py")
LONG = pytest.mark.long


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sensing") / "home"
    Instance(home, SCRIPT).run("make")
    return home


@pytest.fixture
def instance(empty_home: Path, tmp_path: Path) -> Instance:
    shutil.copytree(empty_home, tmp_path / "home")
    return Instance(tmp_path / "home", SCRIPT)


def whole(found: dict[str, Any], batches: int) -> None:
    """Every batch once, entered, proven by its digest; nothing acknowledged is missing."""
    assert (found["batches"], found["entries"], found["open"]) == (batches, batches, 0)
    assert found["rows"] == batches * 20
    assert (found["lost"], found["proven"], found["journal"]) == (0, True, True)


def test_killed_inside_the_first_commit_leaves_nothing(instance: Instance) -> None:
    instance.killed("die_inside_store:1")
    found = instance.run("sweep", "found")
    assert (found["rows"], found["batches"], found["acknowledged"]) == (0, 0, 0)
    instance.run("send:1")
    whole(instance.run("found"), 1)


@pytest.mark.parametrize(
    "moment", ["die_between", "die_inside_journal", "die_before_note", "die_before_answer"]
)
def test_killed_after_the_first_commit_is_entered_once(instance: Instance, moment: str) -> None:
    """The sweep enters it; the sender, who heard nothing, asks again and is answered."""
    instance.killed(f"{moment}:1")
    before = instance.run("found")
    assert (before["rows"], before["acknowledged"]) == (20, 0)
    instance.run("sweep", "sweep")
    whole(instance.run("found"), 1)
    answer = instance.run("send:1")
    assert answer["counts"]["stored"] == 20
    whole(instance.run("found"), 1)


@pytest.mark.parametrize("moment", ["die_between", "die_inside_journal"])
def test_the_sender_who_asks_again_needs_no_sweep(instance: Instance, moment: str) -> None:
    instance.killed(f"{moment}:1")
    instance.run("send:1")
    whole(instance.run("found"), 1)


@pytest.mark.parametrize(
    "after_s", [0.3, pytest.param(0.05, marks=LONG), pytest.param(1.1, marks=LONG)]
)
def test_killed_at_any_moment_nothing_acknowledged_is_lost(
    instance: Instance, after_s: float
) -> None:
    process = instance.start("send_many:1")
    acknowledged = instance.home / "acknowledged.txt"
    deadline = time.monotonic() + WAIT_S
    while not acknowledged.exists() and time.monotonic() < deadline:
        assert process.poll() is None
    _work_on(after_s)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=WAIT_S)
    found = instance.run("sweep", "found")
    assert found["acknowledged"] > 0
    assert found["batches"] - found["acknowledged"] in (0, 1)
    whole(found, found["batches"])


def _work_on(seconds: float) -> None:
    """Let the sender work on for a while, without sleeping."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        os.sched_yield()


def test_senders_that_race_with_the_same_batches_write_each_once(instance: Instance) -> None:
    processes = [instance.start("race:25", "sweep") for _ in range(3)]
    for process in processes:
        _, err = process.communicate(timeout=WAIT_S)
        assert process.returncode == 0, err
    whole(instance.run("sweep", "found"), 25)
