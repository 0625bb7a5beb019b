"""A successor comes as a draft, so that nothing turns before somebody says so."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from anlan.plan.actions.importing import NoDraftOfOneInForce
from anlan.plan.models import Notice
from anlan.plan.queries.items import current_notice
from anlan.registers.rules.scope import PROGRAM
from tests.plan.screens.conftest import division_of_work

NUMBER = "演示〔2026〕16号"


@pytest.fixture(autouse=True)
def _uploads(settings: Any, tmp_path: Path) -> None:
    settings.ANLAN_UPLOADS = tmp_path / "uploads"


def text() -> bytes:
    return division_of_work(6, number=NUMBER).encode()


def answer_page(client: Any, data: bytes) -> str:
    response = client.post("/plan/import/", {"file": SimpleUploadedFile("n.txt", data)})
    assert response.status_code == 302, response.content.decode()
    return str(response.url)


def test_ticked_it_is_a_draft_and_the_notice_in_force_stays(client_as: Any) -> None:
    client, before = client_as("bureau"), current_notice(PROGRAM)
    page = answer_page(client, text())
    assert 'name="is_draft"' in client.get(page).content.decode()
    client.post(page, {"is_draft": "on"})
    made = Notice.objects.get(number=NUMBER)
    assert made.is_draft
    assert current_notice(PROGRAM) == before
    shown = client.get(reverse("plan-notice", args=[made.pk])).content.decode()
    assert "征求意见稿，未生效" in shown
    client.post(page, {})
    assert Notice.objects.get(number=NUMBER).is_draft, "a second click gives the first result"


def test_not_ticked_it_is_none(client_as: Any) -> None:
    client = client_as("bureau")
    client.post(answer_page(client, text()), {})
    assert not Notice.objects.get(number=NUMBER).is_draft


def test_a_new_edition_of_one_in_force_is_no_draft(client_as: Any) -> None:
    client = client_as("bureau")
    client.post(answer_page(client, text()), {})
    more = division_of_work(7, number=NUMBER).encode()
    page = answer_page(client, more)
    assert 'name="is_draft"' not in client.get(page).content.decode()
    refused = client.post(page, {"is_draft": "on"})
    assert refused.status_code == NoDraftOfOneInForce.status
    assert "已生效" in refused.content.decode()
    assert Notice.objects.get(number=NUMBER).current_edition == 1


def test_a_new_edition_of_a_draft_stays_one(client_as: Any) -> None:
    client = client_as("bureau")
    client.post(answer_page(client, text()), {"is_draft": "on"})
    client.post(answer_page(client, division_of_work(7, number=NUMBER).encode()), {})
    made = Notice.objects.get(number=NUMBER)
    assert (made.is_draft, made.current_edition) == (True, 2)


@pytest.mark.parametrize("is_draft", [True, False])
def test_over_the_api(client_as: Any, request_ids: Callable[[], str], is_draft: bool) -> None:
    client, key = client_as("bureau"), request_ids()

    def send(draft: bool) -> Any:
        said = {"reason": "演示", "request_id": key, "is_draft": json.dumps(draft)}
        file = SimpleUploadedFile("n.txt", text())
        return client.post("/api/v1/notices/import", said | {"file": file})

    made = send(is_draft)
    assert made.status_code == 201, made.content
    assert Notice.objects.get(number=NUMBER).is_draft is is_draft
    assert send(is_draft).json() == made.json()
    assert send(not is_draft).status_code == 409
