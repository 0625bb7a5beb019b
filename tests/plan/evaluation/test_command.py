"""`anlan plan report`: the same document twice, a new one when there is none, refusals."""

import json
from pathlib import Path
from typing import Any

import pytest

from anlan.base.papers.word import document_xml
from anlan.plan.models import Evaluation
from anlan.site.cli import main


def _run(*words: str) -> int:
    try:
        return int(main(["plan", "report", *words]) or 0)
    except SystemExit as exit_:
        return int(exit_.code or 0)


def test_the_report_is_written_and_written_alike_again(
    city: None, tmp_path: Path, capsys: Any
) -> None:
    one, two = tmp_path / "one.docx", tmp_path / "two.docx"
    said = []
    for file in (one, two):
        assert _run("annual", "--year", "2025", "-o", str(file), "--json") == 0
        said.append(json.loads(capsys.readouterr().out.splitlines()[-1]))
    assert document_xml(one.read_bytes()) == document_xml(two.read_bytes())
    assert said[0]["document_sha256"] == said[1]["document_sha256"]
    assert not said[0]["opened"]
    assert b"2025" in document_xml(one.read_bytes())


def test_a_report_that_is_not_there_is_opened_once(city: None, tmp_path: Path) -> None:
    for _ in range(2):
        assert _run("final", "--year", "2025", "-o", str(tmp_path / "final.docx")) == 0
    assert Evaluation.objects.filter(kind="final").count() == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("annual", "--year", "2099"), 1),
        (("weekly", "--year", "2025"), 2),
        (("annual", "--year", "soon"), 2),
    ],
)
def test_wrong_words_are_refused(
    city: None, tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    file = tmp_path / "refused.docx"
    assert _run(*words, "-o", str(file)) == code
    assert not file.exists()
