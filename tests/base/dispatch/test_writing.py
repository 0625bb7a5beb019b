"""Writing outgoing rows: in the action's transaction, one entry a message, nothing by default."""

import json
import uuid
from typing import Any

import pytest
from django.db.models import QuerySet

from anlan.base.dispatch.verification import is_complete, is_unchanged
from anlan.base.dispatch.writing import (
    Addressee,
    BadAddressee,
    ChannelNotOffered,
    Draft,
    NobodyAddressed,
    UnknownMode,
    apply_dispatch,
)
from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.base.models import JournalEntry
from anlan.base.models.dispatch import Dispatch, OutgoingMessage
from anlan.base.worlds.current import World, standing_in
from tests.exchange.outgoing import NOW, WRITER, write

pytestmark = pytest.mark.django_db
MANY = 1_200


def image_of(message: OutgoingMessage) -> dict[str, Any]:
    content = json.loads(JournalEntry.objects.latest("position").content)
    images = [one for one in content["images"] if one["key"] == str(message.pk)]
    assert len(images) == len(content["images"]) == 1
    found: dict[str, Any] = images[0]["after"]
    return found


def test_a_batch_is_one_entry_with_the_digest_of_its_rows() -> None:
    before = JournalEntry.objects.count()
    message = write(MANY)
    assert JournalEntry.objects.count() == before + 1
    image = image_of(message)
    assert (image["rows_count"], image["rows_digest"]) == (MANY, message.rows_digest)
    assert "转移" not in json.dumps(image["text"], ensure_ascii=False)
    rows = Dispatch.objects.filter(message=message)
    assert set(rows.values_list("mode", "world", "channel", "state")) == {
        ("ACTUAL", "live", "loopback", "waiting")
    }
    assert rows.count() == MANY
    assert all(is_unchanged(row) for row in rows.select_related("message")[:5])
    assert is_complete(message)


@pytest.mark.parametrize("harm", ["gone", "added", "moved"])
def test_rows_that_are_gone_or_added_are_noticed(harm: str) -> None:
    message, other = write(3), write(1)
    row = Dispatch.objects.filter(message=message).first()
    assert row is not None
    rows = QuerySet(Dispatch).filter(pk=row.pk)
    if harm == "gone":
        rows.delete()
    elif harm == "added":
        QuerySet(Dispatch).filter(message=other).update(message=message)
    else:
        rows.update(seal="0" * 64)
    assert not is_complete(message)


def test_a_row_is_stamped_with_the_world_it_was_written_in() -> None:
    with standing_in(World(name="exercise 3")):
        message = write(2)
    assert message.world == "exercise 3"
    assert set(Dispatch.objects.values_list("world", flat=True)) == {"exercise 3"}


@pytest.mark.parametrize("mode", ["", "actual", "ACTUAL ", "DRILL", "演练"])
def test_a_mode_is_said_and_known(mode: str) -> None:
    with pytest.raises(UnknownMode):
        write(mode=mode)
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("channel", ["", "fax", "SMS", "IN-APP"])
def test_only_channels_that_exist_are_offered(channel: str) -> None:
    with pytest.raises(ChannelNotOffered):
        write(channel=channel)


@pytest.mark.parametrize(
    "addressee",
    [
        Addressee("", "a"),
        Addressee("resident", "a"),
        Addressee("account", ""),
        Addressee("account", "a" * 61),
        Addressee("account", "a", number="19900000001"),
        Addressee("account", "a\x00b"),
        Addressee("account", "a", uuid.uuid4(), "1" * 31),
    ],
)
def test_an_addressee_that_nobody_could_reach_is_refused(addressee: Addressee) -> None:
    with pytest.raises(BadAddressee):
        write(addressees=[Addressee("account", "good"), addressee])
    assert not Dispatch.objects.exists()


def test_nobody_is_written_to_twice_by_one_message() -> None:
    with pytest.raises(BadAddressee):
        write(addressees=[Addressee("account", "a"), Addressee("account", "a")])
    write(addressees=[Addressee("account", "a"), Addressee("body", "a")])


def test_a_message_to_nobody_is_refused() -> None:
    with (
        pytest.raises(NobodyAddressed),
        recording(action="t", actor=WRITER, now=NOW, request_id=new_id().hex) as rec,
    ):
        draft = Draft(mode="TEST", channel="in-app", purpose="p", subject="s", text="t")
        apply_dispatch(rec, draft, [])


def test_an_action_that_fails_afterwards_leaves_nothing_to_send() -> None:
    with (
        pytest.raises(RuntimeError),
        recording(action="t", actor=WRITER, now=NOW, request_id=new_id().hex) as rec,
    ):
        draft = Draft(mode="TEST", channel="in-app", purpose="p", subject="s", text="t")
        apply_dispatch(rec, draft, [Addressee("account", "a")])
        raise RuntimeError
    assert not Dispatch.objects.exists()
    assert not OutgoingMessage.objects.exists()


def test_numbers_reach_the_journal_only_under_the_key_of_their_person() -> None:
    from anlan.base.dispatch.outcomes import apply_by_hand
    from anlan.base.rules.dispatch import Outcome

    person = new_id()
    write(addressees=[Addressee("person", str(person), person, "19900007788")])
    row = Dispatch.objects.get()
    with recording(action="t", actor=WRITER, now=NOW, request_id=new_id().hex) as rec:
        apply_by_hand(rec, row.pk, Outcome.CANCELLED, expected_version=1)
    contents = "".join(JournalEntry.objects.values_list("content", flat=True))
    assert "7788" not in contents
    assert f'"person":"{person}","sealed"' in contents
