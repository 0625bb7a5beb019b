"""Screens, API and command line of CAP files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.base import clock
from anlan.site.cli import main
from anlan.warning.models import CapDocument, IssuedWarning, WarningMessage
from anlan.warning.rules.cap.values import Alert, Scope, Severity, Status
from anlan.warning.rules.cap.writing import write_cap
from tests.registers.small_city import NOW
from tests.warning.cap_life import alert, cancel, take

As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.at(NOW):
        yield


def upload(client: Client, given: Alert | bytes, path: str = "/warnings/cap/upload/") -> Any:
    data = given if isinstance(given, bytes) else write_cap(given)
    file = SimpleUploadedFile("演示.xml", data, content_type="application/xml")
    return client.post(path, {"file": file, "request_id": "upload-00001"})


def test_a_whole_file_leads_to_its_warning(signed_in: As) -> None:
    client = signed_in("bureau")
    assert client.get("/warnings/cap/upload/").status_code == 200
    answer = upload(client, alert())
    assert answer.status_code == 302
    assert answer["Location"] == f"/warnings/{IssuedWarning.objects.get().pk}/"
    page = client.get("/warnings/cap/").content.decode()
    assert alert().identifier in page
    assert "/warnings/cap/upload/" in client.get("/warnings/").content.decode()
    assert "/warnings/cap/upload/" in client.get("/warnings/paste/").content.decode()


def test_a_waiting_file_is_completed_by_a_person(signed_in: As) -> None:
    client = signed_in("bureau")
    answer = upload(client, alert(severity=Severity.UNKNOWN))
    row = CapDocument.objects.get()
    assert answer["Location"] == f"/warnings/cap/{row.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert f"/warnings/cap/{row.pk}/keep/" in page
    form = client.get(f"/warnings/cap/{row.pk}/keep/")
    assert form.status_code == 200
    values = {name: value for name, value in form.context["form"].initial.items() if value}
    sent = {
        "text": values["text"],
        "issuer": values["issuer"],
        "hazard": "rainstorm",
        "change": "issue",
        "issued_at": "2026-11-24T09:00",
        "expires_at": "2026-11-24T15:00",
        "regions": values["regions"],
        "unit": str(values["unit"]),
        "request_id": values["request_id"],
        "expected_version": "1",
    }
    refused = client.post(f"/warnings/cap/{row.pk}/keep/", sent)
    assert refused.status_code == 422
    kept = client.post(f"/warnings/cap/{row.pk}/keep/", sent | {"level": "yellow"})
    assert kept.status_code == 302, kept.content.decode()
    message = WarningMessage.objects.get()
    assert (message.level, message.intake, message.identifier) == (
        "yellow",
        "cap",
        alert().identifier,
    )
    assert client.get(f"/warnings/cap/{row.pk}/").status_code == 200
    assert client.get(f"/warnings/cap/{row.pk}/keep/").status_code == 409


def test_a_waiting_file_is_dismissed_with_a_reason(signed_in: As) -> None:
    client = signed_in("bureau")
    upload(client, cancel(5))
    row = CapDocument.objects.get()
    page = client.get(f"/warnings/cap/{row.pk}/dismiss/")
    sent = {
        "reason": "另市的预警",
        "request_id": page.context["form"].initial["request_id"],
        "expected_version": "1",
    }
    assert client.post(f"/warnings/cap/{row.pk}/dismiss/", sent).status_code == 302
    assert "另市的预警" in client.get(f"/warnings/cap/{row.pk}/").content.decode()


def test_a_refused_file_shows_the_rules_it_breaks(signed_in: As) -> None:
    client = signed_in("bureau")
    answer = upload(client, write_cap(alert()).replace(b"Actual", b"Real"))
    assert answer.status_code == 422
    assert "cap-value" in answer.content.decode()
    empty = client.post("/warnings/cap/upload/", {"request_id": "upload-00002"})
    assert empty.status_code == 422
    assert not CapDocument.objects.exists()


def test_an_exercise_says_that_it_never_becomes_a_warning(signed_in: As) -> None:
    client = signed_in("bureau")
    answer = upload(client, alert(status=Status.EXERCISE, note="x"))
    page = client.get(answer["Location"]).content.decode()
    assert "演练" in page
    assert "/keep/" not in page


def test_the_file_is_given_back_as_it_came_and_as_an_attachment(signed_in: As) -> None:
    client = signed_in("bureau")
    upload(client, alert())
    row = CapDocument.objects.get()
    answer = client.get(f"/warnings/cap/{row.pk}/file/")
    assert answer.content == write_cap(alert())
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_who_may_not_receive_uploads_nothing(signed_in: As) -> None:
    take(alert(scope=Scope.PRIVATE, addresses="x"))
    row = CapDocument.objects.get()
    for login in ("public", "county"):
        client = signed_in(login)
        assert client.get(f"/warnings/cap/{row.pk}/").status_code in (403, 404)
        assert client.get(f"/warnings/cap/{row.pk}/file/").status_code in (403, 404)
    assert upload(signed_in("public"), alert(5)).status_code == 403
    assert CapDocument.objects.count() == 1


def test_the_api_takes_lists_gives_and_dismisses(client_as: As) -> None:
    client = client_as("bureau")
    api = "/api/v1/warnings/cap"
    made = upload(client, alert(), api)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["state"], row["rules"], row["signature"]) == ("kept", [], "unsigned")
    again = client.post(
        api, {"file": SimpleUploadedFile("a.xml", write_cap(alert())), "request_id": "again-0001"}
    ).json()
    assert (again["id"], again["is_repeated"]) == (row["id"], True)
    waiting = client.post(
        api, {"file": SimpleUploadedFile("b.xml", write_cap(cancel(5, 66)))}
    ).json()
    assert (waiting["state"], waiting["left"]) == (
        "waiting",
        ["hazard", "level", "issuer", "change"],
    )
    found = client.get(f"{api}?state=waiting").json()
    assert [each["id"] for each in found["results"]] == [waiting["id"]]
    assert client.get(f"{api}/{row['id']}").json()["identifier"] == alert().identifier
    assert client.get(f"{api}/{row['id']}/file").content == write_cap(alert())
    done = client.post(
        f"{api}/{waiting['id']}/dismiss",
        {"reason": "另市的预警", "expected_version": 1},
        content_type="application/json",
    )
    assert (done.status_code, done.json()["state"]) == (200, "dismissed")
    bad = client.post(api, {"file": SimpleUploadedFile("c.xml", b"<alert/>")})
    assert (bad.status_code, bad.json()["code"]) == (422, "cap-unreadable")
    assert upload(client_as("public"), alert(7), api).status_code == 403


def test_the_command_line_imports(kept: None, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(write_cap(alert()))
    assert main(["warn", "cap", "import", str(file), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert (first["state"], first["is_repeated"]) == ("kept", False)
    assert main(["warn", "cap", "import", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["is_repeated"] is True
    file.write_bytes(write_cap(alert(3, severity=Severity.UNKNOWN)))
    assert main(["warn", "cap", "import", str(file), "--unit", "xinjiang"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("waiting")
    assert "level" in printed.err
    file.write_bytes(b"<alert/>")
    assert main(["warn", "cap", "import", str(file)]) == 1
    assert "cap-namespace" in capsys.readouterr().err
    assert main(["warn", "cap", "import", str(tmp_path / "none.xml")]) == 1
    file.write_bytes(write_cap(alert(4)))
    assert main(["warn", "cap", "import", str(file), "--unit", "nowhere"]) == 1
