"""CAP files taken in: kept whole, repeated, changed, broken, set aside, waiting, by whom."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from anlan.base.documents.errors import SecretDocument
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.file_store import CAP_FILES
from anlan.base.models import JournalEntry
from anlan.warning.actions.receiving import NewMessage
from anlan.warning.actions.receiving_cap import (
    CapUnreadable,
    NotWaiting,
    dismiss_cap,
    keep_cap,
)
from anlan.warning.models import CapDocument, IssuedWarning, WarningMessage
from anlan.warning.rules.cap.safety import LARGEST_BYTES
from anlan.warning.rules.cap.values import Area, MessageType, Named, Scope, Severity, Status
from anlan.warning.rules.cap.writing import write_cap
from tests.conftest import SHARED
from tests.registers.kept import said
from tests.registers.small_city import NOW
from tests.warning.cap_life import (
    ISSUER,
    SENT,
    alert,
    cancel,
    document,
    refers,
    take,
    update,
)
from tests.warning.life import receive, region, told, unit
from tests.warning.rules.cap.messages import SQUARE

pytestmark = pytest.mark.usefixtures("kept")


def only_warning() -> IssuedWarning:
    found: IssuedWarning = IssuedWarning.objects.get()
    return found


def test_a_whole_file_becomes_a_message_with_its_words_and_area() -> None:
    done = take(alert())
    assert (done["state"], done["left"], done["is_repeated"]) == ("kept", [], False)
    found = WarningMessage.objects.get(pk=done["message"])
    assert (found.warning.issuer, found.warning.hazard, found.level, found.change) == (
        ISSUER,
        "rainstorm",
        "orange",
        "issue",
    )
    assert found.text == "暴雨预警\n预计未来6小时有暴雨。"
    assert [str(area) for area in found.areas.all()] == ["新绛县"]
    assert (found.intake, found.identifier) == ("cap", alert().identifier)
    assert (found.issued_at, found.expires_at) == (SENT, SENT + dt.timedelta(hours=6))
    row = document(done["id"])
    assert CAP_FILES.content(row.digest) == write_cap(alert())
    assert JournalEntry.objects.filter(action="warning.cap.import").count() == 1


def test_the_same_file_twice_writes_nothing_and_so_does_the_same_message_otherwise_written() -> (
    None
):
    first, entries = take(alert()), JournalEntry.objects.count()
    again = take(alert(), "department")
    assert (again["id"], again["is_repeated"], again["message"]) == (
        first["id"],
        True,
        first["message"],
    )
    spaced = write_cap(alert()).replace(b"\n  <sender>", b"\n\n\n  <sender>")
    assert spaced != write_cap(alert())
    assert take(spaced)["id"] == first["id"]
    assert JournalEntry.objects.count() == entries
    assert (CapDocument.objects.count(), WarningMessage.objects.count()) == (1, 1)


def test_a_file_that_was_pasted_before_is_found_again() -> None:
    pasted = receive(
        hazard="rainstorm", level="orange", issued_at=SENT, regions=(region("140825").pk,)
    )
    done = take(alert())
    assert done["message"] == pasted["id"]
    assert WarningMessage.objects.count() == 1


def test_an_identifier_with_other_words_waits_for_a_person() -> None:
    take(alert())
    other = take(alert(description="预计未来6小时有特大暴雨。"))
    assert (other["state"], "cap-identifier-reused" in other["rules"]) == ("waiting", True)
    assert WarningMessage.objects.count() == 1


def test_update_and_cancel_follow_the_warning_that_they_refer_to() -> None:
    take(alert())
    raised = take(update(5, severity=Severity.EXTREME))
    assert WarningMessage.objects.get(pk=raised["message"]).change == "raise"
    assert only_warning().level == "red"
    lowered = take(update(9, 0, 5, severity=Severity.MINOR))
    assert WarningMessage.objects.get(pk=lowered["message"]).change == "lower"
    lifted = take(cancel(20, 9))
    found = WarningMessage.objects.get(pk=lifted["message"])
    assert (found.change, found.text) == ("lift", "雨已停，解除。")
    assert [str(area) for area in found.areas.all()] == ["新绛县"]
    assert only_warning().ended_at == found.issued_at


@pytest.mark.parametrize(
    ("given", "state", "rule"),
    [
        (update(5, 77, severity=Severity.EXTREME), "kept", "cap-references-unknown"),
        (update(5, 77, severity=Severity.MINOR), "waiting", "cap-references-unknown"),
        (cancel(5, 77), "waiting", "cap-references-unknown"),
        (
            alert(5, message_type=MessageType.CANCEL, infos=()),
            "waiting",
            "cap-references-required",
        ),
        (
            alert(5, message_type=MessageType.UPDATE, references=refers(5)),
            "waiting",
            "cap-references-self",
        ),
        (cancel(400, 0), "kept", "cap-references-expired"),
    ],
)
def test_broken_references_are_named_and_never_end_or_lower_anything(
    given: Any, state: str, rule: str
) -> None:
    take(alert())
    later = NOW + dt.timedelta(hours=8)
    done = take(given, now=later)
    assert done["state"] == state
    assert rule in done["rules"]
    standing = only_warning()
    if state == "waiting":
        assert (standing.level, standing.ended_at) == ("orange", None)


def test_a_cancel_of_what_a_later_message_replaced_waits() -> None:
    take(alert())
    take(update(5, severity=Severity.EXTREME))
    done = take(cancel(20, 0))
    assert (done["state"], done["left"]) == ("waiting", ["change"])
    assert (only_warning().level, only_warning().ended_at) == ("red", None)
    assert take(cancel(25, 5))["state"] == "kept"
    assert only_warning().ended_at is not None


def test_a_cancel_that_came_before_its_alert_is_said_when_the_alert_comes() -> None:
    early = take(cancel(5))
    assert early["state"] == "waiting"
    late = take(alert())
    assert late["state"] == "kept"
    assert [note["identifier"] for note in late["notes"] if "identifier" in note] == [
        alert(5).identifier
    ]


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST, Status.SYSTEM, Status.DRAFT])
def test_an_exercise_or_a_test_never_becomes_a_warning(status: Status) -> None:
    done = take(alert(status=status, note="演练"))
    assert (done["state"], done["message"]) == ("set-aside", None)
    assert not IssuedWarning.objects.exists()
    with pytest.raises(NotWaiting):
        keep(done["id"], version=1)


def test_a_private_message_is_seen_by_those_who_receive_for_the_unit_only() -> None:
    private = alert(scope=Scope.PRIVATE, addresses="防指值班室")
    done = take(private, unit=unit("xinjiang").pk)
    assert done["state"] == "set-aside"
    assert not IssuedWarning.objects.exists()
    for login, seen in (("bureau", 1), ("county", 1), ("other", 0), ("public", 0)):
        scope = said(login)["actor"].scope
        assert CapDocument.objects.visible_to(scope).count() == seen, login


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b"<alert/>",
        write_cap(alert()).replace(b"Actual", b"Real"),
        write_cap(alert()).replace(b"cap:1.2", b"cap:1.1"),
    ],
)
def test_what_is_no_warning_is_refused_with_its_rules(data: bytes) -> None:
    with pytest.raises(CapUnreadable) as refused:
        take(data)
    assert "cap-" in refused.value.text()
    assert not CapDocument.objects.exists()
    assert not JournalEntry.objects.filter(action="warning.cap.import").exists()


def test_a_secret_file_is_refused() -> None:
    with pytest.raises(SecretDocument):
        take(alert(headline="机密★1年"))


@pytest.mark.parametrize(
    ("more", "open_field"),
    [
        ({"sent": NOW.astimezone(SENT.tzinfo) + dt.timedelta(hours=2)}, "received_at"),
        ({"description": "雨" * 5000}, "text"),
        ({"headline": "【演练】暴雨橙色预警"}, "text"),
        ({"areas": (Area(description="某地"),)}, "regions"),
        ({"areas": ()}, "regions"),
        ({"sender_name": None}, "issuer"),
        ({"severity": Severity.UNKNOWN}, "level"),
    ],
)
def test_what_is_open_waits_and_is_named(more: dict[str, Any], open_field: str) -> None:
    more = more | ({"expires": None} if "sent" in more else {})
    done = take(alert(**more))
    assert (done["state"], open_field in done["left"]) == ("waiting", True)
    assert not IssuedWarning.objects.exists()


def test_a_polygon_is_kept_as_an_outline() -> None:
    drawn = Area(description="汾河滩", polygons=(SQUARE,))
    done = take(alert(areas=(drawn,)))
    found = WarningMessage.objects.get(pk=done["message"])
    assert [(area.name, area.region_id) for area in found.areas.all()] == [("汾河滩", None)]


def keep(key: str, *, version: int = 1, login: str = "bureau", **more: Any) -> dict[str, Any]:
    new = NewMessage(
        text="暴雨预警",
        told=told(hazard="rainstorm", issued_at=SENT, **more),
        unit=unit().pk,
        received_at=NOW,
        intake="cap",
    )
    return keep_cap(document(key).pk, new, expected_version=version, **said(login))


def test_a_person_keeps_a_waiting_file_once() -> None:
    done = take(alert(severity=Severity.UNKNOWN))
    with pytest.raises((NotAllowed, NotFound)):
        keep(done["id"], login="public")
    with pytest.raises(Conflict):
        keep(done["id"], version=9)
    kept = keep(done["id"], level="yellow")
    assert (kept["state"], document(done["id"]).state) == ("kept", "kept")
    assert only_warning().level == "yellow"
    with pytest.raises(NotWaiting):
        keep(done["id"], version=2)


def test_a_person_dismisses_a_waiting_file_with_a_reason() -> None:
    done = take(alert(severity=Severity.UNKNOWN))
    dismiss_cap(document(done["id"]).pk, expected_version=1, **said("bureau"))
    row = document(done["id"])
    assert (row.state, row.why) == ("dismissed", "测试")
    assert take(alert(severity=Severity.UNKNOWN))["is_repeated"] is True
    assert not IssuedWarning.objects.exists()


@pytest.mark.parametrize(
    ("login", "where", "may"),
    [
        ("bureau", "xinjiang", True),
        ("county", "xinjiang", True),
        ("county", "city", False),
        ("department", "xinjiang", False),
        ("public", "city", False),
    ],
)
def test_who_takes_files_in_for_which_unit(login: str, where: str, may: bool) -> None:
    if may:
        assert take(alert(), login, unit=unit(where).pk)["state"] == "kept"
        return
    with pytest.raises((NotAllowed, NotFound)):
        take(alert(), login, unit=unit(where).pk)
    assert not CapDocument.objects.exists()


def many(what: str) -> Any:
    """Near the largest file, of one kind of thing."""
    if what == "codes":
        codes = tuple(Named(name="GB/T 2260", value=f"{code:012}") for code in range(12_000))
        return alert(areas=(Area(description="各地", geocodes=codes),))
    if what == "areas":
        places = tuple(Area(description=f"某地{number}") for number in range(15_000))
        return alert(areas=places)
    if what == "polygons":
        return alert(areas=(Area(description="各地", polygons=(SQUARE,) * 15_000),))
    if what == "references":
        return update(5, *range(6, 9_000))
    return alert(description="预计有暴雨。" * 60_000)


@pytest.mark.parametrize("what", ["codes", "areas", "polygons", "references", "words"])
def test_a_file_near_the_largest_size_is_taken_in(what: str) -> None:
    given = write_cap(many(what))
    assert len(given) < LARGEST_BYTES
    done = take(given)
    assert done["state"] in ("waiting", "kept")
    assert len(done["rules"]) < 20
    assert len(done["left"]) < 20


def samples() -> list[Path]:
    folder = SHARED / "data" / "cap"
    return sorted(each for each in folder.rglob("*") if each.suffix in (".xml", ".cap"))


def test_every_published_sample_is_refused_or_waits_or_is_kept() -> None:
    found = samples()
    if not found:
        pytest.skip("not run: the published samples are not on this machine")
    states = {}
    for path in found:
        try:
            states[path.name] = take(path.read_bytes(), name=path.name)["state"]
        except CapUnreadable:
            states[path.name] = "refused"
    assert states["thunderstorm.cap"] == "waiting"
    assert states["cap_amber_alert_example.xml"] == "waiting"
    assert states["43b080713727.cap"] == "waiting"
    assert states["41000041600000_20200205105119.xml"] == "waiting"
    assert states["noaaExampleSmall.xml"] == "refused"
    assert states["KAR0-0306112239-SW.cap"] == "refused"


def test_a_national_file_waits_with_everything_filled_in() -> None:
    sample = next((each for each in samples() if each.parent.name == "china"), None)
    if sample is None:
        pytest.skip("not run: the published samples are not on this machine")
    done = take(sample.read_bytes())
    assert (done["state"], "cap-12379-draft" in done["rules"]) == ("waiting", True)
    assert document(done["id"]).form == "national"
