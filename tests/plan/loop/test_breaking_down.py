"""Break-down: who may, signature and refusal, many at once, history, ended bodies, vacant posts."""

import datetime as dt
import uuid
from typing import Any

import pytest

from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.journal.recording import recording
from anlan.base.models import Due, JournalEntry
from anlan.base.rules.due.state import DueState
from anlan.plan.actions.loop.breaking_down import (
    NewBreakdown,
    Target,
    assign,
    refuse,
    sign,
    withdraw,
)
from anlan.plan.actions.loop.errors import (
    AskedAlready,
    BodyEnded,
    LoopRefused,
    NotBrokenDown,
    NotYetSigned,
)
from anlan.plan.actions.loop.handling import decide_handling
from anlan.plan.models import Assignment
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.plan.rules.loop.handling import Handling
from anlan.registers.models import Post, Tenure
from anlan.registers.queries import reporting_units

pytestmark = pytest.mark.django_db


def target(loop: Any, code: str) -> Target:
    return Target(body=loop.body(code).pk)


def test_fourteen_units_in_one_act_and_one_entry(loop: Any) -> None:
    before = JournalEntry.objects.count()
    units = reporting_units()
    rows = loop.assign(
        "I2", *(Target(unit=unit.pk) for unit in units), due_on=dt.date(2027, 6, 30)
    )
    assert len(rows) == len(units) == 14
    assert JournalEntry.objects.count() == before + 1
    assert {row.step for row in rows} == {"unit"}
    assert Due.objects.filter(rule="plan-sign", subject_model="plan.assignment").count() >= 14


def test_signing_begins_the_term_and_answers_the_other(loop: Any) -> None:
    row = loop.signed("T1", target(loop, "water"), by="department", due_on=dt.date(2027, 6, 30))
    assert row.state == AssignmentState.SIGNED.value
    assert Due.objects.get(pk=row.sign_due_id).state == DueState.ANSWERED.value
    work = Due.objects.get(pk=row.due_id)
    assert work.fixed_on == dt.date(2027, 6, 30)
    assert work.body == "water"
    assert work.issuer == "emergency"


def test_refusal_needs_a_reason_and_comes_back_with_a_term(loop: Any) -> None:
    row = loop.assign("T1", target(loop, "water"))[0]
    with pytest.raises(Exception, match="Say why"):
        refuse(row.pk, expected_version=1, reason=" ", **loop.by("department"))
    refuse(row.pk, expected_version=1, reason="不属于本单位职责", **loop.by("department"))
    row.refresh_from_db()
    back = Due.objects.get(pk=row.due_id)
    assert (back.rule, back.body, back.amount) == ("plan-reassign", "emergency", 3)
    again = loop.assign("T1", target(loop, "finance"), replaces=row.pk, asked="请财政局承担")[0]
    row.refresh_from_db()
    assert (row.state, again.replaces_id) == ("withdrawn", row.pk)
    assert Due.objects.get(pk=back.pk).state == DueState.WITHDRAWN.value


def test_who_may(loop: Any) -> None:
    row = loop.assign("T1", target(loop, "water"))[0]
    for login in ("county", "public", "admin", "bureau"):
        with pytest.raises((NotAllowed, NotFound)):
            sign(row.pk, expected_version=1, **loop.by(login))
    for login in ("county", "public", "admin"):
        with pytest.raises((NotAllowed, NotFound)):
            loop.assign("T2", target(loop, "water"), by=login)
    with pytest.raises(NotAllowed):
        withdraw(row.pk, expected_version=1, reason="x", **loop.by("department"))


