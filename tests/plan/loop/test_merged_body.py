"""A body that was merged keeps its past duties; what is open of it reaches the body that stays."""

import datetime as dt
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from anlan.base import clock, upkeep
from anlan.base.clock import CITY_ZONE
from anlan.base.due import applying
from anlan.base.due.sweeping import climb_ladders, follow_people
from anlan.base.keeping import merging
from anlan.base.keeping.declared import keeping_of
from anlan.base.keeping.merging import Side
from anlan.base.keeping.undo import plan_undo, undo
from anlan.base.models import IS_OPEN, Due, JournalEntry
from anlan.base.rows import row_image
from anlan.base.rules.due.addressee import Reach
from anlan.plan.actions.collecting.issuing import NewCollection, issue_collection
from anlan.plan.actions.inspecting import NewInspection, NewProblem, add_problem, record_inspection
from anlan.plan.actions.loop.breaking_down import Target, refuse, sign, withdraw
from anlan.plan.actions.loop.coordinating import (
    NewObstacle,
    raise_obstacle,
    reply_to_obstacle,
    settle_obstacle,
)
from anlan.plan.actions.loop.reporting import ReportText, accept_report, write_report
from anlan.plan.actions.mechanism import open_quarters
from anlan.plan.models import (
    Assignment,
    CollectionSheet,
    Deliverable,
    Duty,
    Inspection,
    MechanismQuarter,
    Notice,
    Obstacle,
    ProgressReport,
)
from anlan.plan.queries.mechanism import confirmed_this_quarter, held_on, standing
from anlan.plan.rules.mechanism import Standing
from anlan.plan.rules.workbook.collection import Purpose
from anlan.registers.models import Body, Person, Post, Tenure

pytestmark = pytest.mark.django_db
GOES = "water"
DAY = dt.date(2026, 11, 20)
LATER = dt.date(2027, 3, 31)
HELD = (
    *((Assignment, "body"), (Assignment, "assigner"), (Deliverable, "body"), (Duty, "body")),
    *((ProgressReport, "body"), (ProgressReport, "reviewer"), (Obstacle, "body")),
    *((Obstacle, "addressee"), (CollectionSheet, "body"), (MechanismQuarter, "body")),
    *((Inspection, "body"), (Inspection, "inspector"), (Post, "body")),
)
"""Every column by which the plan names a body."""


@pytest.fixture
def stays(loop: Any) -> Body:
    """A body of the city with duties in the plan, and nobody in it."""
    rows = Body.objects.filter(unit__kind="city", posts__isnull=True).order_by("code")
    return next(b for b in rows if Duty.objects.filter(body=b).exists())


def side(row: Any) -> Side:
    row.refresh_from_db()
    return Side(key=row.pk, version=row.version)


def merge(loop: Any, stays: Any, goes: Any) -> JournalEntry:
    kept = keeping_of(type(stays))
    assert kept is not None
    merging.merge(
        kept,
        winner=side(stays),
        loser=side(goes),
        take=frozenset(),
        reason="机构改革，职责划入",
        **loop.by("admin" if isinstance(stays, Person) else "bureau"),
    )
    return JournalEntry.objects.latest("position")


def undone(loop: Any, entry: JournalEntry) -> None:
    plan = plan_undo(entry, actor=loop.actor_as("bureau"))
    assert not plan.refused
    undo(entry, seen=plan.seen, reason="划转有误", **loop.by("bureau"))


def images(*models: Any) -> dict[str, Any]:
    rows = [row for model in models for row in model._default_manager.all()]
    return {str(row.pk): {**row_image(row), "version": 0} for row in rows}


def everything() -> dict[str, Any]:
    return images(Due, Body, *{model for model, _field in HELD})


def of(body: Body) -> dict[tuple[str, str], set[Any]]:
    """The rows of each column that names a body."""
    return {
        (model.__name__, field): set(
            model._default_manager.filter(**{field: body}).values_list("pk", flat=True)
        )
        for model, field in HELD
    }


