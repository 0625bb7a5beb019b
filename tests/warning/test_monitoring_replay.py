"""What a replay tells, and real storms through the whole path."""

import argparse
import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from anlan.base import clock
from anlan.base.parts import Parts, registry
from anlan.sensing.commands import SENSE_COMMANDS
from anlan.sensing.models import Datastream
from anlan.warning.actions.monitoring import watch_readings
from anlan.warning.models import MonitoringNotice, NoticeEvent
from tests.conftest import SHARED
from tests.registers.kept import NOW
from tests.warning.watched import HOUR, MINUTE, START, every, only, rules, speak, stream, watch

pytestmark = pytest.mark.usefixtures("kept")
REPLAY = next(command for command in SENSE_COMMANDS if command.path[-1] == "replay")
EVENTS = SHARED / "data" / "rain" / "ntu-10s" / "convective_storms" / "observations"
PER_SAMPLE = 360
REAL = {  # day → (event total in mm as printed, what the rainstorm numbers say of it)
    "2022-07-19": ("21.01", []),
    "2022-07-20": ("18.96", []),
    "2022-07-29": ("12.24", []),
    "2022-08-24": ("9.76", []),
    "2022-08-25": ("87.04", ["orange"]),
}


def replay(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    code = REPLAY.run(argparse.Namespace(file=path, json=True))
    shown = capsys.readouterr()
    assert code == 0, shown.err
    found: dict[str, Any] = json.loads(shown.out)
    return found


def write(path: Path, row: Datastream, values: list[float], start: dt.datetime) -> Path:
    lines = [
        f"{row.station.code},{row.key},{at.isoformat()},{value}"
        for at, value in every(row, values, start)
    ]
    path.write_text("\n".join(["station,property,time,value", *lines]))
    return path


def storm(day: str, path: Path) -> Path:
    files = sorted(EVENTS.glob(f"{day}*.csv"))
    if not files:
        pytest.skip("not run: the real rain events are not on this machine")
    with files[0].open(newline="") as source, path.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["station", "property", "time", "value"])
        for row in csv.DictReader(source):
            text = row["Intensity"].strip()
            amount = repr(float(text) / PER_SAMPLE) if text else ""
            writer.writerow(["YC-R-001", "rain", row["Time"], amount])
    return path


@pytest.mark.parametrize("day", REAL)
def test_a_real_storm_through_the_whole_path(
    day: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Replayed from its file years later: told over its own hours, kept as no notice of today."""
    total, levels = REAL[day]
    only("rainstorm")
    stream(interval_s=10)
    found = replay(storm(day, tmp_path / "storm.csv"), capsys)["warnings"]
    assert [row["level"] for row in found] == levels
    assert not MonitoringNotice.objects.exists()
    if levels:
        assert found[0]["value"] >= found[0]["limit"] == 50.0
        assert float(total) >= found[0]["value"]
        assert found[0]["mark"] == "V"


def test_readings_of_the_present_become_notices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only("rainstorm")
    row = stream()
    path = write(tmp_path / "now.csv", row, [1.5] * 36, START)
    with clock.at(START + 3 * HOUR + 20 * MINUTE):
        (told,) = replay(path, capsys)["warnings"]
    kept = MonitoringNotice.objects.get()
    assert (told["notice"], told["level"], told["ended_at"]) == (str(kept.pk), "orange", None)
    assert told["opened_at"] == kept.opened_at.isoformat()
    assert [step["level"] for step in told["levels"]][-1] == "orange"


def test_an_old_storm_is_told_with_its_whole_course(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only("rainstorm")
    row = stream()
    start = START - dt.timedelta(days=400)
    path = write(tmp_path / "old.csv", row, [1.5] * 36 + [0.0] * 12 * 13, start)
    with clock.at(NOW):
        (told,) = replay(path, capsys)["warnings"]
    assert [step["level"] for step in told["levels"]] == ["orange", "yellow", "blue", "none"]
    assert told["ended_at"] is not None
    assert told["notice"] is None


def test_nothing_is_told_twice_or_of_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only("rainstorm")
    row = stream()
    path = write(tmp_path / "now.csv", row, [1.5] * 36, START)
    with clock.at(START + 3 * HOUR + 20 * MINUTE):
        replay(path, capsys)
        assert replay(path, capsys)["warnings"] == []
    assert MonitoringNotice.objects.count() == 1


def test_what_is_told_is_what_the_watch_found_live(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Live, five minutes at a time, and replayed at once: the same steps at the same times."""
    only("rainstorm")
    row, twin = stream(), stream(code="YC-R-002")
    values = [0.0] * 3 + [1.7] * 40 + [0.0] * 12 * 13
    watch(START)
    for at, value in every(row, values):
        speak(row, [(at, value)], now=at + MINUTE)
        if at.minute % 30 == 0:
            watch(at + 2 * MINUTE)
    end = START + len(values) * 5 * MINUTE
    watch(end + HOUR)
    live = [
        (step.at.isoformat(), step.after or "none")
        for step in NoticeEvent.objects.filter(notice__datastream=row).order_by("at")
    ]
    path = write(tmp_path / "twin.csv", twin, values, START - dt.timedelta(days=200))
    with clock.at(end + HOUR):
        (told,) = replay(path, capsys)["warnings"]
    shift = dt.timedelta(days=200)
    steps = [
        ((dt.datetime.fromisoformat(step["at"]) + shift).isoformat(), step["level"])
        for step in told["levels"]
    ]
    assert steps == live
    assert len(live) >= 3


def test_another_stage_may_say_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules()
    row = stream()
    monkeypatch.setattr(registry, "_parts", [Parts(stage="sensing")])
    path = write(tmp_path / "now.csv", row, [1.5] * 36, START)
    with clock.at(NOW):
        assert replay(path, capsys)["warnings"] == []


def test_an_exercise_has_no_readings_and_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from anlan.base.worlds import current as worlds

    rules()
    row = stream()
    speak(row, every(row, [1.5] * 36), now=START + 3 * HOUR)
    away = type("Away", (), {"is_live": False})()
    monkeypatch.setattr("anlan.warning.actions.monitoring.current", lambda: away)
    assert worlds.current().is_live
    assert watch_readings(START + 4 * HOUR) == 0
    assert not MonitoringNotice.objects.exists()
