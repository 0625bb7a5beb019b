"""Run by `test_processes.py` in processes of its own: `separate_process.py VERB:ARGUMENT… …`.

The instance is the one that ANLAN_HOME names. A verb that dies kills its own process with
signal 9 at that moment. Acknowledged batches are lines of `acknowledged.txt`, flushed to disk.
"""

import json
import os
import signal
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "anlan.site.settings"

import django

django.setup()

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management import call_command

from anlan.base.journal import keys, sealing, verification
from anlan.sensing.actions import intake
from anlan.sensing.models import Datastream, IntakeBatch
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.store import engine, writes
from anlan.sensing.store.reads import rejections_of, revisions, rows_of
from anlan.sensing.store.values import digest_of_rows, to_us
from tests.processes import run
from tests.registers.kept import NOW, make_kept_city, said
from tests.sensing.stations import make_station, make_stream

START = dt.datetime(2026, 11, 10, tzinfo=dt.UTC)
"""Long enough before now that no sender, however quick, comes to readings of the future."""
HEAD = "station,property,time,value"


def make() -> str:
    settings.ANLAN_HOME.mkdir(parents=True, exist_ok=True)
    keys.make_key_if_absent()
    call_command("migrate", verbosity=0)
    make_kept_city()
    make_stream(make_station())
    return "made"


def die(*args: Any, **kwargs: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def at(minutes: int) -> str:
    return (START + dt.timedelta(minutes=minutes)).isoformat()


def send(name: str) -> dict[str, Any]:
    """The batch of a name: 20 readings, always the same for the same name."""
    first = int(name) * 20
    rows = [f"YC-R-001,rain,{at(first + n)},{(first + n) % 7}" for n in range(20)]
    content = "\n".join([HEAD, *rows]).encode()
    answer = intake.take_readings(content, CSV, **said(request_id=f"batch-{name}"))
    with (settings.ANLAN_HOME / "acknowledged.txt").open("a") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    return answer


def die_inside_store(name: str) -> str:
    add = writes.add_batch

    def adds_and_dies(*args: Any) -> None:
        add(*args)
        die()

    intake.add_batch = adds_and_dies
    send(name)
    return "alive"


def die_between(name: str) -> str:
    intake._enter = die
    send(name)
    return "alive"


def die_inside_journal(name: str) -> str:
    intake.IntakeBatch = die  # type: ignore[misc,assignment]
    send(name)
    return "alive"


def die_before_note(name: str) -> str:
    intake.note_journaled = die
    send(name)
    return "alive"


def die_before_answer(name: str) -> str:
    intake._answer = die
    send(name)
    return "alive"


def send_many(first: str) -> str:
    for name in range(int(first), int(first) + 400):
        send(str(name))
    return "sent"


def race(count: str) -> str:
    """Everybody sends the same batches at once, under the same request ids."""
    for name in range(int(count)):
        send(str(name))
    return "sent"


def sweep() -> int:
    return intake.enter_batches(NOW)


def found() -> dict[str, Any]:
    sealing.seal(NOW)
    stream = Datastream.objects.get()
    path = settings.ANLAN_HOME / "acknowledged.txt"
    names = sorted(set(path.read_text().split())) if path.exists() else []
    times = [START + dt.timedelta(minutes=int(n) * 20 + k) for n in names for k in range(20)]
    with engine.reading() as session:
        kept = revisions(session, stream.pk, [to_us(time) for time in times])
        total = session.rows("SELECT COUNT(*) FROM sensing_observation")[0][0]
        batches = session.rows("SELECT COUNT(*) FROM sensing_batch")[0][0]
        open_ = session.rows("SELECT COUNT(*) FROM sensing_batch WHERE journaled = 0")[0][0]
    proven = [
        digest_of_rows(rows_of(row.pk), rejections_of(row.pk)) == row.digest
        for row in IntakeBatch.objects.all()
    ]
    return {
        "rows": total,
        "batches": batches,
        "open": open_,
        "entries": len(proven),
        "proven": all(proven),
        "acknowledged": len(names),
        "lost": len(times) - len(kept),
        "journal": verification.verify().ok,
    }


if __name__ == "__main__":
    print(json.dumps(run(globals(), sys.argv[1:]), default=str))