def obstacle(loop: Any, to: str) -> Obstacle:
    new = NewObstacle(
        item=loop.item("P3").pk,
        body=loop.body(GOES).pk,
        addressee=loop.body(to).pk,
        text="资金缺口",
        asked="请予协调",
    )
    made = raise_obstacle(new, **loop.by("department"))
    return Obstacle.objects.get(pk=made["id"])


def report(loop: Any, **more: Any) -> ProgressReport:
    said = ReportText(**({"text": "完成现场核查", "done_on": DAY} | more))
    made = write_report(
        loop.item("P3").pk, loop.body(GOES).pk, said, submit=True, **loop.by("department")
    )
    return ProgressReport.objects.get(pk=made["id"])


def test_an_assignment_goes_over_with_its_term_and_is_signed_there(loop: Any, stays: Body) -> None:
    goes = loop.body(GOES)
    waiting = loop.assign("T3", Target(body=goes.pk), due_on=LATER)[0]
    signed = loop.signed("T4", Target(body=goes.pk), by="department", due_on=LATER)
    refused = loop.assign("T5", Target(body=goes.pk))[0]
    refuse(refused.pk, expected_version=1, reason="不属于本单位职责", **loop.by("department"))
    back = loop.assign("T6", Target(body=goes.pk))[0]
    withdraw(back.pk, expected_version=1, reason="重新研究", **loop.by("bureau"))
    terms = {row.pk: Due.objects.get(pk=row.sign_due_id) for row in (waiting, signed)}
    entry = merge(loop, stays, goes)
    for row, whose in ((waiting, stays), (signed, stays), (refused, goes), (back, goes)):
        row.refresh_from_db()
        assert row.body_id == whose.pk, row
    running, closed = Due.objects.get(pk=waiting.sign_due_id), Due.objects.get(pk=signed.due_id)
    assert (running.body, closed.body) == (stays.code, stays.code)
    assert running.doer == f"body:{stays.code}"
    assert (running.due_at, running.level) == (terms[waiting.pk].due_at, 0)
    answered = Due.objects.get(pk=signed.sign_due_id)
    assert answered.body == GOES, "what was answered was answered by the body of that time"
    assert entry.action == "registers.body.merge"
    written = {image["key"] for image in json.loads(entry.content)["images"]}
    assert {str(running.pk), str(closed.pk), str(waiting.pk)} <= written
    sign(waiting.pk, expected_version=waiting.version, **loop.by("department"))
    waiting.refresh_from_db()
    assert waiting.state == "signed"
    assert Due.objects.get(pk=waiting.due_id).body == stays.code


def test_requests_reports_and_their_reviewers(loop: Any, stays: Body) -> None:
    goes = loop.body(GOES)
    open_one, settled = obstacle(loop, "finance"), obstacle(loop, "emergency")
    reply_to_obstacle(settled.pk, "已安排", expected_version=1, **loop.by("bureau"))
    settle_obstacle(settled.pk, expected_version=2, reason="已解决", **loop.by("department"))
    waits, accepted = report(loop), report(loop)
    accept_report(accepted.pk, expected_version=accepted.version, **loop.by("bureau"))
    reply_due = open_one.due_id
    merge(loop, stays, goes)
    for row, whose in ((open_one, stays), (settled, goes), (waits, stays), (accepted, goes)):
        row.refresh_from_db()
        assert row.body_id == whose.pk
    assert Due.objects.get(pk=reply_due).issuer == stays.code
    assert not Due.objects.filter(IS_OPEN, issuer=GOES).exists()
    accept_report(waits.pk, expected_version=waits.version, **loop.by("bureau"))


