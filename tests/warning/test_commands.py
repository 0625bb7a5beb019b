"""`anlan warn cap validate`."""

import json
from pathlib import Path

import pytest

from anlan.site.cli import main
from anlan.warning.rules.cap.safety import LARGEST_BYTES
from anlan.warning.rules.cap.writing import write_cap
from tests.warning.rules.cap.messages import FULL


def run(*words: str) -> int:
    return main(["warn", "cap", "validate", *words])


def test_a_valid_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "valid.xml"
    file.write_bytes(write_cap(FULL))
    assert run(str(file), "--json") == 0
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    assert (answer["verdict"], answer["format"], answer["rules"]) == ("valid", "CAP 1.2", [])
    assert answer["identifier"] == FULL.identifier
    assert printed.err == ""
    assert run(str(file)) == 0
    assert capsys.readouterr().out.split() == ["valid", "CAP", "1.2"]


def test_an_invalid_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "invalid.xml"
    file.write_bytes(write_cap(FULL).replace(b"14080041600000,", b""))
    assert run(str(file), "--json") == 1
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    assert (answer["verdict"], answer["rules"]) == ("invalid", ["cap-references-form"])
    assert "cap-references-form" in printed.err
    assert [reason["rule"] for reason in answer["reasons"]] == ["cap-references-form"]


def test_other_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(tmp_path / "none.xml")) == 1
    assert "找不到文件" in capsys.readouterr().err
    bomb = tmp_path / "bomb.xml"
    bomb.write_bytes(b'<!DOCTYPE a [<!ENTITY a "a">]><a>&a;</a>')
    assert run(str(bomb), "--json") == 1
    assert json.loads(capsys.readouterr().out)["rules"] == ["cap-doctype"]
    huge = tmp_path / "huge.xml"
    with huge.open("wb") as file:
        file.truncate(LARGEST_BYTES * 100)
    assert run(str(huge), "--json") == 1
    assert json.loads(capsys.readouterr().out)["rules"] == ["cap-size"]
    feed = tmp_path / "feed.xml"
    feed.write_bytes(b'<feed xmlns="http://www.w3.org/2005/Atom"/>')
    assert run(str(feed), "--json") == 1
    assert json.loads(capsys.readouterr().out)["format"] == "not CAP 1.2"
