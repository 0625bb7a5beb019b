"""Run by `test_monitoring_processes.py`: `separate_process.py VERB:ARGUMENT… …`.

The instance is the one that ANLAN_HOME names. A verb that dies kills its own process with signal 9
at that moment. Rain of a station depends on its number and the minute alone: a storm of three
hours begins each `DAYS_APART` days, at an hour of its own, and ends that day; station 0 stays dry.
"""

import json
import os
import signal
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "anlan.site.settings"

import django

django.setup()

import contextlib
import datetime as dt
import threading
import time
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management import call_command

from anlan.base.errors import Conflict
from anlan.base.journal import keys, sealing, verification
from anlan.sensing.actions import intake, streaming
from anlan.sensing.actions.errors import StreamUnavailable
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.warning.actions import monitoring, monitoring_ahead
from anlan.warning.actions.acknowledging import acknowledge_notice
from anlan.warning.models import MonitoringNotice, NoticeEvent
from tests.processes import run
from tests.registers.kept import make_kept_city, said
from tests.warning.watched import only, stream

START = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
HEAD = "station,property,time,value"
HOLD = "somebody-looks"
STEP_MIN = 5
DAY_MIN = 24 * 60
DAYS_APART = 3
STORM_MIN = 180
AMOUNT = 1.5
"""54 mm in three hours: orange."""


def make(stations: str) -> str:
    settings.ANLAN_HOME.mkdir(parents=True, exist_ok=True)
    keys.make_key_if_absent()
    call_command("migrate", verbosity=0)
    make_kept_city()
    only("rainstorm")
    for number in range(int(stations)):
        stream(code=f"YC-R-{number:03d}")
    return "made"


def amount(station: int, minute: int) -> float:
    """What fell in the step that ends with that minute."""
    if not station:
        return 0.0
    begins = DAY_MIN // 2 + (station * 35) % 420
    within = minute % (DAYS_APART * DAY_MIN) - begins
    return AMOUNT if 0 < within <= STORM_MIN else 0.0


def send(first: str, last: str, from_min: str, until_min: str) -> int:
    """Readings of some stations over a span, one batch; under the same id each time. A station's
    clock runs ahead by some seconds of its own, never past the step."""
    content, key, until = batch(int(first), int(last), int(from_min), int(until_min))
    counts = intake.take_readings(content, CSV, **said(request_id=key, now=until))["counts"]
    return int(counts["stored"])


def batch(first: int, last: int, from_min: int, until_min: int) -> tuple[bytes, str, dt.datetime]:
    """Readings of a span, their request id and when they are sent."""
    lines = [HEAD]
    for station in range(first, last):
        skew = dt.timedelta(seconds=station % 7)
        for minute in range(from_min + STEP_MIN, until_min + 1, STEP_MIN):
            at = START + dt.timedelta(minutes=minute) - skew
            lines.append(f"YC-R-{station:03d},rain,{at.isoformat()},{amount(station, minute)}")
    until = START + dt.timedelta(minutes=until_min)
    return "\n".join(lines).encode(), f"rain-{first}-{last}-{from_min}-{until_min}", until


def hand_over(first: str, last: str, from_min: str, until_min: str) -> str:
    """The same to the stream, an hour at a time; again until it is taken."""
    for minute in range(int(from_min), int(until_min), 60):
        content, key, told_at = batch(int(first), int(last), minute, minute + 60)
        while True:
            try:
                streaming.hand_over(content, CSV, **said(request_id=key, now=told_at))
            except StreamUnavailable:
                continue
            break
    return "sent"


def send_days(first: str, last: str, days: str) -> str:
    """A day at a time; how far it came is a file of its own."""
    for day in range(int(days)):
        send(first, last, str(day * DAY_MIN), str((day + 1) * DAY_MIN))
        note(f"sent-{first}", day + 1)
    return "sent"


def note(name: str, days: int) -> None:
    path = settings.ANLAN_HOME / f"{name}.tmp"
    path.write_text(str(days))
    path.replace(settings.ANLAN_HOME / name)


def sent(*firsts: str) -> int:
    """How many days every sender has finished."""
    paths = [settings.ANLAN_HOME / f"sent-{first}" for first in firsts]
    return min(int(path.read_text()) if path.exists() else 0 for path in paths)


def watch(minute: str, skew_s: str = "0") -> int:
    now = START + dt.timedelta(minutes=int(minute), seconds=int(skew_s))
    return monitoring.watch_readings(now)


