"""What a reader of each scope is told: only of records it may see, only ids and actions."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from anlan.base.actor import Actor
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import seal
from anlan.base.live import tail as tails
from anlan.base.live.events import (
    Batch,
    Change,
    messages,
    place,
    read_after,
    sealed_end,
    too_far_behind,
)
from anlan.base.models import JournalEntry
from anlan.registers.models import Body, Person, Post, Region, Tenure
from anlan.registers.rules.scope import NOTHING

LOGINS = ("admin", "bureau", "department", "county", "public")


@pytest.fixture
def batch(city: None, anchor: Any, now: Any, request_ids: Callable[[], str]) -> Batch:
    """A region, and somebody in a post of the bureau, each in an entry of its own."""
    seal(now)
    before = sealed_end()
    keeper = Actor(account="keeper")
    with recording(action="t.region", actor=keeper, now=now, request_id=request_ids()) as rec:
        rec.add(Region(code="999901", name="秘密县名", level="county"))
    with recording(action="t.person", actor=keeper, now=now, request_id=request_ids()) as rec:
        person = Person(name="演示·秘密", mobile="19900000777")
        post = Post(body=Body.objects.get(code="emergency"), title="试", role="bureau")
        rec.add(person)
        rec.add(post)
        rec.add(Tenure(person=person, post=post, held_from=now.date()))
    assert read_after(before) is None
    seal(now)
    found = read_after(before)
    assert found is not None
    return found


@pytest.mark.parametrize("login", LOGINS)
def test_only_what_the_scope_sees(batch: Batch, actor_as: Any, login: str) -> None:
    scope = actor_as(login).scope
    told = [json.loads(t.split("data: ")[1]) for t in messages(batch, scope)]
    seen = {(s["model"], s["id"]) for event in told for s in event["subjects"]}
    for model, row in (
        (Region, Region.objects.get(code="999901")),
        (Person, Person.objects.get(mobile="19900000777")),
        (Post, Post.objects.get(title="试")),
    ):
        may = model.objects.visible_to(scope).filter(pk=row.pk).exists()
        assert ((model._meta.label_lower, str(row.pk)) in seen) == may
    if login == "public":
        assert {event["action"] for event in told} == {"t.region"}
    text = "".join(messages(batch, scope))
    for secret in ("秘密", "19900000777", "keeper", "999901"):
        assert secret not in text
        assert json.dumps(secret).strip('"') not in text


def test_no_scope_no_event(batch: Batch) -> None:
    assert messages(batch, NOTHING) == []


def test_a_removed_record_and_an_unknown_model_are_not_told(
    batch: Batch, actor_as: Any, now: Any, request_ids: Any
) -> None:
    row = Region.objects.get(code="999901")
    with recording(
        action="t.remove", actor=Actor(account="k"), now=now, request_id=request_ids()
    ) as rec:
        rec.remove(rec.lock(Region, row.pk))
    seal(now)
    again = read_after(batch.last_seq)
    assert again is not None
    assert messages(again, actor_as("admin").scope) == []
    strange = Change(seq=1, action="t", subjects=(("gone.model", str(row.pk)), ("auth.x", "1")))
    assert messages(Batch(changes=(strange,)), actor_as("admin").scope) == []


def test_after_and_form(batch: Batch, actor_as: Any) -> None:
    scope = actor_as("admin").scope
    first, second = (change.seq for change in batch.changes)
    texts = messages(batch, scope, after=first)
    assert len(texts) == 1
    assert texts[0].startswith(f"id: {second}\nevent: change\ndata: {{")
    assert texts[0].endswith("}\n\n")
    assert place(7) == "id: 7\n\n"
    assert too_far_behind(7).startswith("id: 7\nevent: reload\n")


def test_readers_of_one_scope_are_asked_once(
    batch: Batch, actor_as: Any, django_assert_num_queries: Any
) -> None:
    scope = actor_as("bureau").scope
    messages(batch, scope)
    with django_assert_num_queries(0):
        messages(batch, scope)


def test_a_slow_reader_is_let_go_and_others_go_on(monkeypatch: Any) -> None:
    monkeypatch.setattr(tails, "QUEUE_BATCHES", 2)
    batches = [Batch(changes=(Change(seq=n, action="t", subjects=()),)) for n in range(1, 5)]

    async def scene() -> tuple[bool, int]:
        tail = tails.Tail()
        quick = tails.Reader(None, asyncio.Queue(maxsize=100))
        hung = asyncio.create_task(asyncio.sleep(60))
        slow = tails.Reader(hung, asyncio.Queue(maxsize=2))
        tail._readers = {quick, slow}
        for batch in batches:
            tail._hand_out(batch)
        with pytest.raises(asyncio.CancelledError):
            await hung
        return slow in tail._readers, quick.queue.qsize()

    assert asyncio.run(scene()) == (False, 4)


def test_page_says_so_without_moving(city: None, client_as: Any) -> None:
    page = client_as("county").get("/plan/").content.decode()
    assert 'data-live-events="/events"' in page
    assert "有新变化" in page
    assert JournalEntry.objects.exists()
