"""`anlan sense replay`: readings of a file through the same intake as those of a sender."""

import argparse
import json
import signal
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.errors import Refused
from anlan.base.identity import new_id
from anlan.base.parts import Command, registry
from anlan.registers.models import ReportingUnit
from anlan.registers.rules.scope import PROGRAM
from anlan.sensing.actions.archiving import archive
from anlan.sensing.actions.intake import take_readings
from anlan.sensing.choices import IntakeWay
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.rules.decoding.decoded import Decoder, NotInThisForm, Why, text_of
from anlan.sensing.rules.decoding.forms import DECODERS
from anlan.sensing.store.reads import rows_of
from anlan.sensing.store.values import from_us
from anlan.sensing.workers import mqtt, stream

LINES_AT_ONCE = 50_000
MOST_LINES_OF_A_CELL = 100
BY_LINE = ("csv", "ndjson")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")


def _operator() -> Actor:
    """Whoever may run the program on its machine keeps the stations of every unit."""
    units = frozenset(ReportingUnit.objects.values_list("code", flat=True))
    return Actor(account="program:command-line", scope=replace(PROGRAM, units=units))


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=".csv (.tsv, .txt), .json, .ndjson or .hj212")


def _replay(options: argparse.Namespace) -> int:
    path: Path = options.file
    decoder = _decoder_of(path.suffix.lower())
    if not path.is_file() or decoder is None:
        print(
            _("No such file, or no form that is read here: {file}").format(file=path),
            file=sys.stderr,
        )
        return 1
    counts: Counter[str] = Counter()
    rejected: list[dict[str, Any]] = []
    batches: list[str] = []
    try:
        for skipped, content in _portions(path.read_bytes(), decoder):
            answer = take_readings(
                content,
                decoder,
                actor=_operator(),
                now=clock.now(),
                request_id=new_id().hex,
                reason=path.name,
                way=IntakeWay.FILE,
            )
            counts.update(answer["counts"])
            batches.append(answer["batch"])
            rejected += [
                row | {"line": row["line"] + skipped, "says": _(Why(row["why"]).label)}
                for row in answer["rejected"]
            ]
    except Refused as refusal:
        print(refusal.text(), file=sys.stderr)
        return 1
    told = _consequences(batches)
    _print(options, dict(counts), rejected, batches, told)
    return 0


def _decoder_of(suffix: str) -> Decoder | None:
    """A workbook is given to the reader of CSV, which says how to save it."""
    wanted = CSV.suffixes[0] if suffix in WORKBOOKS else suffix
    return next((each for each in DECODERS if wanted in each.suffixes), None)


def _consequences(batches: list[str]) -> list[Any]:
    """What the stages to the right conclude from the readings that this replay kept."""
    now = clock.now()
    rows = [row for batch in batches for row in rows_of(uuid.UUID(batch))]
    if not rows:
        return []
    streams = sorted({row.stream for row in rows})
    first, last = min(row.at_us for row in rows), max(row.at_us for row in rows)
    return [
        row
        for each in registry.consequences()
        for row in each.tell(streams, from_us(first), from_us(last), now)
    ]


def _print(
    options: argparse.Namespace,
    counts: dict[str, int],
    rejected: list[dict[str, Any]],
    batches: list[str],
    told: list[Any],
) -> None:
    if options.json:
        found = {"rows": sum(counts.values()), "counts": counts, "rejected": rejected}
        print(json.dumps(found | {"batches": batches, "warnings": told}, ensure_ascii=False))
        return
    for name, number in counts.items():
        print(f"{name}: {number}")
    for row in rejected:
        print(f"{row['line']}: {row['says']} – {row['text']}")
    for row in told:
        print(f"{row['opened_at']} {row['station']} {row['rule']}: {row['level']}")


def _portions(content: bytes, decoder: Decoder) -> Iterator[tuple[int, bytes]]:
    """(lines before, content) of parts that one batch takes; the head goes with each."""
    lines = _lines(content) if decoder.name in BY_LINE else []
    if len(lines) <= LINES_AT_ONCE:
        yield 0, content
        return
    start = _end(lines, 0, 1) if decoder is CSV else 0
    head = lines[:start]
    while start < len(lines):
        end = _end(lines, start, LINES_AT_ONCE) if decoder is CSV else start + LINES_AT_ONCE
        yield start - len(head), "".join([*head, *lines[start:end]]).encode()
        start = end


def _lines(content: bytes) -> list[str]:
    """Lines of a text, in whichever encoding it is."""
    try:
        return list(StringIO(text_of(content), newline=""))
    except NotInThisForm:
        return []


def _end(lines: list[str], start: int, number: int) -> int:
    """Where a part of about so many lines ends: not within a cell of several lines."""
    least = start + number
    for end in range(least, min(least + MOST_LINES_OF_A_CELL, len(lines)) + 1):
        if "".join(lines[start:end]).count('"') % 2 == 0:
            return end
    return least


def _nothing(parser: argparse.ArgumentParser) -> None:
    """A verb without options of its own."""


def _lasting(service: Any, switch: str, options: argparse.Namespace) -> int:
    """Run a service until this process is told to end."""
    if not service.is_on():
        print(_("This way is off: set {name} first.").format(name=switch), file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    service.run(stop)
    return 0


def _archive_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--months", type=int, default=13, help="months that stay in the store (at least 2)"
    )


def _archive(options: argparse.Namespace) -> int:
    moved = archive(clock.now(), options.months)
    if options.json:
        print(json.dumps({"rows": moved}))
    else:
        print(_("Readings moved into files of older months: {count}").format(count=moved))
    return 0


SENSE_COMMANDS = (
    Command(
        path=("sense", "archive"),
        help="move readings of older months out of the store into files beside it",
        configure=_archive_options,
        run=_archive,
    ),
    Command(
        path=("sense", "mqtt"),
        help="take readings in from the broker of devices, until stopped",
        configure=_nothing,
        run=partial(_lasting, mqtt, "ANLAN_MQTT_URL"),
    ),
    Command(
        path=("sense", "work"),
        help="take readings in from the stream, until stopped; run as many as needed",
        configure=_nothing,
        run=partial(_lasting, stream, "ANLAN_STREAM_URL"),
    ),
    Command(
        path=("sense", "replay"),
        help="take the readings of a file in",
        configure=_options,
        run=_replay,
    ),
)
