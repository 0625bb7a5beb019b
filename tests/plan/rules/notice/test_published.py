"""Published documents against keys of facts; skipped where the documents are not on the machine."""

import tomllib
from collections import Counter

import pytest

from anlan.plan.actions.facts import facts_of as facts_of_table
from anlan.plan.rules.notice.compare import compare
from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.render import render
from anlan.plan.rules.notice.values import Mode, NotANotice, require_notice
from tests.plan.rules.notice.conftest import REPOSITORY, read_key
from tests.plan.rules.notice.facts import facts_of, score

SEED = "yuncheng-14th-fyp-rules.txt"
ORDINARY = "gf-2018-42-agri-machinery.txt"
UNASSIGNED = (
    "related/gbf-1996-2-earthquake-monitoring-zones.txt",
    "related/gbh-2004-80-badong-landslide-reply.txt",
    "related/gbh-2005-57-national-grain-emergency-plan.txt",
)


@pytest.fixture
def seed(published):
    return parse(published(SEED))


@pytest.fixture
def seed_key():
    return read_key("published/yuncheng-2023-9")


def test_seed_head(seed, seed_key):
    head = seed.to_json()["document"]
    assert {name: head[name] for name in seed_key["document"]} == seed_key["document"]
    assert head["title"].startswith("运城市人民政府办公室关于印发") and head["title"].endswith(
        "通知"
    )


def test_seed_has_its_sixty_groups_and_six_clauses_without_bodies(seed, seed_key):
    assigned = [clause for clause in seed.clauses if clause.mode is not Mode.NONE]
    led = [clause for clause in assigned if clause.lead_units]
    assert [clause.id for clause in assigned] == list(seed_key["clauses"])
    assert len(assigned) == 60 and len(led) == 54
    assert {c.id for c in assigned} - {c.id for c in led} == {"T7", "T9", "T14", "S3", "S9", "P12"}
    assert [c.id for c in seed.clauses if c.mode is Mode.NONE] == seed_key["none"]


def test_seed_precision_and_recall(seed, seed_key):
    precision, recall = score(seed.clauses, seed_key["clauses"])
    assert precision >= 0.99
    assert recall >= 0.99


def test_seed_facts_are_those_of_the_key(seed, seed_key):
    for clause in seed.clauses:
        key = seed_key["clauses"].get(clause.id)
        if key is None:
            continue
        found = {
            "lead": list(clause.lead_units),
            "support": list(clause.support_units),
            "open": clause.open_ended,
            "years": list(clause.deadline_years),
        }
        assert found == {name: key[name] for name in found}, clause.id
        target = clause.indicator
        shown = [target.name, target.operator, target.value, target.unit] if target else None
        assert shown == key.get("indicator"), clause.id


def test_seed_counts_per_body_are_those_of_the_agency_list(seed, seed_key):
    """The list counts printings; one body is printed twice in one bracket and counts once here."""
    leads, supports, joint = Counter(), Counter(), Counter()
    for clause in seed.clauses:
        leads.update(clause.lead_units)
        (supports if clause.lead_units else joint).update(clause.support_units)
    supports.update(seed_key["printed_twice"].values())
    found = {name: [leads[name], supports[name], joint[name]] for name in seed_key["counts"]}
    assert found == seed_key["counts"]
    assert set(leads) | set(supports) | set(joint) == set(seed_key["counts"])


def test_seed_kinds_and_parents(seed):
    kinds = Counter(clause.kind.value for clause in seed.clauses)
    assert kinds == {
        "indicator": 6, "subgoal": 1, "task": 28, "focus": 9, "project": 16, "clause": 6
    }  # fmt: skip
    parents = {clause.id: clause.parent for clause in seed.clauses if clause.parent}
    assert parents == {f"S{number}": "T11" for number in range(1, 10)}


def test_seed_is_read_to_the_last_character(seed):
    assert seed.coverage.unread == ()
    assert seed.coverage.read == seed.coverage.chars


def test_seed_renders_to_its_own_facts(seed):
    assert facts_of(parse(render(seed))) == facts_of(seed)


def test_seed_does_not_differ_from_the_facts_of_the_profile(seed):
    table = tomllib.loads((REPOSITORY / "profiles/yuncheng/notice-2023-9.toml").read_text("utf-8"))
    found = compare(parse(render(facts_of_table(table))), seed)
    assert len(found.matched) == len(seed.clauses)
    assert (found.appeared, found.vanished, found.changed) == ((), (), ())
    assert (found.duties_appeared, found.duties_vanished, found.orphaned) == ((), (), ())


def test_ordinary_document_has_twenty_clauses_and_the_rule_of_the_first_body(published):
    key = read_key("published/gf-2018-42")
    notice = parse(published(ORDINARY))
    assert [clause.id for clause in notice.clauses] == [f"C{n}" for n in range(1, 21)]
    assert score(notice.clauses, key["clauses"]) == (1.0, 1.0)
    for clause in notice.clauses:
        assert list(clause.lead_units) == key["clauses"][clause.id]["lead"], clause.id
    head = notice.to_json()["document"]
    assert {name: head[name] for name in key["document"]} == key["document"]


@pytest.mark.parametrize("path", UNASSIGNED)
def test_documents_that_assign_nothing(published, path):
    notice = parse(published(path))
    assert [clause.id for clause in notice.clauses if clause.mode is not Mode.NONE] == []
    with pytest.raises(NotANotice):
        require_notice(notice)
