"""Messages received: what is in force, repeats, order, who may, times, areas, the end by time."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.documents.errors import SecretDocument
from anlan.base.errors import NotAllowed, NotFound, RequestReused
from anlan.base.identity import new_id
from anlan.base.models import JournalEntry
from anlan.base.upkeep import InventedRefused
from anlan.base.worlds.current import World, standing_in
from anlan.warning.actions.errors import (
    AreaMissing,
    CalledRehearsal,
    FieldMissing,
    ReceivedInFuture,
    TextMissing,
    TextTooLong,
    TimesOutOfOrder,
)
from anlan.warning.actions.expiring import end_expired
from anlan.warning.actions.receiving import MOST_CHARS
from anlan.warning.models import IssuedWarning, WarningArea, WarningMessage
from anlan.warning.rules.episode import ISSUE_MISSED, LIFT_ALONE, OLDER
from tests.registers.small_city import NOW
from tests.warning.life import AT, MINUTE, change, receive, region, row, warning

pytestmark = pytest.mark.usefixtures("kept")


def test_an_issue_opens_a_warning_with_its_words_and_area() -> None:
    made = receive()
    found = row(made["id"])
    assert found.text.startswith("演示·运城市气象台2026年")
    assert (found.warning.level, found.warning.ended_at) == ("orange", None)
    assert [str(area) for area in found.areas.all()] == ["运城市"]
    assert found.recorded_by == "bureau"
    entry = JournalEntry.objects.get(action="warning.message.receive")
    assert "大雾" in entry.content


def test_raising_lowering_and_lifting_replace_each_other() -> None:
    first = receive()
    assert change("raise", "red", 5)["warning"] == first["warning"]
    assert warning(first["warning"]).level == "red"
    change("lower", "yellow", 9)
    assert warning(first["warning"]).level == "yellow"
    change("lift", "yellow", 20)
    ended = warning(first["warning"])
    assert ended.ended_at == AT + 20 * MINUTE
    assert change("issue", "blue", 30)["warning"] != first["warning"]
    assert IssuedWarning.objects.filter(ended_at__isnull=True).count() == 1


def test_a_message_that_is_there_already_writes_nothing() -> None:
    first, entries = receive(), JournalEntry.objects.count()
    again = receive("department")
    assert (again["id"], again["is_repeated"]) == (first["id"], True)
    assert JournalEntry.objects.count() == entries
    assert WarningMessage.objects.count() == 1


def test_the_same_request_gives_the_first_result_and_another_is_refused() -> None:
    first = receive(request_id="paste-0001")
    assert receive(request_id="paste-0001") == first
    with pytest.raises(RequestReused):
        receive(request_id="paste-0001", level="red")


def test_a_late_message_is_kept_and_changes_nothing() -> None:
    first = receive()
    change("raise", "red", 9)
    late = change("renew", "orange", 4)
    assert [note["said"] for note in late["notes"]] == [OLDER]
    assert warning(first["warning"]).level == "red"
    assert warning(first["warning"]).messages.count() == 3


def test_a_lift_of_nothing_is_kept_and_said() -> None:
    made = receive(change="lift")
    assert [note["said"] for note in made["notes"]] == [LIFT_ALONE]
    assert warning(made["warning"]).ended_at == AT
    assert receive()["is_repeated"] is False
    assert IssuedWarning.objects.count() == 1


def test_a_renewal_of_nothing_opens_a_warning_and_says_that_its_issue_was_missed() -> None:
    made = receive(change="renew")
    assert [note["said"] for note in made["notes"]] == [ISSUE_MISSED]
    assert warning(made["warning"]).ended_at is None


def test_a_lift_without_level_and_area_is_that_of_what_it_ends() -> None:
    receive()
    lift = row(change("lift", "", 5, regions=())["id"])
    assert (lift.level, [str(area) for area in lift.areas.all()]) == ("orange", ["运城市"])
    again = change("lift", "", 5, regions=())
    assert again["id"] == str(lift.pk)


def test_other_hazards_issuers_and_units_are_warnings_of_their_own() -> None:
    receive()
    receive(hazard="gale")
    receive(issuer="演示·新绛县气象台")
    receive("county", where="xinjiang")
    assert IssuedWarning.objects.filter(ended_at__isnull=True).count() == 4


@pytest.mark.parametrize(
    ("more", "refusal", "field"),
    [
        ({"text": "  "}, TextMissing, "text"),
        ({"text": "雨" * (MOST_CHARS + 1)}, TextTooLong, "text"),
        ({"issuer": " "}, FieldMissing, "issuer"),
        ({"hazard": ""}, FieldMissing, "hazard"),
        ({"level": ""}, FieldMissing, "level"),
        ({"change": ""}, FieldMissing, "change"),
        ({"issued_at": None}, FieldMissing, "issued_at"),
        ({"regions": ()}, AreaMissing, "regions"),
        ({"change": "lift", "regions": ()}, AreaMissing, "regions"),
        ({"change": "lift", "level": ""}, FieldMissing, "level"),
        ({"issued_at": NOW + 11 * MINUTE}, TimesOutOfOrder, "received_at"),
        ({"received_at": NOW + 11 * MINUTE}, ReceivedInFuture, "received_at"),
        ({"expires_at": AT}, TimesOutOfOrder, "expires_at"),
    ],
)
def test_what_is_not_said_is_refused_and_named(
    more: dict[str, Any], refusal: type[Exception], field: str
) -> None:
    with pytest.raises(refusal) as found:
        receive(**more)
    assert found.value.field == field  # type: ignore[attr-defined]
    assert not IssuedWarning.objects.exists()


def test_a_drill_is_received_in_an_exercise_and_nowhere_else() -> None:
    with pytest.raises(CalledRehearsal):
        receive(text="【演练】大雾橙色预警")
    assert not IssuedWarning.objects.exists()
    with standing_in(World(token="x", mode="EXERCISE", name="演练")):
        assert receive(text="【演练】大雾橙色预警")["id"]


@pytest.mark.parametrize("marked", ["机密★1年 {text}", "密级：秘密\n{text}", "绝密\n{text}"])
def test_a_text_with_a_secrecy_mark_is_refused_and_not_kept(marked: str) -> None:
    text = "演示·运城市气象台2026年11月24日10时00分发布大雾橙色预警信号。"
    entries = JournalEntry.objects.count()
    with pytest.raises(SecretDocument):
        receive(text=marked.format(text=text))
    assert not WarningMessage.objects.exists()
    assert JournalEntry.objects.count() == entries
    receive(text=text + "涉密单位做好保密工作。")


def test_clocks_may_differ_by_ten_minutes() -> None:
    assert receive(issued_at=NOW + 10 * MINUTE)["is_repeated"] is False


def test_a_region_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound):
        receive(regions=(new_id(),))


@pytest.mark.parametrize(
    ("login", "where", "may"),
    [
        ("bureau", "city", True),
        ("bureau", "xinjiang", True),
        ("department", "city", True),
        ("department", "xinjiang", False),
        ("county", "xinjiang", True),
        ("county", "city", False),
        ("county", "xia", False),
        ("public", "city", False),
    ],
)
def test_who_records_for_which_unit(login: str, where: str, may: bool) -> None:
    if may:
        assert receive(login, where=where)["id"]
        return
    with pytest.raises((NotAllowed, NotFound)):
        receive(login, where=where)
    assert not IssuedWarning.objects.exists()


def test_a_real_instance_refuses_an_invented_issuer() -> None:
    from anlan.base.models import InstanceStamp

    InstanceStamp.objects.update(is_demonstration=False)
    with pytest.raises(InventedRefused):
        receive()


@pytest.mark.parametrize(("after_s", "ended"), [(-1, 0), (0, 1), (1, 1)])
def test_a_printed_end_is_reached_by_the_sweep(after_s: int, ended: int) -> None:
    end = NOW + 60 * MINUTE
    made = receive(expires_at=end)
    assert end_expired(end + dt.timedelta(seconds=after_s)) == ended
    assert end_expired(end + dt.timedelta(seconds=after_s)) == 0
    assert (warning(made["warning"]).ended_at == end) == bool(ended)


def test_a_warning_that_ran_out_comes_back_when_a_newer_message_was_late() -> None:
    end = NOW + 60 * MINUTE
    made = receive(expires_at=end)
    end_expired(end)
    change("renew", "orange", 60, now=end + MINUTE, received_at=end + MINUTE)
    back = warning(made["warning"])
    assert (back.ended_at, back.expires_at) == (None, None)
    change("renew", "orange", 61, expires_at=end, received_at=end + MINUTE, now=end + MINUTE)
    assert warning(made["warning"]).ended_at == end


def test_areas_are_rows_of_their_message() -> None:
    receive(regions=(region("140825").pk, region("140828").pk))
    assert WarningArea.objects.count() == 2
