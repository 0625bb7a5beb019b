"""A misread message is corrected: its text stays, its warning follows."""

from typing import Any

import pytest

from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.models import JournalEntry
from anlan.warning.actions.correcting import correct_message
from anlan.warning.actions.errors import FieldMissing, SaidAlready
from anlan.warning.models import IssuedWarning
from tests.registers.kept import said
from tests.warning.life import AT, MINUTE, TEXT, change, receive, region, row, told, warning

pytestmark = pytest.mark.usefixtures("kept")


def correct(key: str, login: str = "bureau", version: int = 1, **more: Any) -> dict[str, Any]:
    return correct_message(row(key).pk, told(**more), expected_version=version, **said(login))


def test_a_misread_level_is_corrected_and_the_text_stays() -> None:
    made = receive()
    correct(made["id"], level="red", regions=(region("140825").pk,))
    found = row(made["id"])
    assert (found.level, found.warning.level, found.text) == ("red", "red", TEXT)
    assert [str(area) for area in found.areas.all()] == ["新绛县"]
    entry = JournalEntry.objects.get(action="warning.message.correct")
    assert '"reason":"测试"' in entry.content.replace(": ", ":")


def test_a_misread_hazard_moves_the_message_and_leaves_no_empty_warning() -> None:
    made = receive()
    moved = correct(made["id"], hazard="haze")
    assert moved["warning"] != made["warning"]
    assert [each.hazard for each in IssuedWarning.objects.all()] == ["haze"]


def test_a_misread_hazard_among_others_leaves_the_rest_as_it_was() -> None:
    first = receive()
    second = change("raise", "red", 5)
    correct(second["id"], hazard="haze", level="red", change="issue", issued_at=AT + 5 * MINUTE)
    assert warning(first["warning"]).level == "orange"
    assert IssuedWarning.objects.filter(ended_at__isnull=True).count() == 2


def test_a_lift_that_was_none_brings_the_warning_back() -> None:
    first = receive()
    lift = change("lift", "orange", 5)
    correct(lift["id"], change="renew", issued_at=AT + 5 * MINUTE)
    assert warning(first["warning"]).ended_at is None


def test_a_lift_that_was_none_does_not_bring_back_what_a_newer_warning_followed() -> None:
    first = receive()
    lift = change("lift", "orange", 5)
    change("issue", "blue", 9)
    correct(lift["id"], change="renew", issued_at=AT + 5 * MINUTE)
    assert warning(first["warning"]).ended_at == AT + 5 * MINUTE
    assert IssuedWarning.objects.filter(ended_at__isnull=True).count() == 1


def test_a_correction_that_would_repeat_a_message_is_refused() -> None:
    receive()
    second = change("renew", "orange", 5)
    with pytest.raises(SaidAlready):
        correct(second["id"])


def test_a_correction_leaves_nothing_open_and_knows_the_version() -> None:
    made = receive()
    with pytest.raises(FieldMissing):
        correct(made["id"], level="")
    correct(made["id"], level="red")
    with pytest.raises(Conflict):
        correct(made["id"], level="blue")


def test_only_who_may_receive_corrects() -> None:
    made = receive()
    for login in ("county", "public"):
        with pytest.raises((NotAllowed, NotFound)):
            correct(made["id"], login)