def test_workbooks_go_over_unless_the_other_body_has_one_too(loop: Any, stays: Body) -> None:
    goes, notice = loop.body(GOES), Notice.objects.latest("issued_on")
    both, alone = (
        issue_collection(
            NewCollection(
                notice=notice.pk, purpose=Purpose.PROGRESS, year=2026, wanted_on=LATER,
                bodies=bodies,
            ),
            **loop.by("bureau"),
        )
        for bodies in ((goes.pk, stays.pk), (goes.pk,))
    )  # fmt: skip
    sheets = CollectionSheet.objects.filter(body=goes)
    twin = sheets.get(collection=both["id"])
    single = sheets.get(collection=alone["id"])
    entry = merge(loop, stays, goes)
    for sheet, whose in ((twin, goes), (single, stays)):
        sheet.refresh_from_db()
        assert sheet.body_id == whose.pk
        due = Due.objects.get(pk=sheet.due_id)
        assert due.body == stays.code, "both workbooks come back, from the body that stays"
        assert due.answered_at is None
    assert merging.standing_for(goes) == stays
    undone(loop, entry)
    single.refresh_from_db()
    assert single.body_id == goes.pk


def test_a_quarter_is_confirmed_once(loop: Any, stays: Body) -> None:
    goes = loop.body(GOES)
    next_quarter = loop.at(days=50)
    open_quarters(next_quarter.now)
    quarter = MechanismQuarter.objects.filter(confirmed_at__isnull=True).order_by("-year")
    mine, other = quarter.filter(body=goes).first(), quarter.filter(body=stays).first()
    assert (mine.year, mine.number) == (other.year, other.number)
    merge(next_quarter, stays, goes)
    mine.refresh_from_db()
    assert mine.body_id == goes.pk
    term = Due.objects.get(pk=mine.due_id)
    assert term.withdrawn_at is not None
    assert goes.short_name in term.withdrawn_reason
    assert Due.objects.get(pk=other.due_id).withdrawn_at is None


def test_a_body_that_was_merged_within_its_term_is_left_out_of_the_measure(
    loop: Any, stays: Body, client_as: Callable[[str], Any]
) -> None:
    goes = loop.body(GOES)
    now = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
    open_quarters(now)
    scope = loop.actor_as("bureau").scope
    before = confirmed_this_quarter(scope, now)
    early = type(loop)(actor_as=loop.actor_as, ids=loop.ids, now=now)
    merge(early, stays, goes)
    after = confirmed_this_quarter(scope, now)
    assert len(after) == len(before)
    assert not any(proof.left_out for proof in before)
    (left,) = [proof for proof in after if proof.left_out]
    assert left.label.startswith(goes.short_name)
    assert left.why == "不计入：该单位在确认期限届满前已撤销或合并"
    with clock.at(now):
        client = client_as("bureau")
        page = client.get("/plan/measures/mechanism-confirmed/?counts=out").content.decode()
        rows = client.get("/api/v1/measures/mechanism-confirmed/records?page_size=100").json()
    assert left.why in page
    assert sum(row["left_out"] for row in rows["results"]) == 1


def test_a_visit_goes_over_until_its_problems_are_solved(loop: Any, stays: Body) -> None:
    goes, notice = loop.body(GOES), Notice.objects.latest("issued_on")
    seen = [
        record_inspection(
            NewInspection(
                notice=notice.pk,
                body=goes.pk,
                inspected_on=DAY,
                place=place,
                inspectors="演示·张明远",
                summary="现场核查",
            ),
            **loop.by("bureau"),
        )["id"]
        for place in ("甲水库", "乙水库")
    ]
    found = NewProblem(inspection=seen[0], text="值班记录缺失", measure="补建", due_on=LATER)
    add_problem(found, **loop.by("bureau"))
    merge(loop, stays, goes)
    assert Inspection.objects.get(pk=seen[0]).body_id == stays.pk
    assert Inspection.objects.get(pk=seen[1]).body_id == goes.pk


