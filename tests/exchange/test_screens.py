"""Messages and outbox as people of each role meet them."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anlan.base import clock
from anlan.base.dispatch.writing import Addressee
from anlan.base.identity import new_id
from anlan.base.models import JournalEntry
from anlan.base.models.dispatch import Dispatch, DispatchOutcome, OutgoingMessage
from anlan.exchange.models import InboxMessage
from anlan.exchange.sweep import sweep
from anlan.registers.models import Account, Body, Tenure
from tests.exchange.outgoing import listening, write

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
ROLES = ("bureau", "department", "county", "public", "admin")
MANAGERS = ("bureau", "admin")


@pytest.fixture(autouse=True)
def _city(city: None) -> None:
    """The demonstration."""


def text_of(response: Any) -> str:
    return str(response.content.decode())


def deliver(*addressees: Addressee, mode: str = "ACTUAL") -> OutgoingMessage:
    now = clock.now()
    message = write(mode=mode, channel="in-app", addressees=addressees, now=now)
    sweep(now)
    return message


def row_of(message: OutgoingMessage) -> Dispatch:
    return Dispatch.objects.get(message=message)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_has_messages_and_only_managers_an_outbox(client_as: SignIn, role: str) -> None:
    client = client_as(role)
    row = Dispatch.objects.first()
    assert row is not None
    assert client.get(reverse("messages")).status_code == 200
    expected = 200 if role in MANAGERS else 403
    for address in (
        reverse("outbox"),
        reverse("outbox") + "?delivered=no&mode=EXERCISE&channel=in-app&state=failed&kind=body",
        reverse("outbox") + "?delivered=yes&format=csv",
        reverse("message-write"),
        reverse("outbox-row", args=[row.pk]),
        reverse("outbox-row", args=[row.pk]) + "?tab=history",
        reverse("outbox-retry", args=[row.pk]),
        reverse("outbox-cancel", args=[row.pk]),
    ):
        assert client.get(address).status_code == expected, address


def test_nobody_reads_without_signing_in(client: Client) -> None:
    for name in ("messages", "outbox", "message-write"):
        response = client.get(reverse(name))
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/?next=")


def test_the_loopback_gateway_delivers_into_the_program_once() -> None:
    sweep(clock.now())  # what the invented life left waiting
    before = InboxMessage.objects.count()
    known = [Addressee("account", "county"), Addressee("body", "water")]
    unknown = [
        Addressee("account", "nobody"),
        Addressee("person", "x"),
        Addressee("post", str(new_id())),
        Addressee("body", "finance"),  # nobody there signs in
    ]
    message = deliver(*known, *unknown)
    rows = Dispatch.objects.filter(message=message)
    assert InboxMessage.objects.count() == before + 2
    failed = rows.filter(state="failed")
    assert failed.count() == 4
    reasons = DispatchOutcome.objects.filter(dispatch__in=failed).values_list("detail", flat=True)
    assert set(reasons) == {"no-such-addressee"}
    QuerySet(Dispatch).filter(message=message).update(state="waiting")  # the record was lost
    sweep(clock.now())
    assert InboxMessage.objects.count() == before + 2


@pytest.mark.parametrize("kind", ["account", "person", "body", "post"])
def test_a_message_is_seen_by_its_addressee_and_by_nobody_else(
    client_as: SignIn, kind: str
) -> None:
    account = Account.objects.get(login="county")
    tenure = Tenure.objects.select_related("post__body").filter(
        person=account.person, held_until__isnull=True
    )[0]
    name = {
        "account": "county",
        "person": str(account.person_id),
        "body": tenure.post.body.code,
        "post": str(tenure.post_id),
    }[kind]
    person = account.person_id if kind == "person" else None
    message = deliver(Addressee(kind, name, person))
    row = row_of(message)
    assert row.state == "delivered"
    for role in ROLES:
        client = client_as(role)
        page = text_of(client.get(reverse("messages")))
        assert (str(row.pk) in page) == (role == "county"), role
        posted = client.post(
            reverse("message-acknowledge", args=[row.pk]), {"request_id": new_id().hex}
        )
        assert posted.status_code == (302 if role == "county" else 404), role
    row.refresh_from_db()
    assert (row.state, row.acknowledged_by) == ("acknowledged", "county")


def test_who_left_a_post_reads_its_messages_no_more(client_as: SignIn) -> None:
    message = deliver(Addressee("body", "water"))
    client = client_as("department")
    assert str(row_of(message).pk) in text_of(client.get(reverse("messages")))
    tenures = QuerySet(Tenure).filter(person__account__login="department")
    tenures.update(held_until=clock.today())
    assert str(row_of(message).pk) not in text_of(client.get(reverse("messages"), follow=True))


def test_confirming_twice_or_after_a_colleague_changes_nothing(client_as: SignIn) -> None:
    message = deliver(Addressee("body", "emergency"))
    row = row_of(message)
    url = reverse("message-acknowledge", args=[row.pk])
    first = {"request_id": new_id().hex}
    assert client_as("bureau").post(url, first).status_code == 302
    entries = JournalEntry.objects.count()
    assert client_as("bureau").post(url, first).status_code == 302
    assert client_as("admin").post(url, {"request_id": new_id().hex}).status_code == 302
    assert JournalEntry.objects.count() == entries
    row.refresh_from_db()
    assert row.acknowledged_by == "bureau"
    assert client_as("bureau").post(url, {"request_id": "?"}).status_code == 422
    assert client_as("bureau").get(url).status_code == 302


@pytest.mark.parametrize(("mode", "word"), [("EXERCISE", "演练"), ("TEST", "测试")])
def test_a_rehearsal_says_so_unmistakably(client_as: SignIn, mode: str, word: str) -> None:
    message = deliver(Addressee("account", "county"), mode=mode)
    page = text_of(client_as("county").get(reverse("messages")))
    article = next(a for a in page.split("<article") if str(row_of(message).pk) in a)
    assert f"{word}</span>" in article
    assert "这不是真实指令" in article
    outbox = text_of(client_as("bureau").get(reverse("outbox-row", args=[row_of(message).pk])))
    assert f"{word}</span>" in outbox


def test_what_is_meant_bears_no_mark_of_a_rehearsal(client_as: SignIn) -> None:
    message = deliver(Addressee("account", "county"))
    page = text_of(client_as("county").get(reverse("messages")))
    article = next(a for a in page.split("<article") if str(row_of(message).pk) in a)
    assert "这不是真实指令" not in article


def written(client: Client, **values: Any) -> Any:
    data = {
        "subject": "汛期值守",
        "text": "请加强值守",
        "mode": "EXERCISE",
        "bodies": ["water"],
        "reason": "调度",
        "request_id": new_id().hex,
    }
    return client.post(reverse("message-write"), data | values)


def test_a_message_is_written_delivered_confirmed_and_seen_in_the_outbox(
    client_as: SignIn,
) -> None:
    bureau, reader = client_as("bureau"), client_as("department")
    assert written(bureau, bodies=["water", "emergency-xinjiang"]).status_code == 302
    sweep(clock.now())
    row = Dispatch.objects.get(message__subject="汛期值守", addressee="water")
    url = reverse("message-acknowledge", args=[row.pk])
    reader.post(url, {"request_id": new_id().hex})
    page = text_of(bureau.get(reverse("outbox"), {"q": "汛期值守"}))
    assert page.count("<tr>") == 3
    assert "已确认收到" in page
    assert "已送达" in page
    history = text_of(bureau.get(reverse("outbox-row", args=[row.pk]), {"tab": "history"}))
    assert "已确认收到" in history


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": ""},
        {"mode": "DRILL"},
        {"bodies": []},
        {"bodies": ["nowhere"]},
        {"subject": ""},
        {"subject": "长" * 121},
        {"text": ""},
        {"text": "长" * 2001},
        {"reason": ""},
    ],
)
def test_wrong_input_is_refused_and_kept(client_as: SignIn, wrong: dict[str, Any]) -> None:
    before = OutgoingMessage.objects.count()
    response = written(client_as("bureau"), **wrong)
    assert response.status_code == 422
    assert OutgoingMessage.objects.count() == before
    if wrong.get("text") is None:
        assert "请加强值守" in text_of(response)


def test_sending_a_form_twice_writes_once(client_as: SignIn) -> None:
    client, request_id = client_as("bureau"), new_id().hex
    before = OutgoingMessage.objects.count()
    for _ in range(2):
        assert written(client, request_id=request_id).status_code == 302
    assert OutgoingMessage.objects.count() == before + 1


def test_what_could_not_be_delivered_is_on_screen_with_its_next_attempt(
    client_as: SignIn,
) -> None:
    person = Account.objects.get(login="county").person_id
    now = clock.now()
    message = write(
        channel="in-app",
        addressees=[Addressee("person", str(person), person, "19900007788")],
        now=now,
    )
    gateways, _, _ = listening(TimeoutError())
    sweep(now, gateways=gateways)
    row = row_of(message)
    page = text_of(client_as("bureau").get(reverse("outbox-row", args=[row.pk])))
    assert "待发送" in page
    assert "发送通道超时未应答" in page
    shown = row.next_at.astimezone(clock.CITY_ZONE).strftime("%Y-%m-%d %H:%M")
    assert shown in page
    assert "7788" in page
    for address in ("", "?cols=subject,number&q=转移", "?format=csv&cols=number"):
        listed = text_of(client_as("bureau").get(reverse("outbox") + address))
        assert "19900007788" not in page + listed


def decide(client: Client, name: str, row: Dispatch, **values: Any) -> Any:
    data = {"reason": "改正", "request_id": new_id().hex, "expected_version": row.version}
    return client.post(reverse(f"outbox-{name}", args=[row.pk]), data | values)


def test_a_failed_row_is_sent_again_with_a_reason(client_as: SignIn) -> None:
    row = row_of(deliver(Addressee("body", "finance")))
    client = client_as("bureau")
    assert row.state == "failed"
    assert decide(client, "retry", row, reason="").status_code == 422
    assert decide(client, "retry", row).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)
    tenure = QuerySet(Tenure).filter(person__account__login="county", held_until__isnull=True)
    finance = Body.objects.get(code="finance").posts.first()
    assert finance is not None
    tenure.update(post=finance)
    sweep(clock.now() + dt.timedelta(seconds=1))
    row.refresh_from_db()
    assert row.state == "delivered"
    refused = decide(client, "retry", row)
    assert refused.status_code == 409
    assert "已送达" in text_of(refused)


def test_a_waiting_row_is_recalled_and_never_leaves(client_as: SignIn) -> None:
    sweep(clock.now())  # what waited before
    message = write(channel="in-app", addressees=[Addressee("account", "county")])
    row, client = row_of(message), client_as("bureau")
    assert decide(client, "cancel", row).status_code == 302
    assert sweep(clock.now()) == 0
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert not InboxMessage.objects.filter(pk=row.pk).exists()


def test_a_row_that_moved_meanwhile_is_not_overwritten(client_as: SignIn) -> None:
    message = write(channel="in-app", addressees=[Addressee("account", "county")])
    row = row_of(message)
    sweep(clock.now())
    response = decide(client_as("bureau"), "cancel", row)
    assert response.status_code == 409
    row.refresh_from_db()
    assert row.state == "delivered"


def test_lists_need_few_queries_whatever_their_length(client_as: SignIn) -> None:
    client = client_as("bureau")
    write(250, channel="loopback")
    deliver(*[Addressee("account", "bureau")])
    for address in (reverse("outbox") + "?per=20", reverse("messages")):
        client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("outbox"), {"per": 20})
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("outbox"), {"per": 200})
    assert len(few) == len(many) <= 12
    with CaptureQueriesContext(connection) as short:
        client.get(reverse("messages"))
    for _ in range(12):
        deliver(*[Addressee("account", "bureau")])
    with CaptureQueriesContext(connection) as long:
        client.get(reverse("messages"))
    assert len(short) == len(long) <= 15  # one of them is the frame's: when the session ends


def test_an_empty_inbox_says_what_next(client_as: SignIn) -> None:
    page = text_of(client_as("public").get(reverse("messages")))
    assert "还没有消息" in page
    assert re.search(r'<a class="button" href="/">', page)
