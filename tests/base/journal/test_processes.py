"""The journal under several processes and threads on one SQLite file, and under SIGKILL."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests import processes
from tests.processes import WAIT_S

pytestmark = pytest.mark.faults
SCRIPT = Path(__file__).with_name("separate_process.py")


class Instance(processes.Instance):
    def __init__(self, home: Path) -> None:
        super().__init__(home, SCRIPT)
        self.anchor = home / "anchor" / "journal.jsonl"

    def proven(self, *steps: str) -> dict[str, Any]:
        """The report after some steps; it must be free of findings."""
        report: dict[str, Any] = self.run(*steps, "verify")
        assert report["ok"], report
        return report


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("instance") / "home"
    Instance(home).run("make")
    return home


@pytest.fixture
def instance(empty_home: Path, tmp_path: Path) -> Instance:
    shutil.copytree(empty_home, tmp_path / "home")
    return Instance(tmp_path / "home")


def test_writers_and_sealers_at_once_leave_no_gap(instance: Instance) -> None:
    processes = [instance.start(f"write:9{n}:30") for n in range(3)]
    processes += [instance.start("seal:40") for _ in range(2)]
    for process in processes:
        _, err = process.communicate(timeout=WAIT_S)
        assert process.returncode == 0, err
    report = instance.proven("seal:1")
    assert (report["sealed"], report["unproven"], report["unanchored"]) == (90, 0, 0)
    seqs = [json.loads(line)["seq"] for line in instance.anchor.read_text().splitlines()]
    assert seqs == sorted(set(seqs))


def test_threads_race_for_one_request_and_for_one_row(instance: Instance) -> None:
    answers = instance.run("race:8")
    assert len(answers) == 8
    assert len(set(answers)) == 1
    answers = instance.run("race_for_a_row:6")
    assert sorted(answers) == ["changed", *["conflict"] * 5]
    assert instance.proven()["unproven"] == 3


def test_killed_between_commit_and_seal(instance: Instance) -> None:
    instance.killed("write_and_die:999001")
    assert instance.proven()["unproven"] == 1
    report = instance.proven("seal:1")
    assert (report["sealed"], report["unproven"]) == (1, 0)


def test_killed_inside_an_action_leaves_nothing(instance: Instance) -> None:
    instance.killed("die_inside:999001")
    report = instance.proven()
    assert (report["sealed"], report["unproven"]) == (0, 0)
    assert instance.proven("write:9:1")["unproven"] == 1


def test_killed_between_seal_and_anchor(instance: Instance) -> None:
    instance.killed("write:9:3", "seal:1", "write:8:2", "seal_and_die_before_anchor")
    report = instance.proven()
    assert (report["sealed"], report["unanchored"]) == (5, 2)
    assert instance.proven("seal:1")["anchored_seq"] == 5


def test_a_line_of_the_anchor_that_a_crash_cut_off(instance: Instance) -> None:
    report = instance.proven("write:9:3", "seal:1", "write:8:2", "seal:1", "cut_anchor:40:2")
    assert (report["sealed"], report["anchored_seq"], report["unanchored"]) == (5, 3, 2)
    cut = instance.anchor.read_bytes()
    assert instance.proven("seal:1")["anchored_seq"] == 5
    assert instance.anchor.read_bytes().startswith(cut + b"\n")
