"""The verbs that scripts rely on exist, say what they do, and refuse with the right exit code."""

import json
import os
import re
import subprocess
import sys

import pytest

from anlan.site.bench_commands import bench_names
from anlan.site.cli import main

PROMISED = ["plan", "rule", "journal", "bench", "serve", "prepare"]


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert [verb for verb in PROMISED if verb not in said] == []


def test_an_unknown_verb_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nonsense"])
    assert ended.value.code == 2


def test_benches_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == bench_names()
    assert {"parse", "overview", "journal"} <= set(bench_names())


def test_an_unknown_bench_is_refused_with_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "nonsense"]) == 1
    said = capsys.readouterr().err
    assert "nonsense" in said
    assert "overview" in said


def test_a_bench_runs_and_prints_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "parse", "--small", "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    assert report["bench"] == "parse"
    assert report["figures"]


def test_benches_for_which_there_is_no_time_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "all", "--within", "0", "--json"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["bench"] for one in said] == bench_names()
    assert all("not run" in one["not_run"] for one in said)


def test_a_bench_that_takes_too_long_is_stopped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anlan.site.bench_commands.bench_names", lambda: ["journal"])
    assert main(["bench", "all", "--within", "0.01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["not_run"].startswith("not run")


REFUSED = {
    "plan parse": ["plan", "parse", "no-such.docx"],
    "plan import": ["plan", "import", "no-such.docx"],
    "plan status": ["plan", "status"],
    "plan report": ["plan", "report", "annual", "--year", "2022", "-o", "x.docx"],
    "warn cap validate": ["warn", "cap", "validate", "no-such.xml"],
    "warn cap import": ["warn", "cap", "import", "no-such.xml"],
    "sense replay": ["sense", "replay", "no-such.csv"],
    "sense mqtt": ["sense", "mqtt"],
    "world drop": ["world", "drop", "no-such"],
    "world fork": ["world", "fork", "x", "--as-of", "yesterday"],
    "restore": ["restore", "no-such.backup"],
    "rule eval": ["rule", "eval", "no.such"],
    "rule argument": ["rule", "eval", "accident.grade", "deaths"],
    "bench": ["bench", "no-such"],
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.django_db
@pytest.mark.parametrize("verb", REFUSED)
@pytest.mark.parametrize("language", ["", "zh-hans", "en"])
def test_every_refusal_speaks_the_language_of_the_setting(
    verb: str, language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANLAN_LANGUAGE", language)
    assert main(REFUSED[verb]) == 1
    said = capsys.readouterr().err
    assert bool(CHINESE.search(said)) is (language != "en"), said
    assert "Traceback" not in said


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_wrong_usage_says_where_the_whole_is_told(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANLAN_LANGUAGE", language)
    with pytest.raises(SystemExit) as ended:
        main(["plan", "parse"])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "anlan plan parse --help" in said
    assert bool(CHINESE.search(said)) is (language != "en")


@pytest.mark.parametrize("given", [{"ANLAN_DEMO": "2"}, {"ANLAN_LANGUAGE": "fr"}])
def test_a_setting_that_cannot_be_right_is_named_without_a_traceback(
    given: dict[str, str],
) -> None:
    command = [sys.executable, "-m", "anlan.site.cli", "plan", "status"]
    done = subprocess.run(command, env=os.environ | given, capture_output=True, text=True)
    assert done.returncode == 1
    assert next(iter(given)) in done.stderr
    assert "install.md" in done.stderr
    assert "Traceback" not in done.stderr
