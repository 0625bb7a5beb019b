"""Run by `test_processes.py` in processes of its own: `separate_process.py VERB:ARGUMENT… …`.

The instance is the one that ANLAN_HOME names. Prints the last answer as JSON.
"""

import datetime as dt
import json
import os
import signal
import sys
import threading
from collections.abc import Callable

os.environ["DJANGO_SETTINGS_MODULE"] = "anlan.site.settings"

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from anlan.base import upkeep
from anlan.base.actor import Actor
from anlan.base.errors import Conflict
from anlan.base.journal import anchor, keys, sealing, verification
from anlan.base.journal.recording import recording
from anlan.registers.models import Region
from tests.processes import run

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
KEEPER = Actor(account="keeper")


def add(code: str, request_id: str) -> dict[str, object]:
    with recording(
        action="t.add", actor=KEEPER, now=NOW, request_id=request_id, payload={"code": code}
    ) as rec:
        if not rec.repeated:
            row = Region(code=code, name=code, level="county")
            rec.add(row)
            rec.result = {"id": str(row.pk)}
    return rec.result


def make() -> str:
    keys.make_key_if_absent()
    call_command("migrate", verbosity=0)
    return "made"


def write(prefix: str, count: str) -> str:
    for number in range(int(count)):
        add(f"{prefix}{number:04}", f"{prefix}-{number}")
    return "written"


def write_and_die(code: str) -> str:
    add(code, f"dies-{code}")
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def die_inside(code: str) -> str:
    with recording(action="t.add", actor=KEEPER, now=NOW, request_id=f"in-{code}") as rec:
        rec.add(Region(code=code, name=code, level="county"))
        os.kill(os.getpid(), signal.SIGKILL)
    return ""


def seal_and_die_before_anchor() -> str:
    def die(*, seq: int, sealed_before: int, **_: object) -> None:
        if seq > sealed_before:
            os.kill(os.getpid(), signal.SIGKILL)

    sealing.append_anchor = die
    sealing.seal(NOW)
    return "not reached"


def seal(rounds: str) -> int:
    return sum(sealing.seal(NOW).entries for _ in range(int(rounds)))


def verify() -> dict[str, object]:
    return verification.verify().to_json()


def cut_anchor(bytes_kept_after_line: str, line: str) -> str:
    """What a crash in the middle of writing a line leaves."""
    path = anchor.anchor_path()
    lines = path.read_bytes().splitlines(keepends=True)
    kept = b"".join(lines[: int(line)]) + lines[int(line)][: int(bytes_kept_after_line)]
    path.write_bytes(kept)
    return "cut"


def race(count: str) -> list[object]:
    """Threads that send one request at the same moment."""
    return together(int(count), lambda n: add("same", "the-same-request")["id"])


def race_for_a_row(count: str) -> list[object]:
    """Threads that change one row, each having seen version 1."""
    key = add("row", "row-request")["id"]

    def change(number: int) -> str:
        try:
            upkeep.change(
                Region,
                key,  # type: ignore[arg-type]
                {"name": f"名{number}"},
                expected_version=1,
                actor=KEEPER,
                now=NOW,
                request_id=f"change-{number}",
            )
        except Conflict:
            return "conflict"
        return "changed"

    return together(int(count), change)


def together(count: int, act: Callable[[int], object]) -> list[object]:
    barrier = threading.Barrier(count)
    answers: list[object] = []

    def at_once(number: int) -> None:
        barrier.wait()
        answers.append(act(number))
        connection.close()

    threads = [threading.Thread(target=at_once, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


if __name__ == "__main__":
    print(json.dumps(run(globals(), sys.argv[1:])))