def test_past_duties_stay_on_the_page_of_the_merged_body(
    loop: Any, stays: Body, client_as: Callable[[str], Any]
) -> None:
    goes, accepted = loop.body(GOES), report(loop)
    accept_report(accepted.pk, expected_version=accepted.version, **loop.by("bureau"))
    merge(loop, stays, goes)
    page = client_as("bureau").get(f"/bodies/{GOES}/?tab=relations").content.decode()
    assert f"/plan/reports/{accepted.pk}/" in page
    assert f"/bodies/{stays.code}/" in page


def test_the_page_of_the_merge_says_what_goes_over_and_what_stays(
    loop: Any, stays: Body, client_as: Callable[[str], Any]
) -> None:
    goes, accepted = loop.body(GOES), report(loop)
    accept_report(accepted.pk, expected_version=accepted.version, **loop.by("bureau"))
    report(loop)
    page = client_as("bureau").post(
        "/bodies/?view=merge", {"step": "choose", "row": [str(stays.pk), str(goes.pk)]}
    )
    side = "first" if page.context["first"].pk == goes.pk else "second"
    kind = next(k for k in page.context["pointing"] if k.label == "进展报告")
    accepted_ones = ProgressReport.objects.filter(body=goes, state="accepted").count()
    everyone = ProgressReport.objects.filter(body=goes).count()
    assert getattr(kind, f"{side}_past") == accepted_ones > 0
    assert getattr(kind, side) == everyone - accepted_ones > 0
    assert "已办结，仍留在原记录" in page.content.decode()


def test_a_person_who_was_entered_twice_is_asked_once(loop: Any) -> None:
    water = Tenure.objects.filter(post__body__code=GOES).select_related("person").first()
    known = water.person
    twice = Person.objects.filter(account__isnull=True).exclude(pk=known.pk).first()
    row = loop.assign("T3", Target(body=loop.body(GOES).pk, person=twice.pk))[0]
    merge(loop, known, twice)
    row.refresh_from_db()
    assert row.person_id == known.pk
    due = Due.objects.get(pk=row.sign_due_id)
    assert (due.person, due.doer) == (str(known.pk), f"person:{known.pk}")


def test_what_a_person_confirmed_follows_the_person(loop: Any) -> None:
    """A person who was entered twice is one human: nothing of it stays behind, nor is it vacant."""
    row = MechanismQuarter.objects.filter(
        confirmed_at__isnull=False, body__code=GOES, person__isnull=False
    ).latest("year", "number")
    twice = row.person
    known = Person.objects.filter(account__isnull=True, tenures__isnull=True).first()
    if known is None:
        known = upkeep.create(
            Person(name="演示·同一人", mobile="19900007777", is_invented=True),
            reason="重复登记",
            **loop.by("admin"),
        )
    finished = loop.signed(
        "T3", Target(body=row.body_id, person=twice.pk), by="department", due_on=LATER
    )
    withdraw(finished.pk, expected_version=finished.version, reason="收回", **loop.by("bureau"))
    merge(loop, known, twice)
    row.refresh_from_db()
    finished.refresh_from_db()
    assert row.person_id == finished.person_id == known.pk
    today = loop.now.astimezone(CITY_ZONE).date()
    assert standing(row, held_on([row], today), today) is Standing.CONFIRMED


def test_a_vacant_post_is_still_a_vacant_post(loop: Any, stays: Body) -> None:
    """Nobody came with the body: its dues are kept for the body that stays, and it is said."""
    goes = next(
        b
        for b in Body.objects.filter(unit__kind="city", posts__isnull=True).exclude(pk=stays.pk)
        if Duty.objects.filter(body=b).exists()
    )
    row = loop.assign("T3", Target(body=goes.pk))[0]
    merge(loop, stays, goes)
    due = Due.objects.get(pk=row.sign_due_id)
    assert (due.body, due.reach) == (stays.code, Reach.NOBODY.value)
    assert follow_people(loop.now) == 0, "the merge left nothing to pass on"


