"""The terms of the working loop are closed by its own acts: never from the page of a due, where
nobody would have signed, reported, reviewed or replied."""

import re
import uuid
from collections.abc import Callable

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from anlan.base.due import actions
from anlan.base.due.applying import NewDue
from anlan.base.due.errors import DoneElsewhere
from anlan.base.models import Due
from anlan.base.parts import registry
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.plan.actions.loop.breaking_down import Target, sign
from anlan.plan.actions.loop.coordinating import NewObstacle, raise_obstacle
from anlan.plan.models import Assignment, Obstacle
from tests.plan.loop.conftest import Loop

pytestmark = pytest.mark.usefixtures("city")
ClientAs = Callable[[str], Client]


def a_task(loop: Loop) -> Assignment:
    return loop.assign("T10", Target(body=loop.body("water").pk))[0]


def test_every_table_with_a_term_says_that_its_acts_close_it() -> None:
    tables = {
        model._meta.label_lower
        for model in apps.get_models()
        if model._meta.app_label != "base"
        and any(f.related_model is Due for f in model._meta.get_fields() if f.many_to_one)
    }
    assert tables
    for label in tables:
        subject = registry.due_subject(label)
        assert subject is not None, label
        assert {"answer", "day"} <= subject.own_acts, label


def test_a_task_is_not_answered_past_its_signature(loop: Loop) -> None:
    task = a_task(loop)
    due = task.sign_due
    assert due is not None
    acts: tuple[Callable[[], object], ...] = (
        lambda: actions.answer(
            due.pk, what="已办", expected_version=due.version, **loop.by("department")
        ),
        lambda: actions.withdraw(
            due.pk, expected_version=due.version, reason="不办", **loop.by("bureau")
        ),
    )
    for act in acts:
        with pytest.raises(DoneElsewhere) as refused:
            act()
        assert due.title in refused.value.text()
    due.refresh_from_db()
    task.refresh_from_db()
    assert (due.state, task.state) == ("running", "proposed")


def test_a_deliverable_gets_its_day_on_its_own_page(loop: Loop) -> None:
    due = Due.objects.filter(subject_model="plan.deliverable", state="expected").first()
    assert due is not None
    with pytest.raises(DoneElsewhere):
        actions.set_day(
            due.pk,
            on=loop.now.date(),
            expected_version=due.version,
            reason="定日期",
            **loop.by("bureau"),
        )


def test_the_clock_of_a_task_may_still_be_stopped(loop: Loop) -> None:
    due = a_task(loop).sign_due
    assert due is not None
    actions.pause(due.pk, expected_version=due.version, reason="等上级明确", **loop.by("bureau"))
    due.refresh_from_db()
    assert due.state == "paused"


def test_the_page_of_a_term_leads_to_the_work(client_as: ClientAs, loop: Loop) -> None:
    task = a_task(loop)
    made = raise_obstacle(
        NewObstacle(
            item=task.item_id,
            body=loop.body("water").pk,
            addressee=loop.body("emergency").pk,
            text="缺设备",
            asked="协调",
        ),
        **loop.by("department"),
    )
    obstacle = Obstacle.objects.get(pk=made["id"])
    for login, due, page in (
        ("department", task.sign_due, reverse("plan-task", args=[task.pk])),
        ("bureau", obstacle.due, reverse("plan-obstacle", args=[obstacle.pk])),
    ):
        assert due is not None
        client = client_as(login)
        html = client.get(reverse("due", args=[due.pk])).content.decode()
        assert re.search(rf'<a class="button primary" href="{page}"', html)
        for name in ("due-answer", "due-withdraw"):
            assert reverse(name, args=[due.pk]) not in html
        answer = reverse("due-answer", args=[due.pk])
        led = client.get(answer)
        assert (led.status_code, led["Location"]) == (302, page)
        refused = client.post(
            answer, {"what": "已办", "request_id": "0" * 32, "expected_version": due.version}
        )
        assert refused.status_code == 409
        assert page in refused.content.decode()


def test_the_api_refuses_it_too_and_says_where(client_as: ClientAs, loop: Loop) -> None:
    task = a_task(loop)
    due, client = task.sign_due, client_as("department")
    assert due is not None
    shown = client.get(f"/api/v1/dues/{due.pk}").json()
    assert shown["done_at"] == reverse("plan-task", args=[task.pk])
    refused = client.post(
        f"/api/v1/dues/{due.pk}/answer",
        {"what": "已办", "request_id": "a" * 32, "expected_version": due.version},
        content_type="application/json",
    )
    assert refused.status_code == 409
    assert refused.json()["code"] == "done-elsewhere"
    due.refresh_from_db()
    assert due.state == "running"


def test_what_lost_its_subject_can_still_be_closed(loop: Loop, nowhere: uuid.UUID) -> None:
    """Nothing else could close it."""
    made = actions.open_due(
        NewDue(
            subject_model="plan.assignment",
            subject_key=str(nowhere),
            title="对象已不存在",
            rule="test",
            source="测试依据",
            addressee=Addressee(body="water", unit="city"),
            kind=ClockKind.WORKING_DAYS,
            amount=5,
            start_at=loop.now,
        ),
        **loop.by("bureau"),
    )
    due = Due.objects.get(pk=made["id"])
    actions.answer(due.pk, what="已说明", expected_version=1, **loop.by("department"))
    due.refresh_from_db()
    assert due.state == "answered"


def test_what_closed_a_term_is_said_in_the_language_of_the_city(loop: Loop) -> None:
    """Whatever language the sign-in reads: the text is stored, and others read it."""
    task = a_task(loop)
    with override("en"):
        sign(task.pk, expected_version=task.version, **loop.by("department"))
    assert task.sign_due is not None
    task.sign_due.refresh_from_db()
    assert task.sign_due.answer == "已签收"
