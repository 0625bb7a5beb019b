"""`anlan sense replay` and the address of readings: the same intake."""

import argparse
import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.registers.models import Account
from anlan.sensing import commands
from anlan.sensing.commands import SENSE_COMMANDS
from anlan.sensing.models import Datastream, IntakeBatch
from anlan.sensing.queries.live import readings
from anlan.site import instance
from tests.conftest import SHARED
from tests.registers.kept import NOW
from tests.sensing.stations import make_station, make_stream

pytestmark = pytest.mark.usefixtures("kept")
REPLAY = next(command for command in SENSE_COMMANDS if command.path[-1] == "replay")
EVENTS = SHARED / "data" / "rain" / "ntu-10s" / "convective_storms" / "observations"
PRINTED = {  # note.md of the data: event total in mm, samples without a value
    "2022-07-19": ("21.01", 882, 0),
    "2022-07-20": ("18.96", 1266, 0),
    "2022-07-29": ("12.24", 756, 1),
    "2022-08-24": ("9.76", 774, 0),
    "2022-08-25": ("87.04", 1062, 1),
}
PER_SAMPLE = 360  # ten seconds of an intensity in mm/h
FIRST, LAST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def stream(kept: None) -> Datastream:
    return make_stream(make_station(), interval_s=10)


def replay(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (command,) = (c for c in SENSE_COMMANDS if c.path == ("sense", "replay"))
    assert command.path == ("sense", "replay")
    code = command.run(argparse.Namespace(file=path, json=True))
    shown = capsys.readouterr()
    assert code == 0, shown.err
    found: dict[str, Any] = json.loads(shown.out)
    return found


@pytest.mark.parametrize("day", PRINTED)
def test_a_real_event_to_its_printed_hundredth(
    stream: Datastream, day: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Empty samples are reported, never counted as zero."""
    files = sorted(EVENTS.glob(f"{day}*.csv"))
    if not files:
        pytest.skip("not run: the real rain events are not on this machine")
    total, samples, empty = PRINTED[day]
    path = tmp_path / "event.csv"
    with files[0].open(newline="") as source, path.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["station", "property", "time", "value"])
        for row in csv.DictReader(source):
            text = row["Intensity"].strip()
            amount = repr(float(text) / PER_SAMPLE) if text else ""
            writer.writerow(["YC-R-001", "rain", row["Time"], amount])
    found = replay(path, capsys)
    assert found["rows"] == samples
    assert found["counts"]["stored"] == samples - empty
    assert [row["why"] for row in found["rejected"]] == ["empty"] * empty
    kept = readings(stream.pk, FIRST, LAST, most=10**6)
    assert len(kept) == samples - empty
    assert f"{sum(reading.value for reading in kept):.2f}" == total


def test_a_replay_twice_changes_nothing(
    stream: Datastream, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "readings.csv"
    path.write_text("station,property,time,value\nYC-R-001,rain,2026-11-01T08:00:00,1.5\n")
    assert replay(path, capsys)["counts"]["stored"] == 1
    again = replay(path, capsys)
    assert again["counts"] == {
        "stored": 0,
        "corrected": 0,
        "suspect": 0,
        "repeated": 1,
        "rejected": 0,
    }
    assert again["warnings"] == []


def test_a_long_file_goes_in_parts_and_keeps_its_line_numbers(
    stream: Datastream,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(commands, "LINES_AT_ONCE", 3)
    rows = [f"YC-R-001,rain,2026-11-01T08:00:{n:02d},{'' if n == 5 else n}" for n in range(8)]
    path = tmp_path / "long.csv"
    path.write_text("\n".join(["station,property,time,value", *rows, ""]))
    found = replay(path, capsys)
    assert (found["rows"], found["counts"]["stored"]) == (8, 7)
    assert [row["line"] for row in found["rejected"]] == [7]
    assert IntakeBatch.objects.count() == len(found["batches"]) == 3


@pytest.mark.parametrize(
    ("name", "encoding", "separator"),
    [
        *(("excel.csv", "utf-8-sig", ","), ("wps.csv", "gb18030", ","), ("a.csv", "utf-16", ";")),
        *(("unicode.txt", "utf-16", "\t"), ("unicode.TXT", "utf-8", "\t"), ("a.tsv", "gbk", "\t")),
    ],
)
def test_a_file_saved_again_by_a_program_of_tables(
    stream: Datastream,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    encoding: str,
    separator: str,
) -> None:
    """Also where it is so long that it goes in parts: head, encoding and lines are kept."""
    monkeypatch.setattr(commands, "LINES_AT_ONCE", 2)
    rows = [("station", "property", "time", "value", "备注\n（可空）", "")]
    rows += [("YC-R-001", "rain", f"2026/11/{n} 8:0{n}", "1.5", "小雨", "") for n in range(1, 5)]
    rows += [("YC-R-001", "rain", "2026/11/5 8:05", "1.5", "小雨\n转阴", "")]
    rows += [("YC-R-001", "rain", "6/11/2026 8:06", "1.5", "小雨", ""), ("", "", "", "", "", "")]
    with (tmp_path / name).open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    found = replay(tmp_path / name, capsys)
    assert (found["rows"], found["counts"]["stored"]) == (6, 5)
    (row,) = found["rejected"]
    assert (row["line"], row["why"]) == (9, "not-a-time")
    assert "2026/11/24 8:00:00" in row["says"] and "年在前" in row["says"]
    assert IntakeBatch.objects.count() == len(found["batches"]) > 2
    assert {r.at.hour for r in readings(stream.pk, FIRST, LAST, most=99)} == {0}


def test_a_long_file_with_a_quotation_mark_that_does_not_end(
    stream: Datastream,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is told by itself, and what follows still goes in parts."""
    monkeypatch.setattr(commands, "LINES_AT_ONCE", 3)
    monkeypatch.setattr(commands, "MOST_LINES_OF_A_CELL", 3)
    rows = [f"YC-R-001,rain,2026-11-01T08:00:{n:02d},{n}," for n in range(20)]
    rows[2] += '5" pipe'
    rows[4] = rows[4].replace(",4,", ',"4,')
    path = tmp_path / "long.csv"
    path.write_text("\n".join(["station,property,time,value,note", *rows, ""]))
    found = replay(path, capsys)
    assert found["counts"]["stored"] == 19
    assert [(row["line"], row["why"]) for row in found["rejected"]] == [(6, "not-readable")]
    assert len(found["batches"]) == 6


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.et", "a.csv"])
def test_a_workbook_is_refused_with_what_to_do(
    stream: Datastream, tmp_path: Path, capsys: Any, name: str
) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["station", "property", "time", "value"])
    book.save(tmp_path / "a.xlsx")
    content = (tmp_path / "a.xlsx").read_bytes()
    (tmp_path / name).write_bytes(content if name != "a.xls" else b"\xd0\xcf\x11\xe0" + content)
    code = REPLAY.run(argparse.Namespace(file=tmp_path / name, json=True))
    shown = capsys.readouterr()
    assert (code, shown.out) == (1, "")
    assert "另存为CSV" in shown.err


@pytest.mark.parametrize(("name", "text"), [("no.csv", None), ("a.txt", "x"), ("a.csv", "x,y")])
def test_what_cannot_be_replayed_is_refused(
    stream: Datastream, tmp_path: Path, capsys: Any, name: str, text: str | None
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    code = REPLAY.run(argparse.Namespace(file=tmp_path / name, json=True))
    shown = capsys.readouterr()
    assert (code, shown.out) == (1, "")
    assert shown.err


def client_of(login: str) -> Client:
    instance.mark_ready(NOW)
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


CSV_BODY = "station,property,time,value\nYC-R-001,rain,2026-11-24T08:00:00+08:00,1.5\n"


def test_readings_over_the_api(stream: Datastream) -> None:
    with clock.at(NOW):
        client = client_of("county")
        key = {"Idempotency-Key": "sender-00001"}
        address = "/api/v1/observations"
        first = client.post(address, CSV_BODY, content_type="text/csv", headers=key)
        again = client.post(address, CSV_BODY, content_type="text/csv", headers=key)
        assert first.status_code == 200, first.content
        assert first.json() == again.json()
        other = client.post(address, CSV_BODY + " ", content_type="text/csv", headers=key)
        assert (other.status_code, other.json()["code"]) == (409, "request-reused")
        lines = json.dumps(
            {"station": "X", "property": "rain", "time": "2026-11-24T00:00Z", "value": 1}
        )
        found = client.post(address, lines, content_type="application/x-ndjson").json()
        assert found["rejected"][0]["why"] == "unknown-station"
        assert found["rejected"][0]["says"]
        series = client.get(f"/api/v1/datastreams/{stream.pk}/observations").json()
        assert [row["result"] for row in series["observations"]] == [1.5]
        assert (series["unit"], series["is_cut"]) == ("mm", False)
    instance.forget()


def test_what_the_address_refuses(stream: Datastream) -> None:
    with clock.at(NOW):
        client = client_of("county")
        address = "/api/v1/observations"
        wrong = client.post(address, CSV_BODY, content_type="text/plain")
        assert (wrong.status_code, wrong.json()["code"]) == (415, "unsupported-media-type")
        none = client.post(address, "a,b", content_type="text/csv")
        assert (none.status_code, none.json()["code"]) == (422, "form-unknown")
        assert (
            client_of("public").post(address, CSV_BODY, content_type="text/csv").status_code == 403
        )
        away = client_of("other").get(f"/api/v1/datastreams/{stream.pk}/observations")
        assert away.status_code == 404
        assert Client().post(address, CSV_BODY, content_type="text/csv").status_code == 401
    instance.forget()