def test_only_what_was_signed_is_broken_down_further(loop: Any) -> None:
    unit = loop.unit(loop.body("emergency-xinjiang").unit.code)
    row = loop.assign("T1", Target(unit=unit.pk))[0]
    below = target(loop, "emergency-xinjiang")
    with pytest.raises(NotYetSigned):
        loop.assign("T1", below, above=row.pk, by="county")
    sign(row.pk, expected_version=1, **loop.by("county"))
    child = loop.assign("T1", below, above=row.pk, by="county")[0]
    assert (child.above_id, child.step) == (row.pk, "body")
    with pytest.raises(LoopRefused):
        loop.assign("T1", target(loop, "water"), above=row.pk, by="county")
    withdraw(row.pk, expected_version=row.version + 1, reason="改由其他途径", **loop.by("bureau"))
    child.refresh_from_db()
    assert child.state == "withdrawn"


def test_twice_the_same_is_refused_and_names_it(loop: Any) -> None:
    loop.assign("T1", target(loop, "water"))
    with pytest.raises(AskedAlready):
        loop.assign("T1", target(loop, "finance"), target(loop, "water"))
    assert Assignment.objects.filter(item=loop.item("T1"), body__code="finance").count() == 0


def test_market_driven_items_are_not_broken_down(loop: Any) -> None:
    item = loop.item("T28")
    decide_handling(
        item.pk, Handling.MARKET, expected_version=0, reason="由市场主体承担", **loop.by("bureau")
    )
    with pytest.raises(NotBrokenDown):
        loop.assign("T28", target(loop, "water"))
    with pytest.raises(Conflict):
        decide_handling(
            item.pk, Handling.BREAK_DOWN, expected_version=9, reason="x", **loop.by("bureau")
        )
    with pytest.raises(NotAllowed):
        decide_handling(
            item.pk, Handling.MARKET, expected_version=1, reason="x", **loop.by("department")
        )


def test_a_repeated_request_assigns_once(loop: Any) -> None:
    new = NewBreakdown(item=loop.item("T1").pk, targets=(target(loop, "water"),), asked="一次")
    first = assign(new, **loop.by("bureau", "assign-once-1"))
    assert assign(new, **loop.by("bureau", "assign-once-1")) == first
    row = Assignment.objects.get(pk=first["ids"][0])
    sign(row.pk, expected_version=1, **loop.by("department", "sign-once-1"))
    sign(row.pk, expected_version=1, **loop.by("department", "sign-once-1"))
    with pytest.raises(Conflict):
        sign(row.pk, expected_version=1, **loop.by("department"))
    with pytest.raises(LoopRefused):
        sign(row.pk, expected_version=2, **loop.by("department"))


def test_an_ended_body_keeps_its_duties_and_gets_no_new_ones(loop: Any) -> None:
    row = loop.signed("T1", target(loop, "water"), by="department")
    body = loop.body("water")
    with recording(action="test.end", **loop.by("bureau")) as rec:
        locked = rec.lock(type(body), body.pk)
        locked.valid_until = dt.date(2026, 1, 1)
        rec.save(locked)
    with pytest.raises(BodyEnded):
        loop.assign("T2", target(loop, "water"))
    row.refresh_from_db()
    assert (row.state, row.body_id) == ("signed", body.pk)


def test_a_vacant_post_is_said_and_its_body_signs(loop: Any) -> None:
    body = loop.body("water")
    with recording(action="test.post", **loop.by("bureau")) as rec:
        post = Post(body=body, title="空缺岗位", role="department")
        rec.add(post)
    rows = loop.assign("T1", Target(post=post.pk))
    due = Due.objects.get(pk=rows[0].sign_due_id)
    assert due.reach == "contact"
    assert due.doer.startswith("person:")
    sign(rows[0].pk, expected_version=1, **loop.by("department"))
    held = Tenure.objects.filter(person__account__login="department").first()
    assert held is not None
    named = loop.assign("T2", Target(post=held.post_id))[0]
    sign(named.pk, expected_version=1, **loop.by("department"))


def test_unknown_targets_are_not_found(loop: Any) -> None:
    with pytest.raises(NotFound):
        loop.assign("T1", Target(body=uuid.uuid4()))
    with pytest.raises(NotFound):
        loop.assign("T1")
