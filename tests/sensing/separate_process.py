"""Run by `test_processes.py` in processes of its own: `separate_process.py VERB:ARGUMENT… …`.

The instance is the one that ANLAN_HOME names. A verb that dies kills its own process with
signal 9 at that moment. Acknowledged batches are lines of `acknowledged.txt`, flushed to disk.
"""

import hashlib
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
from anlan.sensing.actions import archiving, intake, streaming
from anlan.sensing.actions.errors import StreamUnavailable
from anlan.sensing.models import Datastream, IntakeBatch
from anlan.sensing.queries.live import readings
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.store import archiving as old_months
from anlan.sensing.store import engine, parts, writes
from anlan.sensing.store.reads import newest, rejections_of, revisions, rows_of
from anlan.sensing.store.values import digest_of_rows, to_us
from tests.processes import run
from tests.registers.kept import NOW, make_kept_city, said
from tests.sensing.separate_process_times import START, at
from tests.sensing.stations import make_station, make_stream

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
    intake.enter = die
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
    intake.answer_of = die
    send(name)
    return "alive"


def send_many(first: str) -> str:
    for name in range(int(first), int(first) + 400):
        send(str(name))
    return "sent"


LATER = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)


def archive() -> int:
    return archiving.archive(LATER, 2)


def archive_and_die(moment: str) -> str:
    """Before the file has its name, before the store knows it, before and amid the removal."""
    remove = old_months._remove_some

    def removes_and_dies(rows: Any) -> int:
        remove(rows)
        return int(die())

    names = {"name": "_name", "note": "_note", "remove": "_remove"}
    if moment == "amid":
        old_months._remove_some = removes_and_dies
    else:
        setattr(old_months, names[moment], die)
    archive()
    return "alive"


def series() -> str:
    """Everything that pages and rules read, as a digest: before and after a move the same."""
    found = []
    for stream in Datastream.objects.order_by("station__code"):
        rows = readings(stream.pk, START - dt.timedelta(days=1), LATER, most=10**6)
        found.append(repr([(r.at_us, r.revision, r.value, r.flags, r.received_us) for r in rows]))
        found.append(repr(newest([stream.pk], until_us=to_us(LATER))))
    return hashlib.sha256("".join(found).encode()).hexdigest()


def files() -> list[str]:
    folder = parts.folder()
    return sorted(path.name for path in folder.glob("[!.]*")) if folder.exists() else []


def in_store() -> int:
    with engine.reading() as session:
        return int(session.rows("SELECT COUNT(*) FROM sensing_observation")[0][0])


def more_stations() -> str:
    for number in range(2, 9):
        make_stream(make_station(code=f"YC-R-00{number}"))
    return "made"


def found_nothing() -> int:
    """The store is made by whoever opens it first."""
    with engine.reading() as session:
        return int(session.rows("SELECT COUNT(*) FROM sensing_observation")[0][0])


def hand_over(name: str) -> dict[str, Any]:
    """The batch of a name to the stream: 24 readings of eight stations; again until it is taken."""
    first = int(name) * 3
    rows = [
        f"YC-R-00{station},rain,{at(first + n)},{(first + n) % 7}"
        for station in range(1, 9)
        for n in range(3)
    ]
    content = "\n".join([HEAD, *rows]).encode()
    while True:
        try:
            return streaming.hand_over(content, CSV, **said(request_id=f"stream-{name}"))
        except StreamUnavailable:
            continue


def hand_over_many(first: str) -> str:
    for name in range(int(first), int(first) + 150):
        hand_over(str(name))
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


def sums() -> dict[str, Any]:
    """How the rows of all batches ended, and whether the store and the journal agree."""
    sealing.seal(NOW)
    names = ("stored", "corrected", "suspect", "repeated", "rejected")
    rows = list(IntakeBatch.objects.all())
    with engine.reading() as session:
        instants = session.rows(
            "SELECT COUNT(*) FROM (SELECT DISTINCT stream, at_us FROM sensing_observation) x"
        )
        why = session.rows("SELECT why, text FROM sensing_rejection ORDER BY text")
        workers = session.rows("SELECT way, state, detail, backlog FROM sensing_way")
        kept = session.rows("SELECT COUNT(*) FROM sensing_batch")
    proven = [digest_of_rows(rows_of(row.pk), rejections_of(row.pk)) == row.digest for row in rows]
    return {
        **{name: sum(getattr(row, name) for row in rows) for name in names},
        "instants": instants[0][0],
        "batches": len(rows),
        "open": kept[0][0] - len(rows),
        "senders": sorted({row.sender for row in rows}),
        "ways": sorted({row.way for row in rows}),
        "why": why,
        "workers": workers,
        "proven": all(proven),
        "journal": verification.verify().ok,
    }


if __name__ == "__main__":
    print(json.dumps(run(globals(), sys.argv[1:]), default=str))
