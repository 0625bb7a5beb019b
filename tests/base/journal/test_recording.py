"""Recording: one action, one transaction, one entry."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from anlan.base.actor import Actor
from anlan.base.errors import Conflict, Invalid, NotFound, RequestReused
from anlan.base.journal.history import history_of
from anlan.base.journal.recording import Recording, recording
from anlan.base.journal.sealing import seal
from anlan.base.journal.verification import verify
from anlan.base.models import JournalEntry, JournalSubject, PersonKey
from anlan.base.rows import SECRET_MARK
from anlan.registers.models import Account, Person, Region, RegionOutline

pytestmark = pytest.mark.django_db
KEEPER = Actor(account="keeper", body="emergency")
Open = Callable[..., AbstractContextManager[Recording]]


@pytest.fixture
def opened(now: dt.datetime, request_ids: Callable[[], str]) -> Open:
    def open_one(**more: object) -> AbstractContextManager[Recording]:
        arguments = {"action": "t.x", "actor": KEEPER, "now": now, "request_id": request_ids()}
        return recording(**(arguments | more))  # type: ignore[arg-type]

    return open_one


def region(code: str = "999001") -> Region:
    return Region(code=code, name="测试县", level="county")


def content() -> dict[str, object]:
    return json.loads(JournalEntry.objects.latest("position").content)


def test_an_entry_says_who_what_when_why(opened: Open, now: dt.datetime) -> None:
    yesterday = now - dt.timedelta(days=1)
    with opened(reason=" 文件〔2026〕1号 ", valid_at=yesterday, request_id="r-1") as rec:
        row = region()
        rec.add(row)
        rec.note(file="a.csv")
        rec.result = {"id": str(row.id)}
    entry = JournalEntry.objects.get()
    said = content()
    assert (entry.action, entry.actor, entry.request_id, entry.seq) == (
        "t.x",
        "keeper",
        "r-1",
        None,
    )
    assert entry.known_at == now
    assert said["reason"] == "文件〔2026〕1号"
    assert said["valid_at"] == yesterday.isoformat()
    assert said["owner_centre"] == row.owner_centre
    assert said["body"] == "emergency"
    assert said["notes"] == {"file": "a.csv"}
    assert said["images"][0]["after"]["code"] == "999001"  # type: ignore[index]
    subject = JournalSubject.objects.get()
    assert (subject.model, subject.key) == ("registers.region", str(row.pk))


def test_a_repeat_returns_the_first_result_and_writes_nothing(opened: Open) -> None:
    for _ in range(3):
        with opened(request_id="same", payload={"code": "999001"}) as rec:
            if not rec.repeated:
                rec.add(region())
                rec.result = {"answer": 1}
        assert rec.result == {"answer": 1}
    assert rec.repeated
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"payload": {"code": "2"}},
        {"action": "t.y", "payload": {"code": "1"}},
        {"actor": Actor(account="other"), "payload": {"code": "1"}},
    ],
)
def test_a_request_id_with_other_content_is_refused(
    opened: Open, other: dict[str, object]
) -> None:
    with opened(request_id="same", payload={"code": "1"}) as rec:
        rec.add(region())
    with pytest.raises(RequestReused), opened(**({"request_id": "same"} | other)):
        pass


@pytest.mark.parametrize("bad", ["", "x" * 65])
def test_a_senseless_request_id_is_refused(opened: Open, bad: str) -> None:
    with pytest.raises(Invalid), opened(request_id=bad):
        pass


def test_a_repeated_recording_cannot_write(opened: Open) -> None:
    with opened(request_id="same") as rec:
        rec.add(region())
    with opened(request_id="same") as rec, pytest.raises(RuntimeError):
        rec.add(region("999002"))


def test_a_failure_leaves_neither_row_nor_entry(opened: Open) -> None:
    with pytest.raises(ZeroDivisionError), opened(request_id="r") as rec:
        rec.add(region())
        _ = 1 / 0
    assert not Region.objects.exists()
    assert not JournalEntry.objects.exists()
    with opened(request_id="r") as rec:
        assert not rec.repeated


def test_nothing_written_leaves_no_entry(opened: Open) -> None:
    with opened():
        pass
    with opened() as rec:
        rec.add(region())
    row = Region.objects.get()
    with opened() as rec:
        rec.save(rec.lock(Region, row.pk))
    assert JournalEntry.objects.count() == 1
    assert Region.objects.get().version == 1


def test_one_action_one_entry(opened: Open) -> None:
    with opened() as rec, pytest.raises(RuntimeError):  # noqa: SIM117 - the order is the point
        with opened():
            pass
    rec_id = rec.entry_id
    with opened() as other:
        assert other.entry_id != rec_id


def test_lock_refuses_what_moved_on_or_is_gone(opened: Open) -> None:
    with opened() as rec:
        row = region()
        rec.add(row)
    with pytest.raises(Conflict), opened() as rec:
        rec.lock(Region, row.pk, expected_version=2)
    with pytest.raises(NotFound), opened() as rec:
        rec.lock(Region, "00000000-0000-7000-8000-000000000000")


def test_only_locked_rows_are_saved_or_removed(opened: Open) -> None:
    with opened() as rec:
        rec.add(region())
    row = Region.objects.get()
    with opened() as rec, pytest.raises(ValueError, match="lock"):
        rec.save(row)
    with opened() as rec, pytest.raises(ValueError, match="lock"):
        rec.remove(row)


def test_a_finished_recording_is_closed(opened: Open) -> None:
    with opened() as rec:
        rec.add(region())
    with pytest.raises(RuntimeError):
        rec.add(region("999002"))


def test_images_hold_before_and_after(opened: Open) -> None:
    with opened() as rec:
        rec.add_many([region("999001"), region("999002")])
    row = Region.objects.get(code="999001")
    with opened() as rec:
        locked = rec.lock(Region, row.pk)
        locked.name = "一"
        rec.save(locked)
        locked.name = "二"
        rec.save(locked)
    names = [(i["before"]["name"], i["after"]["name"]) for i in content()["images"]]  # type: ignore[union-attr,index]
    assert names == [("测试县", "一"), ("一", "二")]
    with opened() as rec:
        rec.remove(rec.lock(Region, row.pk))
    image = content()["images"][0]  # type: ignore[index]
    assert image["before"]["name"] == "二"
    assert "after" not in image


# personal fields and secrets


@pytest.fixture
def person(opened: Open, anchor: Path, now: dt.datetime) -> Iterator[Person]:
    with opened() as rec:
        row = Person(name="演示·王五", mobile="19900000077", initials="ysww")
        rec.add(row)
    seal(now)
    yield row


def everything_written() -> str:
    return "".join(JournalEntry.objects.values_list("content", flat=True))


def test_personal_fields_enter_sealed(person: Person) -> None:
    text = everything_written()
    assert "王五" not in text
    assert "19900000077" not in text
    assert "ysww" not in text
    names = {c.name: c.after for c in history_of(person, readable=True)[0].changes}
    assert names["mobile"] == "19900000077"
    hidden = {c.name: c.after for c in history_of(person)[0].changes}
    assert hidden["mobile"] == "—"


def test_personal_fields_of_a_removed_person_are_sealed_too(person: Person, opened: Open) -> None:
    with opened() as rec:
        rec.remove(rec.lock(Person, person.pk))
    assert "王五" not in everything_written()
    assert "19900000077" not in everything_written()


def test_destroying_the_key_erases_and_the_chain_stays_valid(person: Person) -> None:
    PersonKey.objects.filter(person=person.pk).delete()
    names = {c.name: c.after for c in history_of(person, readable=True)[0].changes}
    assert names["mobile"] == names["name"] == "—"
    assert verify().ok


def test_an_unchanged_personal_field_is_no_change(person: Person, opened: Open) -> None:
    with opened() as rec:
        row = rec.lock(Person, person.pk)
        row.landline = "0359-0000001"
        rec.save(row)
    assert [c.name for c in history_of(person)[0].changes] == ["landline"]
    PersonKey.objects.all().delete()
    assert [c.name for c in history_of(person)[0].changes] == ["landline"]


def test_two_people_seal_one_value_differently(person: Person, opened: Open) -> None:
    with opened() as rec:
        rec.add(Person(name="演示·王五", mobile="19900000077"))
    images = [json.loads(e.content)["images"][0]["after"] for e in JournalEntry.objects.all()]
    assert images[0]["mobile"]["sealed"] != images[1]["mobile"]["sealed"]


def test_a_damaged_sealed_value_is_unreadable(person: Person) -> None:
    key = PersonKey.objects.get(person=person.pk)
    key.key = bytes(16)
    key.save()
    assert {c.after for c in history_of(person, readable=True)[0].changes if c.name == "name"} == {
        "—"
    }


def test_secrets_never_enter(person: Person, opened: Open) -> None:
    with opened() as rec:
        account = Account(login="wangwu", person=person, password="md5$salt$secret-hash")
        rec.add(account)
    with opened() as rec:
        row = rec.lock(Account, account.pk)
        row.password = "md5$salt$other-hash"
        rec.save(row)
    with pytest.raises(Conflict) as caught, opened() as rec:
        rec.lock(Account, account.pk, expected_version=9)
    assert "password" not in caught.value.row
    text = everything_written()
    assert "hash" not in text
    assert SECRET_MARK in text


def test_bulky_columns_enter_by_digest(opened: Open) -> None:
    with opened() as rec:
        place = region()
        rec.add(place)
        rec.add(
            RegionOutline(
                region=place,
                geometry={"type": "Point", "coordinates": [111.25, 35.5]},
                source_datum="CGCS2000",
                source="t",
                area_km2=1,
                label_longitude_deg=111,
                label_latitude_deg=35,
            )
        )
    image = content()["images"][1]["after"]  # type: ignore[index]
    assert set(image["geometry"]) == {"sm3", "chars"}


def test_history_is_newest_first_and_limited(opened: Open) -> None:
    with opened() as rec:
        row = region()
        rec.add(row)
    for number in range(5):
        with opened(reason=str(number)) as rec:
            locked = rec.lock(Region, row.pk)
            locked.name = f"名{number}"
            rec.save(locked)
    assert [line.reason for line in history_of(row, limit=3)] == ["4", "3", "2"]
