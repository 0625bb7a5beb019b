"""The verbs that scripts rely on exist, say what they do, and refuse with the right exit code."""

import json

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
