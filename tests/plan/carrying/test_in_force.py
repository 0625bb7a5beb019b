"""Which notice is in force: the query against the rule, and what the command line says."""

import datetime as dt
import itertools
import json
from typing import Any

import pytest

from anlan.base.journal.recording import recording
from anlan.plan.models import CarryOver, Notice
from anlan.plan.queries.carrying import facts_of
from anlan.plan.queries.in_force import notice_in_force
from anlan.plan.queries.overview import front
from anlan.plan.rules.carry_over.succession import NoticeFacts, in_force
from anlan.registers.rules.scope import PROGRAM
from anlan.site.cli import main
from tests.plan.carrying.conftest import Carrying

DAYS = (None, dt.date(2026, 3, 1), dt.date(2026, 3, 1))


def expected() -> str:
    """The rule over what the tables hold, gathered without the query."""
    awaited = set(CarryOver.objects.filter(closed_at=None).values_list("successor", flat=True))
    closed = CarryOver.objects.exclude(closed_at=None).values_list("predecessor", flat=True)
    facts = []
    for notice in Notice.objects.all():
        known = facts_of(notice)
        facts.append(
            NoticeFacts(
                key=known.key,
                issued_on=known.issued_on,
                is_draft=known.is_draft,
                is_awaited=notice.pk in awaited,
                is_followed=notice.pk in set(closed),
                order=notice.pk.hex,
            )
        )
    found = in_force(facts)
    assert found is not None
    return found.key


def test_the_query_says_what_the_rule_says(carrying: Carrying) -> None:
    """Three more notices, each a draft or not, one pair open, closed or absent."""
    made = [
        carrying.load(carrying.clauses("T1"), number=f"演示〔2026〕{n}号", day=day)
        for n, day in enumerate(DAYS, start=21)
    ]
    pairs = [None, *itertools.permutations([carrying.old, made[1], made[2]], 2)]
    states = itertools.product(itertools.product([False, True], repeat=3), pairs, [False, True])
    for drafts, pair, is_closed in states:
        with recording(action="test.notices", **carrying.by()) as rec:
            for one in CarryOver.objects.all():
                rec.remove(rec.lock(CarryOver, one.pk))
            for notice, is_draft in zip(made, drafts, strict=True):
                row = rec.lock(Notice, notice.pk)
                row.is_draft = is_draft
                rec.save(row)
            if pair is not None:
                rec.add(_pair(carrying, *pair, is_closed=is_closed))
        assert str(notice_in_force(PROGRAM).pk) == expected(), (drafts, pair, is_closed)  # type: ignore[union-attr]
        edition = front(PROGRAM)
        assert edition is not None
        assert str(edition.notice_id) == expected()


def _pair(carrying: Carrying, old: Notice, new: Notice, *, is_closed: bool) -> CarryOver:
    return CarryOver(
        unit=old.unit,
        predecessor=old,
        successor=new,
        reason="演示",
        opened_at=carrying.now,
        opened_by="test",
        closed_at=carrying.now if is_closed else None,
    )


def status(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["plan", "status", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_command_line_tells_of_the_notice_in_force(
    carrying: Carrying, successor: Notice, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(capsys)["notice"] == successor.number, "the newest, as long as none is opened"
    carrying.opened()
    before = status(capsys)
    assert (before["notice"], before["items"]) == (carrying.old.number, 66)
    carrying.end_the_rest()
    carrying.close()
    assert (status(capsys)["notice"], status(capsys)["items"]) == (successor.number, 3)
