"""An amendment orphans running work; the plan office gives it on or withdraws it."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.identity import new_id
from anlan.plan.actions.carrying.errors import CarryRefused, SameOwner
from anlan.plan.actions.carrying.placing import Placing, place_work
from anlan.plan.actions.demonstration_loop import contact_of
from anlan.plan.actions.loop.breaking_down import NewBreakdown, Target, assign, sign
from anlan.plan.actions.loop.coordinating import NewObstacle, raise_obstacle
from anlan.plan.actions.loop.deliverables import NewDeliverable, add_deliverable
from anlan.plan.models import Assignment, Deliverable, Notice, NoticeEdition, Obstacle, PlanItem
from anlan.plan.queries.amended import OrphanCause, OrphanedWork, orphaned_work
from tests.plan.carrying.conftest import Carrying, led_by

SOON = dt.timedelta(days=60)
NUMBER = "演示〔2026〕15号"


@pytest.fixture
def first(carrying: Carrying) -> Notice:
    """A notice with three clauses; the first is led by the water bureau, supported by finance."""
    water, villages, plans = carrying.clauses("P3", "T26", "T19")
    water = replace(water, lead_units=("市水务局",), support_units=("市财政局",))
    return carrying.load([water, led_by(villages, "市应急局"), led_by(plans, "市应急局")])


def item(carrying: Carrying, heading_of: str) -> PlanItem:
    heading = carrying.clauses(heading_of)[0].heading
    return PlanItem.objects.get(notice=carrying.new, heading=heading)


def asked(carrying: Carrying, key: str, body: str, day: dt.date | None) -> Assignment:
    target = Target(body=carrying.body(body).pk)
    new = NewBreakdown(item=item(carrying, key).pk, targets=(target,), asked="演示", due_on=day)
    made = assign(new, **carrying.by())
    return Assignment.objects.get(pk=made["ids"][0])


def amend(carrying: Carrying) -> None:
    """Finance is named no more in P3, T26 vanishes, T19 becomes another number."""
    water, plans = carrying.clauses("P3", "T19")
    carrying.load([led_by(water, "市水务局"), led_by(plans, "市应急局")], number=NUMBER)


def found(carrying: Carrying) -> list[OrphanedWork]:
    old, new = NoticeEdition.objects.filter(notice=carrying.new).order_by("edition")
    return orphaned_work(old, new, carrying.actor_as("bureau").scope, clock.today())


def test_orphaned_work_is_listed_with_its_cause(carrying: Carrying, first: Notice) -> None:
    day = clock.today() + SOON
    kept = asked(carrying, "P3", "water", day)
    lost = asked(carrying, "P3", "finance", day)
    gone = asked(carrying, "T26", "emergency", day)
    before = {one: item(carrying, one).key for one in ("P3", "T26", "T19")}
    moved = asked(carrying, "T19", "emergency", day)
    amend(carrying)
    causes = {one.key: one.cause for one in found(carrying)}
    assert kept.pk not in causes
    assert causes[lost.pk] is OrphanCause.OWNER
    assert causes[gone.pk] is OrphanCause.GONE
    after = PlanItem.objects.get(
        notice=carrying.new, heading=carrying.clauses("T19")[0].heading, is_dropped=False
    )
    if after.key != before["T19"]:
        assert causes[moved.pk] is OrphanCause.RENUMBERED
        goes_to = next(one.goes_to for one in found(carrying) if one.key == moved.pk)
        assert goes_to == after


def test_work_goes_to_another_body_and_is_no_longer_listed(
    carrying: Carrying, first: Notice
) -> None:
    day = clock.today() + SOON
    lost = asked(carrying, "P3", "finance", day)
    amend(carrying)
    assert {one.key for one in found(carrying)} == {lost.pk}
    new = Placing(kind="assignment", key=lost.pk, body=carrying.body("water").pk)
    said = carrying.by(reason="演示：修订后由水务局承担")
    place_work(new, expected_version=lost.version, **said)
    assert found(carrying) == []
    lost.refresh_from_db()
    given = Assignment.objects.get(replaces=lost)
    assert (lost.state, given.state, given.due_on) == ("carried", "proposed", day)
    assert given.body == carrying.body("water")
    assert given.item_id == lost.item_id
    assert place_work(new, expected_version=lost.version - 1, **said)["moved"] == 1, "a repeat"
    with pytest.raises(Conflict):
        place_work(new, expected_version=1, **carrying.by(reason="演示"))


def test_deliverables_and_requests_are_withdrawn_or_given_on(
    carrying: Carrying, first: Notice
) -> None:
    target, finance = item(carrying, "P3"), carrying.body("finance")
    new = NewDeliverable(item=target.pk, text="演示：资金方案", body=finance.pk)
    made = add_deliverable(new, **carrying.by())
    owed = Deliverable.objects.get(pk=made["id"])
    raised = raise_obstacle(
        NewObstacle(
            item=target.pk,
            body=finance.pk,
            addressee=carrying.body("emergency").pk,
            text="演示",
            asked="演示",
        ),
        **(carrying.by() | {"actor": contact_of("finance")}),
    )
    request = Obstacle.objects.get(pk=raised["id"])
    amend(carrying)
    assert {one.key for one in found(carrying)} == {owed.pk, request.pk}
    reason = {"reason": "演示：不再需要"}
    gone = Placing(kind="deliverable", key=owed.pk, withdraws=True)
    place_work(gone, expected_version=owed.version, **carrying.by(**reason))
    owed.refresh_from_db()
    assert owed.withdrawn_at is not None
    assert "不再需要" in owed.note
    on = Placing(kind="obstacle", key=request.pk, body=carrying.body("water").pk)
    place_work(on, expected_version=request.version, **carrying.by(**reason))
    request.refresh_from_db()
    follows = Obstacle.objects.get(carried_from=request)
    assert (request.state, follows.state) == ("closed", "open")
    assert follows.body == carrying.body("water")
    assert follows.first_due_id is not None
    assert request.first_due_id is None
    assert found(carrying) == []


def test_work_of_a_vanished_clause_moves_with_what_is_below(
    carrying: Carrying, first: Notice
) -> None:
    day = clock.today() + SOON
    target = Target(unit=carrying.body("emergency-xinjiang").unit_id)
    new = NewBreakdown(item=item(carrying, "T26").pk, targets=(target,), asked="演示", due_on=day)
    top = Assignment.objects.get(pk=assign(new, **carrying.by())["ids"][0])
    sign(top.pk, expected_version=top.version, **carrying.by("county"))
    body = Target(body=carrying.body("emergency-xinjiang").pk)
    below = NewBreakdown(item=top.item_id, targets=(body,), asked="演示", due_on=day, above=top.pk)
    under = Assignment.objects.get(pk=assign(below, **carrying.by("county"))["ids"][0])
    amend(carrying)
    listed = {one.key for one in found(carrying)}
    assert listed == {top.pk}, "what is below follows its top"
    top.refresh_from_db()
    on = Placing(kind="assignment", key=top.pk, item=item_live(carrying, "P3").pk)
    place_work(on, expected_version=top.version, **carrying.by(reason="演示：并入"))
    new_top = Assignment.objects.get(replaces=top)
    new_under = Assignment.objects.get(replaces=under)
    assert new_under.above_id == new_top.pk
    assert (new_top.state, new_under.state) == ("signed", "proposed")
    assert new_under.item_id == new_top.item_id == item_live(carrying, "P3").pk
    assert found(carrying) == []


def item_live(carrying: Carrying, key: str) -> PlanItem:
    heading = carrying.clauses(key)[0].heading
    return PlanItem.objects.get(notice=carrying.new, heading=heading, is_dropped=False)


def test_what_is_refused(carrying: Carrying, first: Notice) -> None:
    lost = asked(carrying, "P3", "finance", clock.today())
    reason, version = {"reason": "演示"}, lost.version
    amend(carrying)
    same = Placing(kind="assignment", key=lost.pk, body=carrying.body("finance").pk)
    with pytest.raises(SameOwner):
        place_work(same, expected_version=version, **carrying.by(**reason))
    elsewhere = replace(same, body=None, item=carrying.old.items.first().pk)
    with pytest.raises(NotFound):
        place_work(elsewhere, expected_version=version, **carrying.by(**reason))
    with pytest.raises(NotFound):
        place_work(replace(same, kind="notice"), expected_version=1, **carrying.by(**reason))
    with pytest.raises(NotFound):
        place_work(replace(same, key=uuid.uuid4()), expected_version=1, **carrying.by(**reason))
    on = replace(same, body=carrying.body("water").pk)
    for login in ("department", "county", "public", "admin"):
        with pytest.raises(NotAllowed):
            place_work(on, expected_version=version, **carrying.by(login, **reason))
    later = Carrying(actor_as=carrying.actor_as, ids=carrying.ids, now=carrying.now + SOON)
    with pytest.raises(CarryRefused) as raised:
        place_work(on, expected_version=version, **later.by(**reason))
    assert raised.value.code == "day-is-over"


def test_the_comparison_leads_to_each(
    client_as: Callable[[str], Client], carrying: Carrying, first: Notice
) -> None:
    day = clock.today() + SOON
    lost = asked(carrying, "P3", "finance", day)
    amend(carrying)
    old, new = NoticeEdition.objects.filter(notice=carrying.new).order_by("edition")
    compared = f"{reverse('plan-compare')}?old={old.pk}&new={new.pk}"
    place = reverse("plan-place", args=["assignment", lost.pk])
    page = client_as("bureau").get(compared).content.decode()
    assert "因修订失去依据的在办工作" in page
    assert place in page
    assert "条款不再列该单位" in page
    read = client_as("audit").get(compared).content.decode()
    assert "因修订失去依据的在办工作" in read
    assert place not in read
    assert "因修订失去依据" not in client_as("public").get(compared).content.decode()
    notice = reverse("plan-notice", args=[carrying.new.pk])
    assert "修订改动" in client_as("bureau").get(f"{notice}?imported=2").content.decode()
    client = client_as("bureau")
    form = client.get(f"{place}?back={compared}")
    assert form.status_code == 200
    said = {
        "request_id": new_id().hex,
        "expected_version": lost.version,
        "reason": "演示：改由水务局承担",
        "new_body": str(carrying.body("water").pk),
        "item": "",
    }
    assert client.post(place, said | {"new_body": ""}).status_code == 422
    done = client.post(place, said)
    assert done.status_code == 302
    assert Assignment.objects.get(replaces=lost).body == carrying.body("water")
    path = f"/api/v1/notices/{carrying.new.pk}/orphans"
    assert client.get(path).json() == []
    assert client.get(f"{path}?since_edition=9").status_code == 404
    assert client_as("public").get(path).status_code == 403


def test_editions_that_are_no_amendment_orphan_nothing(carrying: Carrying, first: Notice) -> None:
    asked(carrying, "P3", "finance", None)
    amend(carrying)
    old, new = NoticeEdition.objects.filter(notice=carrying.new).order_by("edition")
    other = NoticeEdition.objects.get(notice=carrying.old)
    today, scope = clock.today(), carrying.actor_as("bureau").scope
    assert orphaned_work(old, new, scope, today)
    for pair in ((new, old), (new, new), (other, new)):
        assert orphaned_work(*pair, scope, today) == []
