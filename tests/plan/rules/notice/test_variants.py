"""Self-written notices of the genre, each full of its own traps, against keys written by hand."""

import pytest

from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.render import render
from tests.plan.rules.notice.conftest import VARIANTS, read_key, read_variant
from tests.plan.rules.notice.facts import facts_of

COMPARED = (
    "id", "kind", "number", "heading", "mode", "lead_units", "support_units", "open_ended",
    "deadline_years", "indicator", "parent",
)  # fmt: skip


def test_there_are_enough_variants():
    assert len(VARIANTS) >= 12


@pytest.mark.parametrize("name", VARIANTS)
def test_variant(name):
    key = read_key(name)
    found = parse(read_variant(name)).to_json()
    assert found["document"] == key["document"]
    assert [clause["id"] for clause in found["clauses"]] == [c["id"] for c in key["clauses"]]
    for clause, wanted in zip(found["clauses"], key["clauses"], strict=True):
        assert {field: clause[field] for field in COMPARED} == wanted
    assert [span["text"] for span in found["coverage"]["unread"]] == key["unread"]


RENDERABLE = [
    name
    for name in VARIANTS
    # dotted numbers among headings and sub-items below headings lose their places when renumbered
    if name.partition("-")[0] not in ("05", "07", "11", "18")
]


@pytest.mark.parametrize("name", RENDERABLE)
def test_variant_renders_to_its_own_facts(name):
    notice = parse(read_variant(name))
    assert facts_of(parse(render(notice))) == facts_of(notice)
