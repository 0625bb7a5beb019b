"""A notice is carried over to its successor: listed, decided, orphaned, closed; what is refused."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.models import Due, JournalEntry
from anlan.plan.actions.carrying.deciding import (
    NewDecision,
    choose_owner,
    decide_item,
    decide_many,
    undo_decision,
)
from anlan.plan.actions.carrying.errors import (
    CarryOverClosed,
    CarryRefused,
    DecidedAlready,
    NoProposal,
    NotDecidedYet,
    NotOrphaned,
)
from anlan.plan.actions.carrying.opening import open_carry_over, refresh_carry_over, set_draft
from anlan.plan.actions.loop.breaking_down import Target
from anlan.plan.models import (
    Assignment,
    CarriedItem,
    CarryOver,
    Deliverable,
    Obstacle,
    PlanItem,
)
from anlan.plan.queries.carrying import unfinished, work_on
from anlan.plan.queries.items import current_notice
from anlan.plan.queries.loop.measures import MEASURES
from anlan.plan.queries.overview import front
from anlan.plan.rules.carry_over.decision import Decision
from anlan.registers.rules.scope import PROGRAM
from tests.plan.carrying.conftest import ENDED, Carrying, led_by
from tests.plan.loop.conftest import Loop

SOON = dt.timedelta(days=60)
CARRIED = NewDecision(decision=Decision.CARRIED)


@pytest.fixture
def loop(carrying: Carrying) -> Loop:
    class OfTheOld(Loop):
        def item(self, key: str) -> PlanItem:
            return PlanItem.objects.get(key=key, notice=carrying.old)

    return OfTheOld(actor_as=carrying.actor_as, ids=carrying.ids, now=carrying.now)


def code(raised: pytest.ExceptionInfo[Any]) -> str:
    return str(raised.value.code)


def test_opening_lists_every_unfinished_item_and_decides_nothing(
    carrying: Carrying, pair: CarryOver
) -> None:
    expected = {one.item.pk: one.standing.value for one in unfinished(carrying.old, carrying.now)}
    rows = CarriedItem.objects.all()
    assert {row.item_id: row.standing for row in rows} == expected
    assert len(expected) > 40
    assert not rows.exclude(decision="").exists()
    assert carrying.row("P3").proposed == PlanItem.objects.get(
        notice=carrying.new, heading=carrying.row("P3").item.heading
    )
    assert carrying.row("P3").likeness == "heading"
    assert carrying.seen().unsettled.undecided == len(expected)
    entries = JournalEntry.objects.filter(action="plan.carry-over.open")
    assert entries.count() == 1


def test_what_cannot_follow_is_refused(carrying: Carrying, successor: Any) -> None:
    reason = {"reason": "演示"}
    with pytest.raises(CarryRefused) as raised:
        open_carry_over(successor.pk, carrying.old.pk, **carrying.by(**reason))
    assert code(raised) == "successor-older"
    with pytest.raises(CarryRefused) as raised:
        open_carry_over(successor.pk, successor.pk, **carrying.by(**reason))
    assert code(raised) == "follows-itself"
    carrying.opened()
    with pytest.raises(CarryRefused) as raised:
        carrying.opened()
    assert code(raised) == "followed-already"
    same_day = carrying.load(
        carrying.clauses("T1"), number="演示〔2026〕16号", day=successor.issued_on
    )
    open_carry_over(successor.pk, same_day.pk, **carrying.by(**reason))
    with pytest.raises(CarryRefused) as raised:
        open_carry_over(same_day.pk, successor.pk, **carrying.by(**reason))
    assert code(raised) == "successor-circle"
    with pytest.raises(NotFound):
        open_carry_over(uuid.uuid4(), successor.pk, **carrying.by(**reason))


def test_an_undated_notice_does_not_follow(carrying: Carrying) -> None:
    undated = carrying.load(carrying.clauses("T1"), number="演示〔2026〕17号", day=None)
    assert undated.issued_on is None
    with pytest.raises(CarryRefused) as raised:
        open_carry_over(carrying.old.pk, undated.pk, **carrying.by(reason="演示"))
    assert code(raised) == "day-of-issue-unknown"


@pytest.mark.parametrize("login", ["department", "county", "public", "admin", "security", "audit"])
def test_only_the_plan_office_writes(carrying: Carrying, successor: Any, login: str) -> None:
    with pytest.raises(NotAllowed):
        carrying.opened(login)
    carrying.opened()
    row = carrying.row("P3")
    with pytest.raises((NotAllowed, NotFound)):
        carrying.decide("P3", ENDED, login)
    with pytest.raises((NotAllowed, NotFound)):
        undo_decision(row.pk, expected_version=1, **carrying.by(login, reason="演示"))
    with pytest.raises((NotAllowed, NotFound)):
        carrying.close(login)
    with pytest.raises((NotAllowed, NotFound)):
        set_draft(
            successor.pk, is_draft=True, expected_version=1, **carrying.by(login, reason="演示")
        )
    assert not CarriedItem.objects.exclude(decision="").exists()


def test_a_repeated_request_decides_once(carrying: Carrying, pair: CarryOver) -> None:
    row, said = carrying.row("P3"), carrying.by(reason="演示")
    first = decide_item(row.pk, ENDED, expected_version=row.version, **said)
    assert decide_item(row.pk, ENDED, expected_version=row.version, **said) == first
    assert JournalEntry.objects.filter(action="plan.carried-item.decide").count() == 1


def test_who_decides_second_is_told(carrying: Carrying, pair: CarryOver) -> None:
    stale = carrying.row("P3").version
    carrying.decide("P3", ENDED)
    for version in (stale, stale + 1):
        with pytest.raises(DecidedAlready) as raised:
            carrying.decide("P3", ENDED, expected_version=version)
        assert "P3" in raised.value.text()
        assert carrying.row("P3").decided_by in raised.value.text()
    with pytest.raises(Conflict):
        carrying.decide("T26", ENDED, expected_version=99)


def test_a_target_lies_in_the_successor_and_lives(carrying: Carrying, pair: CarryOver) -> None:
    for elsewhere in (carrying.row("P3").item.pk, uuid.uuid4()):
        with pytest.raises(CarryRefused) as raised:
            carrying.decide("P3", replace(CARRIED, target=elsewhere))
        assert code(raised) == "target-elsewhere"
        assert raised.value.field == "target"
    gone = carrying.row("P3").proposed
    assert gone is not None
    carrying.load([*carrying.clauses("T26", "T19")])  # a second edition without P3's heading
    gone.refresh_from_db()
    assert gone.is_dropped
    with pytest.raises(CarryRefused) as raised:
        carrying.decide("P3", replace(CARRIED, target=gone.pk))
    assert code(raised) == "target-elsewhere"
    with pytest.raises(CarryRefused) as raised:
        carrying.decide("P3", CARRIED)
    assert code(raised) == "target-missing"


def test_a_decision_is_taken_back_until_it_is_closed(carrying: Carrying, pair: CarryOver) -> None:
    carrying.decide("P3", ENDED)
    row = carrying.row("P3")
    undo_decision(row.pk, expected_version=row.version, **carrying.by(reason="演示：看错了"))
    row = carrying.row("P3")
    assert (row.decision, row.reason, row.decided_at, row.document) == ("", "", None, "")
    with pytest.raises(NotDecidedYet):
        undo_decision(row.pk, expected_version=row.version, **carrying.by(reason="演示"))
    actions = JournalEntry.objects.filter(action__startswith="plan.carried-item.")
    assert actions.count() == 2


def test_many_are_decided_together_or_not_at_all(carrying: Carrying, pair: CarryOver) -> None:
    with_one, without = carrying.row("P3"), CarriedItem.objects.filter(proposed=None).first()
    assert without is not None
    rows = [(row.pk, row.version) for row in (with_one, without)]
    with pytest.raises(NoProposal) as raised:
        decide_many(pair.pk, rows, CARRIED, **carrying.by(reason="演示"))
    assert without.item.key in raised.value.text()
    assert not CarriedItem.objects.exclude(decision="").exists()
    decide_many(pair.pk, rows, ENDED, **carrying.by(reason="演示"))
    assert CarriedItem.objects.exclude(decision="").count() == 2
    with pytest.raises(DecidedAlready):
        decide_many(pair.pk, rows, ENDED, **carrying.by(reason="演示"))
    with pytest.raises(NotFound):
        decide_many(uuid.uuid4(), rows, ENDED, **carrying.by(reason="演示"))


def test_closing_waits_for_every_decision(carrying: Carrying, pair: CarryOver) -> None:
    with pytest.raises(CarryRefused) as raised:
        carrying.close()
    assert code(raised) == "not-settled"
    carrying.end_the_rest()
    version = carrying.new.version
    said = carrying.by(reason="演示：征求意见")
    set_draft(carrying.new.pk, is_draft=True, expected_version=version, **said)
    with pytest.raises(CarryRefused):
        carrying.close()
    said = carrying.by(reason="演示：印发")
    set_draft(carrying.new.pk, is_draft=False, expected_version=version + 1, **said)
    carrying.close()
    assert CarryOver.objects.get().closed_at is not None


def test_a_closed_carry_over_refuses_changes(carrying: Carrying, pair: CarryOver) -> None:
    carrying.end_the_rest()
    carrying.close()
    row = carrying.row("P3")
    body, reason = carrying.body("water").pk, {"reason": "演示"}
    with pytest.raises(CarryOverClosed):
        carrying.decide("P3", ENDED)
    with pytest.raises(CarryOverClosed):
        undo_decision(row.pk, expected_version=row.version, **carrying.by(**reason))
    with pytest.raises(CarryOverClosed):
        choose_owner(row.pk, body, None, expected_version=row.version, **carrying.by(**reason))
    with pytest.raises(CarryOverClosed):
        refresh_carry_over(pair.pk, **carrying.by())
    with pytest.raises(CarryOverClosed):
        carrying.close()


def test_work_follows_its_item_when_it_is_closed(
    carrying: Carrying, pair: CarryOver, loop: Loop
) -> None:
    day = clock.today() + SOON
    top = loop.signed(
        "T19",
        Target(body=carrying.body("water").pk),
        by="department",
        due_on=day,
        asked="演示：修订预案",
    )
    waiting = loop.assign("T19", Target(body=carrying.body("finance").pk), due_on=day)[0]
    refresh_carry_over(pair.pk, **carrying.by())
    term, sign_term, target = top.due, waiting.sign_due, carrying.row("T19").proposed
    assert term is not None
    assert sign_term is not None
    assert target is not None
    end, before = sign_term.due_at, work_on(top.item_id)
    carrying.carried("T19", target.key, new_day=day)
    assert work_on(top.item_id).total == before.total, "nothing moves before the end"
    carrying.end_the_rest()
    assert carrying.close()["moved"] == before.total
    assert work_on(top.item_id).total == 0
    assert work_on(target.pk).total == before.total
    top.refresh_from_db()
    new = Assignment.objects.get(replaces=top)
    assert (top.state, new.state, new.item_id) == ("carried", "signed", target.pk)
    assert target.key in top.reason
    assert (new.due_id, top.due_id) == (term.pk, None)
    term.refresh_from_db()
    assert (term.subject_key, term.state) == (str(new.pk), "running")
    assert target.key in term.title
    again = Assignment.objects.get(replaces=waiting)
    assert (again.state, again.sign_due_id) == ("proposed", sign_term.pk)
    sign_term.refresh_from_db()
    assert sign_term.due_at == end, "the term for signing runs on with what was left"
    assert not Due.objects.filter(state="running", subject_key=str(top.pk)).exists()


def test_a_new_day_opens_a_new_clock(carrying: Carrying, pair: CarryOver, loop: Loop) -> None:
    day, water = clock.today() + SOON, Target(body=carrying.body("water").pk)
    top = loop.signed("T19", water, by="department", due_on=day)
    refresh_carry_over(pair.pk, **carrying.by())
    target = carrying.row("T19").proposed
    assert target is not None
    later = day + SOON
    carrying.carried("T19", target.key, new_day=later)
    carrying.end_the_rest()
    carrying.close()
    term = top.due
    assert term is not None
    term.refresh_from_db()
    new = Assignment.objects.get(replaces=top)
    assert (term.state, new.due_on) == ("withdrawn", later)
    assert new.due is not None
    assert new.due.fixed_on == later


def test_a_day_that_is_over_needs_a_new_one(
    carrying: Carrying, pair: CarryOver, loop: Loop
) -> None:
    row = next(
        one
        for one in carrying.seen().rows
        if (days := work_on(one.item_id).days()) and days[0] < clock.today()
    )
    target = PlanItem.objects.filter(notice=carrying.new).first()
    assert target is not None
    with pytest.raises(CarryRefused) as raised:
        carrying.carried(row.item.key, target.key)
    assert code(raised) == "day-is-over"
    carrying.carried(row.item.key, target.key, new_day=clock.today() + SOON)
    later = Carrying(actor_as=carrying.actor_as, ids=carrying.ids, now=carrying.now + SOON + SOON)
    from anlan.plan.queries.carrying import carry_over_at

    seen = carry_over_at(CarryOver.objects.get(), later.now, clock.today() + SOON + SOON)
    assert seen.unsettled.days_over == 1, "the new day went by before it was closed"


def test_orphaned_work_waits_for_an_owner(carrying: Carrying, pair: CarryOver, loop: Loop) -> None:
    """T26 is taken up by a clause that no longer names the body that works on it."""
    day = clock.today() + SOON
    item = loop.item("T26")
    named = next(
        duty.body
        for duty in item.duties.select_related("body")
        if duty.body is not None and duty.body.code != "water"
    )
    task = loop.assign("T26", Target(body=named.pk), due_on=day)[0]
    target = carrying.row("P3").proposed  # led by the water bureau alone
    assert target is not None
    carrying.carried("T26", target.key, new_day=day)
    row = carrying.row("T26")
    orphans = {one.body.pk: one for one in carrying.seen().orphans_of(row)}
    assert named.pk in orphans
    water = carrying.body("water")
    assert water.pk not in orphans
    assert carrying.seen().unsettled.orphans == len(orphans)
    with pytest.raises(NotOrphaned):
        choose_owner(
            row.pk,
            water.pk,
            named.pk,
            expected_version=row.version,
            **carrying.by(reason="演示"),
        )
    for body in orphans:
        row = carrying.row("T26")
        taker = water.pk if body == named.pk else None
        said = carrying.by(reason="演示：由水务局接手")
        choose_owner(row.pk, body, taker, expected_version=row.version, **said)
    assert carrying.seen().unsettled.orphans == 0
    with pytest.raises(Conflict):
        choose_owner(
            row.pk, named.pk, None, expected_version=1, **carrying.by(reason="演示：改主意")
        )
    carrying.end_the_rest()
    carrying.close()
    task.refresh_from_db()
    new = Assignment.objects.get(replaces=task)
    assert (task.state, new.body_id, new.state) == ("carried", water.pk, "proposed")
    assert new.sign_due is not None
    assert new.sign_due.body == "water"
    assert new.due_on == day


def test_finished_is_back_filled_with_its_proof(carrying: Carrying, pair: CarryOver) -> None:
    row = next(one for one in carrying.seen().rows if work_on(one.item_id).deliverables)
    owed = work_on(row.item_id).deliverables
    new = NewDecision(
        decision=Decision.FINISHED,
        document="演示〔2025〕8号",
        finished_on=dt.date(2025, 12, 20),
        confirmed_by="演示·王五",
    )
    carrying.decide(row.item.key, new, reason="演示：验收合格")
    carrying.end_the_rest()
    carrying.close()
    for one in owed:
        one.refresh_from_db()
        assert (one.finish, one.finished_on) == ("back-fill", dt.date(2025, 12, 20))
        assert (one.document_number, one.confirmed_by) == ("演示〔2025〕8号", "演示·王五")
    assert work_on(row.item_id).total == 0


def test_an_obstacle_keeps_its_clock(carrying: Carrying, pair: CarryOver) -> None:
    row = Obstacle.objects.exclude(state="closed").filter(due__state="running").first()
    assert row is not None
    due, first = row.due, row.first_due_id
    assert due is not None
    target = carrying.row("P3").proposed
    assert target is not None
    carrying.carried(row.item.key, target.key, new_day=clock.today() + SOON)
    chosen = carrying.row(row.item.key)
    for orphan in carrying.seen().orphans_of(chosen):
        chosen = carrying.row(row.item.key)
        choose_owner(
            chosen.pk,
            orphan.body.pk,
            None if orphan.body.pk != row.body_id else carrying.body("water").pk,
            expected_version=chosen.version,
            **carrying.by(reason="演示"),
        )
    carrying.end_the_rest()
    carrying.close()
    row.refresh_from_db()
    new = Obstacle.objects.get(carried_from=row)
    assert (row.state, new.item_id) == ("closed", target.pk)
    assert target.key in row.outcome
    assert new.raised_at == row.raised_at
    if new.due_id == due.pk:
        end = due.due_at
        due.refresh_from_db()
        assert (due.subject_key, due.due_at) == (str(new.pk), end)
        assert row.due_id is None
    if first == due.pk:
        assert (new.first_due_id, row.first_due_id) == (first, None), "counted once"


def test_ended_work_is_withdrawn_with_the_document(carrying: Carrying, pair: CarryOver) -> None:
    carrying.end_the_rest()
    carrying.close()
    assert not Deliverable.objects.filter(
        item__notice=carrying.old, finish="", withdrawn_at__isnull=True
    ).exists()
    last = Deliverable.objects.filter(item__notice=carrying.old, finish="").first()
    assert last is not None
    assert "演示〔2026〕5号" in last.note
    assert not Obstacle.objects.filter(item__notice=carrying.old).exclude(state="closed").exists()


def test_the_notice_in_force_does_not_change_before_the_end(
    carrying: Carrying, pair: CarryOver
) -> None:
    def shown() -> Any:
        found = front(PROGRAM)
        assert found is not None
        assert current_notice(PROGRAM) == found.notice
        return found.notice

    measure = next(one for one in MEASURES if one.name == "items-with-a-person")
    whole = measure.query(PROGRAM, carrying.now).whole
    assert shown() == carrying.old
    assert whole == sum(
        1 for item in PlanItem.objects.filter(notice=carrying.old) if item.mode != "none"
    ) - sum(1 for row in CarriedItem.objects.filter(standing="market"))
    carrying.end_the_rest()
    carrying.close()
    assert shown() == carrying.new
    assert measure.query(PROGRAM, carrying.now).whole == 3


def test_the_list_is_brought_up_to_date(carrying: Carrying, pair: CarryOver, loop: Loop) -> None:
    listed = set(CarriedItem.objects.values_list("item", flat=True))
    missing = PlanItem.objects.filter(notice=carrying.old, is_dropped=False).exclude(pk__in=listed)
    done = next(item for item in missing if item.mode != "none")
    loop.assign(done.key, Target(body=carrying.body("water").pk))
    carrying.end_the_rest()
    with pytest.raises(CarryRefused):
        carrying.close()
    assert carrying.seen().unsettled.unlisted == 1
    refresh_carry_over(pair.pk, **carrying.by())
    assert carrying.seen().unsettled.unlisted == 0
    assert carrying.row(done.key).standing == "unfinished"
    assert carrying.row("P3").decision == "ended", "decisions stay"


def test_a_draft_is_not_in_force(carrying: Carrying) -> None:
    carrying.load(carrying.clauses("T1", "T2"), is_draft=True)
    assert current_notice(PROGRAM) == carrying.old
    said = carrying.by(reason="演示：印发")
    new = carrying.new
    set_draft(new.pk, is_draft=False, expected_version=new.version, **said)
    assert current_notice(PROGRAM) == carrying.new
    assert led_by(carrying.clauses("T1")[0], "市水务局").lead_units == ("市水务局",)
