"""worlds: the state as of an instant from a long journal, with and without a checkpoint.

Two shapes of journal: `busy` changes some thousand rows again and again, `wide` never touches a
row twice. The rows of the past world are compared with the live ones, and those of half-way with
a plain replay of the journal, before a time counts.
"""

import datetime as dt
import json
import sys
from collections.abc import Sequence
from typing import Any

from bench.rig.instance import lay_city
from bench.rig.measure import Target, at_most, seconds_of
from bench.rig.run import on_databases, require, say, start

FULL = {"entries": 200_000, "rows": {"busy": 4_000, "wide": 200_000}, "tail": 2_000}
SMALL = {"entries": 60, "rows": {"busy": 7, "wide": 60}, "tail": 5}
BATCH = 2_000
SPAN = dt.timedelta(seconds=30)


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("worlds", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    targets = []
    for kind, found in figures.items():
        for shape in ("busy", "wide"):
            if shape in found:
                whole, near = found[shape]["from_start_s"], found[shape]["from_checkpoint_s"]
                targets.append(at_most(f"{kind} {shape}: as of, from the first entry", whole, 15))
                targets.append(at_most(f"{kind} {shape}: as of, from a checkpoint", near, 1))
    return targets


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    from django.db import connection

    lay_city()
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous=OFF")
    from anlan.base import clock

    found, begin = {}, clock.now()
    for shape, rows in sizes["rows"].items():
        found[shape] = _shape(shape, rows, sizes, begin)
        begin += SPAN * 2 * (sizes["entries"] + sizes["tail"])
    return found


def _shape(shape: str, rows: int, sizes: dict[str, Any], begin: dt.datetime) -> dict[str, Any]:
    """One after the other in one journal; the second stands on the entries of the first."""
    from anlan.base import clock
    from anlan.base.journal import sealing
    from anlan.base.models import WorldCheckpoint
    from anlan.base.worlds import checkpoints, past
    from anlan.base.worlds.replay import cut_at

    say(f"worlds: {sizes['entries']} entries over {rows} rows")
    write_journal(shape, rows, sizes["entries"], begin)
    sealing.seal(clock.now())
    for checkpoint in WorldCheckpoint.objects.all():
        checkpoint.delete()
    end = begin + SPAN * sizes["entries"]
    half = begin + SPAN * (sizes["entries"] // 2)
    found: dict[str, Any] = {"entries": cut_at(end).entries}
    found["from_start_s"] = seconds_of(lambda: past.scratch(cut_at(end)))
    _compare(end)
    with past.as_of(half):
        seen = _names(shape)
    require("half-way", seen, _plain_replay(shape, half))
    found["checkpoint_s"] = seconds_of(lambda: checkpoints.make(end))
    write_journal(f"{shape}-tail", rows, sizes["tail"], end)
    sealing.seal(clock.now())
    later = end + SPAN * sizes["tail"]
    past.clear_scratch(kept=0)
    found["from_checkpoint_s"] = seconds_of(lambda: past.scratch(cut_at(later)))
    found["tail_entries"] = sizes["tail"]
    _compare(later)
    found["opened_again_s"] = seconds_of(lambda: _open(later))
    found["file_mb"] = past.scratch(cut_at(later)).stat().st_size / 1e6
    return found


def write_journal(shape: str, rows: int, entries: int, begin: dt.datetime) -> None:
    """Entries as `recording` writes them, many in one transaction; live rows end as they say."""
    from django.db import transaction

    serial = 0
    while serial < entries:
        with transaction.atomic():
            count = min(BATCH, entries - serial)
            _write_batch(shape, rows, range(serial, serial + count), begin)
        serial += count


def _write_batch(shape: str, rows: int, serials: range, begin: dt.datetime) -> None:
    import uuid

    from anlan.base.identity import new_id
    from anlan.base.journal.content import canonical, digest_of
    from anlan.base.journal.keys import journal_key
    from anlan.base.models import JournalEntry, JournalSubject
    from anlan.base.records import writing
    from anlan.base.rows import row_image
    from anlan.registers.models import Region

    family = shape.removesuffix("-tail")
    made, changed = [], []
    entries, subjects = [], []
    for serial in serials:
        number = serial % rows
        key = uuid.uuid5(uuid.NAMESPACE_OID, f"{family}{number}")
        version = serial // rows + (shape.endswith("-tail")) * 1_000 + 1
        row = Region(
            id=key,
            code=f"{family[0]}{number:08}",
            name=f"{shape} {serial}",
            level="village",
            version=version,
        )
        is_new = serial < rows and not shape.endswith("-tail")
        (made if is_new else changed).append(row)
        name = {"model": "registers.region", "key": str(key)}
        entry_id, at = new_id(), begin + SPAN * serial
        content = {
            "format": 1,
            "id": entry_id.hex,
            "action": "bench.region.change",
            "actor": "program:bench",
            "body": "",
            "owner_centre": "140800",
            "known_at": at.isoformat(),
            "valid_at": at.isoformat(),
            "request_id": f"{shape}-{serial}",
            "payload": "",
            "reason": "",
            "images": [name | {"after": row_image(row)}],
            "notes": {},
            "result": {},
        }
        text = canonical(content)
        entry = JournalEntry(
            id=entry_id,
            action=content["action"],
            actor=content["actor"],
            known_at=at,
            request_id=content["request_id"],
            content=text,
            digest=digest_of(journal_key(), text),
        )
        entries.append(entry)
        subjects.append(name)
    JournalEntry.objects.bulk_create(entries)
    by_request = dict(
        JournalEntry.objects.filter(request_id__in=[e.request_id for e in entries]).values_list(
            "request_id", "position"
        )
    )
    JournalSubject.objects.bulk_create(
        JournalSubject(entry_id=by_request[entry.request_id], **name)
        for entry, name in zip(entries, subjects, strict=True)
    )
    token = writing.set(True)
    try:
        Region.objects.bulk_create(made)
        last = {row.pk: row for row in changed}
        Region.objects.bulk_update(last.values(), ["name", "version"], batch_size=200)
    finally:
        writing.reset(token)


def _names(shape: str) -> dict[str, str]:
    from anlan.registers.models import Region

    found = Region.objects.filter(code__startswith=shape[0], level="village")
    found = found.filter(name__startswith=shape)
    return dict(found.values_list("code", "name"))


def _plain_replay(shape: str, instant: dt.datetime) -> dict[str, str]:
    """Every entry one after the other, by nothing but its content."""
    from anlan.base.models import JournalEntry

    found: dict[str, str] = {}
    rows = JournalEntry.objects.filter(
        known_at__lte=instant, seq__isnull=False, request_id__startswith=f"{shape}-"
    )
    contents = rows.order_by("seq").values_list("content", flat=True)
    for content in contents.iterator(chunk_size=2_000):
        after = json.loads(content)["images"][0]["after"]
        found[after["code"]] = after["name"]
    return found


def _compare(instant: dt.datetime) -> None:
    """All regions, past and live."""
    from anlan.base.worlds.past import as_of
    from anlan.registers.models import Region

    columns = ("id", "code", "name", "level", "version", "parent")
    live = set(Region.objects.values_list(*columns))
    with as_of(instant):
        require("regions", len(live ^ set(Region.objects.values_list(*columns))), 0)


def _open(instant: dt.datetime) -> int:
    from anlan.base.worlds.past import as_of
    from anlan.registers.models import Region

    with as_of(instant):
        return Region.objects.filter(level="county").count()


if __name__ == "__main__":
    sys.exit(
        start(
            "worlds",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