def watch_days(days: str, skew_s: str, *firsts: str) -> int:
    """Watch as far as everything was sent, by a clock that is off, until the last day."""
    changed, seen = 0, -1
    while seen < int(days):
        reached = sent(*firsts)
        if reached == seen:
            threading.Event().wait(0.2)
            continue
        for hour in range(max(seen, 0) * 24, reached * 24 + 1, 6):
            _await_eyes()
            changed += watch(str(hour * 60), skew_s)
        seen = reached
    return changed


def watch_steps(until_min: str, skew_s: str) -> int:
    """Again and again by a clock that runs through the span, whatever has come."""
    return sum(watch(str(minute), skew_s) for minute in range(0, int(until_min) + 1, 30))


def die(*args: Any, **kwargs: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def die_in_notice(minute: str) -> int:
    """After a notice was written, before the transaction ends."""
    opened = monitoring.apply_found

    def opens_and_dies(*args: Any) -> Any:
        opened(*args)
        die()

    monitoring.apply_found = opens_and_dies
    return watch(minute)


def die_before_keep(minute: str) -> int:
    """After all notices, before what is remembered is written."""
    monitoring._Run._keep = die  # type: ignore[method-assign]
    return watch(minute)


def die_after_commit(minute: str) -> int:
    """When a transaction of the watch has ended, before anything else."""
    inner = monitoring.recording

    def recorded(**kwargs: Any) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def wrapped() -> Any:
            with inner(**kwargs) as rec:
                yield rec
            if rec.images:
                die()

        return wrapped()

    monitoring.recording = recorded
    return watch(minute)


def die_raising() -> str:
    """From now on: when a sender has written a notice, before it is committed."""
    opened = monitoring_ahead.apply_found

    def opens_and_dies(*args: Any) -> Any:
        opened(*args)
        die()

    monitoring_ahead.apply_found = opens_and_dies
    return "armed"


def die_when_raised() -> str:
    """From now on: when it is committed, before the entry of the batch."""
    raised = monitoring_ahead._raised

    def raises_and_dies(*args: Any) -> Any:
        if raised(*args):
            die()

    monitoring_ahead._raised = raises_and_dies
    return "armed"


def acknowledge() -> int:
    """Whatever is open and nobody has seen. One that the watch changes meanwhile is left to the
    next time; what was acknowledged is a line of `acknowledged.txt`."""
    rows = MonitoringNotice.objects.filter(ended_at__isnull=True, acknowledged_level="")
    done = 0
    for row in rows:
        told = said(request_id=f"seen-{row.pk.hex}-{row.version}")
        with contextlib.suppress(Conflict):
            acknowledge_notice(row.pk, note="已核实", expected_version=row.version, **told)
            with (settings.ANLAN_HOME / "acknowledged.txt").open("a") as file:
                file.write(f"{row.pk}\n")
            done += 1
    return done


def acknowledge_some(wait_s: str) -> int:
    """As soon as something is open. A storm passes in less than a second of the watch, and what
    changes meanwhile cannot be acknowledged: the clocks stand still for whoever has come to see."""
    until, done = time.monotonic() + float(wait_s), 0
    hold = settings.ANLAN_HOME / HOLD
    hold.touch()
    while not done and time.monotonic() < until:
        done = acknowledge()
        threading.Event().wait(0.05)
    hold.unlink()
    return done


def _await_eyes() -> None:
    """While somebody has come to see what is open, and has not seen it."""
    hold = settings.ANLAN_HOME / HOLD
    unseen = MonitoringNotice.objects.filter(ended_at__isnull=True, acknowledged_level="")
    while hold.exists() and unseen.exists():
        threading.Event().wait(0.05)


def found() -> dict[str, Any]:
    sealing.seal(START + dt.timedelta(days=80))
    rows = MonitoringNotice.objects.select_related("datastream__station").order_by(
        "place", "opened_at"
    )
    raised = Counter(NoticeEvent.objects.filter(kind="raised").values_list("notice", flat=True))
    path = settings.ANLAN_HOME / "acknowledged.txt"
    seen = set(path.read_text().split()) if path.exists() else set()
    open_ = Counter(row.place for row in rows if row.ended_at is None)
    return {
        "notices": [
            [row.datastream.station.code, row.highest, row.opened_at.isoformat()] for row in rows
        ],
        "ended": sum(row.ended_at is not None for row in rows),
        "acknowledged": sum(bool(row.acknowledged_level) for row in rows),
        "forgotten": len(seen - {str(row.pk) for row in rows if row.acknowledged_level}),
        "raised_twice": sum(number > 1 for number in raised.values()),
        "open_twice": sum(number > 1 for number in open_.values()),
        "journal": verification.verify().ok,
    }


if __name__ == "__main__":
    print(json.dumps(run(globals(), sys.argv[1:]), default=str))