def test_a_renamed_body_keeps_what_it_owes(loop: Any, client_as: Callable[[str], Any]) -> None:
    body = loop.body(GOES)
    row = loop.assign("T3", Target(body=body.pk))[0]
    before = images(Due)
    upkeep.change(
        Body,
        body.pk,
        {"full_name": "运城市水务和水利局", "short_name": "市水务水利局"},
        expected_version=body.version,
        reason="更名",
        **loop.by("bureau"),
    )
    assert images(Due) == before
    page = client_as("bureau").get(f"/dues/{row.sign_due_id}/").content.decode()
    assert "市水务水利局" in page
    kept = keeping_of(Body)
    assert kept is not None
    assert "code" in kept.frozen, "a term names its body by the code"


@pytest.mark.parametrize(("ends", "reach"), [(-1, "nobody"), (0, "nobody"), (1, "named")])
def test_a_body_that_ended_keeps_what_it_owes_and_it_is_said(
    loop: Any, ends: int, reach: str
) -> None:
    body = loop.body(GOES)
    row = loop.assign("T3", Target(body=body.pk))[0]
    today = loop.now.astimezone(CITY_ZONE).date()
    upkeep.change(
        Body,
        body.pk,
        {"valid_until": today + dt.timedelta(days=ends)},
        expected_version=body.version,
        reason="撤销建制",
        **loop.by("bureau"),
    )
    follow_people(loop.now)
    due = Due.objects.get(pk=row.sign_due_id)
    assert (due.body, due.reach, due.answered_at) == (GOES, reach, None)


def test_levels_go_on_where_they_were(loop: Any, stays: Body) -> None:
    goes = loop.body(GOES)
    row = loop.assign("T3", Target(body=goes.pk))[0]
    late = loop.at(days=30)
    climb_ladders(late.now)
    before = Due.objects.get(pk=row.sign_due_id)
    assert before.level > 0
    merge(late, stays, goes)
    after = Due.objects.get(pk=row.sign_due_id)
    assert (after.level, after.due_at) == (before.level, before.due_at)
    assert climb_ladders(late.now) == 0, "no level is reached twice"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_done_before_the_merge(loop: Any, stays: Body, seed: int) -> None:
    """Nothing open is left with the merged body, nothing closed is touched, undo puts all back."""
    chance, goes = random.Random(seed), loop.body(GOES)
    for turn in range(8):
        act = chance.choice(("assign", "sign", "refuse", "obstacle", "report", "accept"))
        if act == "obstacle":
            obstacle(loop, chance.choice(("finance", "emergency", stays.code)))
        elif act in ("report", "accept"):
            made = report(loop)
            if act == "accept":
                accept_report(made.pk, expected_version=made.version, **loop.by("bureau"))
        else:
            row = loop.assign(f"T{turn + 3}", Target(body=goes.pk), due_on=LATER)[0]
            if act == "sign":
                sign(row.pk, expected_version=1, **loop.by("department"))
            if act == "refuse":
                refuse(row.pk, expected_version=1, reason="职责不符", **loop.by("department"))
    before, was = everything(), of(goes)
    closed = {str(k) for k in Due.objects.exclude(IS_OPEN).values_list("pk", flat=True)}
    entry = merge(loop, stays, goes)
    after = everything()
    assert not Due.objects.filter(IS_OPEN, body=GOES).exists()
    assert not Due.objects.filter(IS_OPEN, issuer=GOES).exists()
    for key in closed:
        assert after[key] == before[key]
    for name, kept in of(goes).items():
        assert kept <= was[name]
    assert follow_people(loop.now) == 0
    undone(loop, entry)
    assert everything() == before
    assert of(goes) == was


def test_succession_of_nobody_changes_nothing(loop: Any) -> None:
    from anlan.base.journal.recording import recording

    with recording(action="base.due.readdress", payload={}, reason="", **loop.by("bureau")) as rec:
        assert applying.apply_succession(rec, names=("body",), old="nobody-has-it", new="x") == 0
        assert not rec.images
