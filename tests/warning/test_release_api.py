"""The API of receipts and of messages as files."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.test import Client

from anlan.base import clock
from anlan.warning.rules.cap.national import read_national
from anlan.warning.rules.cap.reading import read_cap
from tests.warning.test_api import MESSAGES, post, words


def test_a_receipt_over_the_api_and_the_files(client_as: Callable[[str], Client]) -> None:
    client = client_as("bureau")
    made = post(client, text=words()).json()
    assert (made["receipt"], made["restriction"]) == (None, None)
    path = f"{MESSAGES}/{made['id']}/receipt"
    body: dict[str, Any] = {"number": "GJ-1", "received_at": clock.now().isoformat()}
    done = post(client, path, **body)
    assert done.status_code == 200, done.content
    receipt = done.json()["receipt"]
    assert (receipt["number"], receipt["version"]) == ("GJ-1", 1)
    assert post(client, path, **body | {"number": "GJ-2"}).status_code == 409
    again = post(client, path, **body | {"number": "GJ-2", "expected_version": 1})
    assert again.json()["receipt"]["number"] == "GJ-2"
    late = clock.now() + dt.timedelta(hours=1)
    wrong = post(client, path, **body | {"received_at": late.isoformat(), "expected_version": 2})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "receipt-in-future")
    assert post(client_as("public"), path, **body).status_code == 403
    cap = client.get(f"{MESSAGES}/{made['id']}/file")
    assert read_cap(cap.content).is_valid
    national = client.get(f"{MESSAGES}/{made['id']}/file?form=12379")
    assert read_national(national.content).alert is not None
    assert client_as("public").get(f"{MESSAGES}/{made['id']}/file").status_code == 403
