"""Server-sent events of a served instance: sign-in, scope, resume, rights, many readers."""

import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.served import Served, served

WITHIN_S = 30
CLIENTS: list[httpx.Client] = []
LISTENERS: list["Listener"] = []


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("live")) as found:
        yield found
    for listener in LISTENERS:
        listener.thread.join(WITHIN_S)
    for client in CLIENTS:
        client.close()


def signed_in(instance: Served, login: str) -> httpx.Client:
    from anlan.site.demo_logins import demo_password

    client = httpx.Client(base_url=instance.url, timeout=WITHIN_S)
    CLIENTS.append(client)
    answer = client.post("/api/v1/session", json={"login": login, "password": demo_password()})
    assert answer.status_code == 201, answer.text
    client.headers["X-CSRFToken"] = answer.json()["csrf_token"]
    return client


OURS = {"registers.account.open", "registers.statistic.add"}


class Listener:
    """Reads events in a thread until closed."""

    def __init__(self, client: httpx.Client, last: str = "") -> None:
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self.last, self.opened = last, threading.Event()
        self._stop = False
        self._client = client
        self.thread = threading.Thread(target=self._run, args=(last,), daemon=True)
        self.thread.start()
        LISTENERS.append(self)
        assert self.opened.wait(WITHIN_S)

    def _run(self, last: str) -> None:
        with suppress(httpx.HTTPError):  # the instance stopped
            self._listen(last)

    def _listen(self, last: str) -> None:
        headers = {"Last-Event-ID": last} if last else {}
        with self._client.stream("GET", "/events", headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            kind = ""
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    self.last = line[4:]
                    self.opened.set()
                elif line.startswith("event: "):
                    kind = line[7:]
                elif line.startswith("data: "):
                    self.events.put({"kind": kind} | json.loads(line[6:]))
                if self._stop:
                    return

    def next(self) -> dict[str, Any]:
        """The next thing that people did; the sweeps of the program go on meanwhile."""
        while True:
            event = self.events.get(timeout=WITHIN_S)
            if event.get("action") in OURS:
                return event

    def close(self) -> None:
        self._stop = True


def add_figure(client: httpx.Client, edition: str) -> str:
    answer = client.post(
        "/api/v1/statistics",
        json={
            "region": "140800",
            "year": 2020,
            "indicator": "gdp",
            "value": "1",
            "unit_of_measure": "CNY",
            "state": "known",
            "edition": edition,
            "source": "演示",
            "mark": "X",
            "reason": "试",
        },
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def add_colleague(client: httpx.Client, login: str) -> None:
    answer = client.post(
        "/api/v1/accounts",
        json={
            "name": f"演示·{login}",
            "mobile": "19900000555",
            "login": login,
            "password": "a-long-password-2026",
        },
    )
    assert answer.status_code == 201, answer.text


def test_nobody_signed_in_is_told_nothing(instance: Served) -> None:
    assert httpx.get(f"{instance.url}/events").status_code == 401
    assert httpx.post(f"{instance.url}/events").status_code in (403, 405)


def test_scope_and_resume(instance: Served) -> None:
    admin = signed_in(instance, "admin")
    office, public = signed_in(instance, "bureau"), signed_in(instance, "public")
    listening, outside = Listener(office), Listener(public)
    add_colleague(admin, "live-one")
    key = add_figure(admin, "实时 1")
    seen = [listening.next(), listening.next()]
    assert [event["action"] for event in seen] == [
        "registers.account.open",
        "registers.statistic.add",
    ]
    assert {"model": "registers.statistic", "id": key} in seen[1]["subjects"]
    assert "registers.account" not in {s["model"] for s in seen[0]["subjects"]}
    first = outside.next()
    assert (first["kind"], first["action"]) == ("change", "registers.statistic.add")
    assert "live-one" not in json.dumps([*seen, first])
    stood_at = str(seen[0]["seq"])
    listening.close()
    add_figure(admin, "实时 2")
    time.sleep(2)
    again = Listener(signed_in(instance, "bureau"), last=stood_at)
    resumed = [again.next(), again.next()]
    assert [event["seq"] for event in resumed] == sorted(event["seq"] for event in resumed)
    assert resumed[0]["seq"] == seen[1]["seq"]
    add_figure(admin, "实时 3")
    third = again.next()
    assert third["seq"] > resumed[1]["seq"]
    assert not [event for event in again.events.queue if event.get("action") in OURS]
    again.close()
    outside.close()


def test_pages_answer_while_many_listen(instance: Served) -> None:
    clients = [signed_in(instance, "county") for _ in range(12)]
    listeners = [Listener(client) for client in clients]
    admin = signed_in(instance, "admin")
    assert admin.get("/plan/").status_code == 200
    add_figure(admin, "实时 众")
    assert {listener.next()["action"] for listener in listeners} == {"registers.statistic.add"}
    for listener in listeners:
        listener.close()
    log = Path(instance.home / "serve.log").read_text()
    assert "Traceback" not in log
