"""docs/traceability.md names every item of the notice once and points at things that exist."""

import re

import pytest
from django.urls import NoReverseMatch, get_resolver

from anlan.site.discovery import rule_catalogue
from tests.conftest import ROOT

IDS = (
    [f"R{n}" for n in range(1, 4)]
    + [f"I{n}" for n in range(1, 8)]
    + [f"T{n}" for n in range(1, 29)]
    + [f"S{n}" for n in range(1, 10)]
    + [f"P{n}" for n in range(1, 17)]
    + [f"W{n}" for n in range(1, 4)]
)
STATES = ("works", "begun", "not built")


def rows() -> list[list[str]]:
    text = (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if re.match(r"\| [RITSPW]\d+ \|", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_item_of_the_notice_has_one_row() -> None:
    assert sorted(row[0] for row in rows()) == sorted(IDS)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_row_points_at_things_that_exist(row: list[str]) -> None:
    _, _, stages, screens, rules, measure, test, state = row
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    for name in re.findall(r"`([a-z-]+)`", screens):
        assert name in known, NoReverseMatch(name)
    listed = {rule["name"] for rule in rule_catalogue().listing()}
    for name in re.findall(r"`([a-z/-]+)`", rules):
        assert name in listed or (ROOT / "src" / "anlan" / name).is_dir(), name
    if test != "—":
        assert (ROOT / test).exists(), test
    assert state.startswith(STATES)
    assert stages
    if state.startswith("works"):
        assert "—" not in (screens, measure, test)
