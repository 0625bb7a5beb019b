"""Readers over HTTP, in a process of their own so that they do not share the server's interpreter.

    python -m bench.rig.clients '{"port": …, "path": …, "clients": …, "requests": …, "seconds": …,
                                "server_pid": …}'

Each client signs in once, then asks for one page again and again on one connection, without a
pause: the hardest case. Prints the seconds of every request and what was wrong.
"""

import http.client
import json
import os
import re
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

TIMEOUT_S = 30
CSRF_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(slots=True, kw_only=True)
class Reader:
    """One signed-in browser, as far as HTTP goes."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    line: http.client.HTTPConnection = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)

    def read(self, path: str) -> tuple[int, bytes]:
        """As a browser: a line that the server closed while it lay idle is opened once more."""
        try:
            return self.ask(path)
        except (ConnectionResetError, BrokenPipeError):  # also http.client.RemoteDisconnected
            self.line.close()
            return self.ask(path)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        if form is None:
            self.line.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            self.line.request("POST", path, urlencode(form), headers)
        answer = self.line.getresponse()
        body = answer.read()
        for sent in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(sent).items()}
        return answer.status, body

    def sign_in(self, login: str, password: str) -> None:
        _, page = self.ask("/sign-in/")
        token = CSRF_FIELD.search(page.decode())
        if token is None:
            raise RuntimeError("the sign-in page has no form")
        form = {"login": login, "password": password, "csrfmiddlewaretoken": token[1]}
        status, _ = self.ask("/sign-in/", form)
        if status != http.HTTPStatus.FOUND:
            raise RuntimeError(f"sign-in answered {status}")


def read_pages(order: dict[str, Any]) -> dict[str, Any]:
    """At most `requests` in all and about `seconds`, by `clients` at once."""
    readers = [Reader(port=order["port"]) for _ in range(order["clients"])]
    for reader in readers:
        reader.sign_in(order["login"], order["password"])
    taken: list[float] = []
    wrong: list[str] = []
    tickets = count()
    server, client = cpu_s(order["server_pid"]), time.process_time()
    begun = time.perf_counter()
    until = begun + order["seconds"]

    def visit(reader: Reader) -> None:
        while next(tickets) < order["requests"] and time.perf_counter() < until:
            asked = time.perf_counter()
            try:
                status, body = reader.read(order["path"])
            except (OSError, http.client.HTTPException) as error:
                wrong.append(type(error).__name__)
                return
            taken.append(time.perf_counter() - asked)
            if status != http.HTTPStatus.OK or order["expect"].encode() not in body:
                wrong.append(f"{status}, {len(body)} bytes")

    threads = [threading.Thread(target=visit, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "taken": taken,
        "wrong": wrong,
        "elapsed": time.perf_counter() - begun,
        "server_cpu_s": cpu_s(order["server_pid"]) - server,
        "client_cpu_s": time.process_time() - client,
    }


def cpu_s(leader: int) -> float:
    """Processor time of a process and of all that it started; 0 where /proc is not there."""
    ticks, children = {}, defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        pid = int(stat.parent.name)
        ticks[pid] = int(fields[11]) + int(fields[12])
        children[int(fields[1])].append(pid)
    waiting, found = [leader], 0
    while waiting:
        pid = waiting.pop()
        found += ticks.get(pid, 0)
        waiting += children[pid]
    return found / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    print(json.dumps(read_pages(json.loads(sys.argv[1]))))
