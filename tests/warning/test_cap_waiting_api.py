"""A waiting CAP file and the register of senders over the API; an ended sender."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock, upkeep
from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.base.models import JournalEntry
from anlan.warning.actions.cap_senders import (
    SenderEnded,
    change_sender,
    end_sender,
    enter_sender,
)
from anlan.warning.models import CapSender, IssuedWarning
from anlan.warning.rules.cap.signing import make_key, sign_cap
from anlan.warning.rules.cap.values import Severity
from anlan.warning.rules.cap.writing import write_cap
from tests.registers.kept import said
from tests.registers.small_city import NOW
from tests.warning.cap_life import ISSUER, SENDER, alert, cancel, document, take

As = Callable[[str], Client]
API = "/api/v1/warnings/cap"
KEY, CERTIFICATE = make_key("owner", now=NOW)


@pytest.fixture(autouse=True)
def _now(signed_in: As) -> Iterator[None]:
    with clock.at(NOW):
        yield


def post(client: Client, path: str, **given: Any) -> Any:
    return client.post(f"{API}/{path}", given, content_type="application/json")


def waiting(minute: int = 0, **more: Any) -> str:
    done = take(alert(minute, severity=Severity.UNKNOWN, **more))
    assert done["state"] == "waiting"
    return str(done["id"])


def test_the_reading_says_what_is_left_and_why(signed_in: As) -> None:
    key = waiting()
    found = signed_in("bureau").get(f"{API}/{key}/reading").json()
    assert (found["issuer"], found["hazard"], found["level"]) == (ISSUER, "rainstorm", None)
    assert [each["field"] for each in found["left"]] == ["level"]
    assert all(each["why"] for each in found["left"])
    assert [each["code"] for each in found["regions"]] == ["140825"]
    assert found["aside"] == ""
    assert signed_in("public").get(f"{API}/{key}/reading").status_code == 403
    assert signed_in("bureau").get(f"{API}/{uuid.uuid4()}/reading").status_code == 404


def test_a_person_keeps_it_with_what_was_open(signed_in: As) -> None:
    key = waiting()
    client = signed_in("bureau")
    refused = post(client, f"{key}/keep", expected_version=1)
    assert (refused.status_code, refused.json()["field"]) == (422, "level")
    assert document(key).state == "waiting"
    kept = post(client, f"{key}/keep", expected_version=1, level="yellow", request_id="keep-0001")
    assert kept.status_code == 200, kept.content
    row = kept.json()
    assert (row["state"], row["message"] is not None) == ("kept", True)
    warning = IssuedWarning.objects.get()
    assert (warning.level, warning.issuer) == ("yellow", ISSUER)
    again = post(client, f"{key}/keep", expected_version=1, level="yellow", request_id="keep-0001")
    assert again.json()["message"] == row["message"]
    late = post(client, f"{key}/keep", expected_version=2, level="red")
    assert (late.status_code, late.json()["code"]) == (409, "cap-not-waiting")
    assert IssuedWarning.objects.get().level == "yellow"


def test_what_is_given_goes_before_what_is_read(signed_in: As) -> None:
    key = waiting()
    kept = post(
        signed_in("bureau"),
        f"{key}/keep",
        expected_version=1,
        level="red",
        issuer="演示·新绛县气象台",
        text="演示：新绛县暴雨。",
        regions=["140828"],
    )
    assert kept.status_code == 200, kept.content
    message = document(key).message
    assert (message.text, message.warning.issuer) == ("演示：新绛县暴雨。", "演示·新绛县气象台")
    assert [area.region.code for area in message.areas.all()] == ["140828"]


@pytest.mark.parametrize("login", ["public", "other"])
def test_who_may_not_keep_keeps_nothing(signed_in: As, login: str) -> None:
    key = waiting()
    for path in (f"{key}/keep", f"{key}/dismiss"):
        answer = post(signed_in(login), path, expected_version=1, level="red", reason="试")
        assert answer.status_code in (403, 404, 422), answer.content
    assert document(key).state == "waiting"


def test_two_versions_and_an_unknown_region(signed_in: As) -> None:
    key = waiting()
    client = signed_in("bureau")
    assert post(client, f"{key}/keep", expected_version=8, level="red").status_code == 409
    assert post(client, f"{key}/keep", level="red").status_code == 428
    bad = post(client, f"{key}/keep", expected_version=1, level="red", regions=["999999"])
    assert bad.status_code in (404, 422)
    assert document(key).state == "waiting"


def test_the_list_narrows_to_those_that_wait(signed_in: As) -> None:
    take(alert(9))
    key = waiting()
    other = take(cancel(5, 66))
    rows = signed_in("bureau").get(f"{API}?state=waiting").json()["results"]
    assert {row["id"] for row in rows} == {key, other["id"]}


SENT = {"sender": SENDER, "issuer": ISSUER, "source": "来函", "mark": "V"}


def test_a_sender_is_entered_changed_and_ended_over_the_api(signed_in: As) -> None:
    client = signed_in("bureau")
    made = post(client, "senders", **SENT, certificate=CERTIFICATE, reason="来函")
    assert made.status_code == 201, made.content
    row = made.json()
    assert row["signed_by"].startswith("CN=owner")
    twice = post(client, "senders", **SENT)
    assert twice.status_code == 422
    bad = post(client, "senders", **SENT | {"sender": "b@x"}, certificate="nonsense")
    assert (bad.status_code, bad.json()["field"]) == (422, "certificate")
    path = f"senders/{row['id']}"
    asked = SENT | {"issuer": "演示·市气象台", "certificate": CERTIFICATE}
    changed = post(client, f"{path}/change", **asked, expected_version=1)
    assert (changed.status_code, changed.json()["issuer"]) == (200, "演示·市气象台")
    assert post(client, f"{path}/change", **asked, expected_version=1).status_code == 409
    assert post(client, f"{path}/end", expected_version=2).status_code == 422
    ended = post(client, f"{path}/end", expected_version=2, reason="改用新地址")
    assert (ended.status_code, ended.json()["ended_at"] is not None) == (200, True)
    late = post(client, f"{path}/change", **asked, expected_version=3)
    assert (late.status_code, late.json()["code"]) == (409, "cap-sender-ended")
    assert post(client, "senders", **SENT).status_code == 201
    assert client.get(f"{API}/senders").json()["count"] == 2
    for login in ("county", "public", "department"):
        refused = [
            post(signed_in(login), "senders", **SENT),
            post(signed_in(login), f"{path}/end", reason="x", expected_version=3),
            post(signed_in(login), f"{path}/change", **SENT, expected_version=3),
        ]
        assert [answer.status_code for answer in refused] == [403] * 3


def entered(**more: Any) -> CapSender:
    row = CapSender(sender=SENDER, issuer=ISSUER, source="演示", mark="X", **more)
    enter_sender(row, **said("admin"))
    return row


def test_no_other_way_changes_a_sender_that_was_ended(signed_in: As) -> None:
    """Neither the administration nor a file that is imported."""
    made = post(signed_in("bureau"), "senders", **SENT).json()
    post(signed_in("bureau"), f"senders/{made['id']}/end", expected_version=1, reason="停用")
    with pytest.raises(Invalid, match="停用"):
        upkeep.change(
            CapSender,
            made["id"],
            {"issuer": "演示·别处"},
            expected_version=2,
            **said("bureau"),
        )
    assert CapSender.objects.get(pk=made["id"]).issuer != "演示·别处"


def test_each_file_of_an_ended_sender_waits_even_without_a_signature() -> None:
    row = entered(certificate=CERTIFICATE)
    end_sender(row.pk, expected_version=1, **said("admin"))
    done = take(alert())
    assert (done["state"], "cap-sender-ended" in done["rules"]) == ("waiting", True)
    signed = sign_cap(write_cap(alert(5)), key_pem=KEY, certificate_pem=CERTIFICATE)
    again = take(signed)
    assert (again["state"], document(again["id"]).signature) == ("waiting", "unknown")
    assert not IssuedWarning.objects.exists()
    entered()
    assert take(alert(9))["state"] == "kept"


def test_ending_is_for_keepers_once_and_of_the_version_seen() -> None:
    row = entered()
    for login in ("county", "public"):
        with pytest.raises(NotAllowed):
            end_sender(row.pk, expected_version=1, **said(login))
    with pytest.raises(Conflict):
        end_sender(row.pk, expected_version=4, **said("admin"))
    with pytest.raises(NotFound):
        end_sender(uuid.uuid4(), expected_version=1, **said("admin"))
    asked = said("admin", "end-0001")
    first = end_sender(row.pk, expected_version=1, **asked)
    assert end_sender(row.pk, expected_version=1, **asked) == first
    with pytest.raises(SenderEnded):
        end_sender(row.pk, expected_version=2, **said("admin"))
    with pytest.raises(SenderEnded):
        change_sender(row.pk, {"issuer": "x"}, expected_version=2, **said("admin"))
    assert JournalEntry.objects.filter(action="warning.capsender.end").count() == 1


def test_a_sender_in_use_is_entered_once() -> None:
    entered()
    with pytest.raises(Invalid, match="已"):
        entered()


def test_the_page_ends_a_sender(signed_in: As) -> None:
    row = entered()
    client = signed_in("bureau")
    path = f"/warnings/cap/senders/{row.pk}/end/"
    form = client.get(path)
    assert form.status_code == 200
    sent = dict(form.context["form"].initial)
    assert client.post(path, sent | {"reason": ""}).status_code == 422
    assert client.post(path, sent | {"reason": "停用"}).status_code == 302
    assert client.get(path).status_code == 409
    assert client.get(f"/warnings/cap/senders/{row.pk}/change/").status_code == 409
    assert signed_in("county").get(path).status_code == 403
