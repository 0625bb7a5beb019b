"""`verify` names every change made behind the program's back, against the newest anchor."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base.journal.content import GENESIS, canonical
from anlan.base.journal.sealing import seal
from anlan.base.journal.verification import LABELS, Finding, Report, verify
from anlan.base.models import JournalEntry, JournalHead

pytestmark = pytest.mark.django_db
ENTRIES = 12
Raw = Callable[..., list[tuple[Any, ...]]]
PROPERTY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SEQ = st.integers(min_value=1, max_value=ENTRIES)


class _Undo(Exception):
    pass


def after(tamper: Callable[[], object]) -> Report:
    """The report after a change that is taken back again."""
    found: list[Report] = []
    try:
        with transaction.atomic():
            tamper()
            found.append(verify())
            raise _Undo
    except _Undo:
        return found[0]


def named(report: Report) -> tuple[Finding | None, int | None]:
    assert not report.ok
    return report.finding, report.first_bad_seq


def test_an_untouched_journal_is_proven(sealed_journal: Path) -> None:
    report = verify()
    assert report == Report(ok=True, sealed=12, unproven=0, anchored_seq=12)


def test_an_empty_journal_is_fine(anchor: Path) -> None:
    assert verify() == Report(ok=True, sealed=0, unproven=0, anchored_seq=0)


def test_the_unsealed_tail_is_reported_as_unproven(
    sealed_journal: Path, write_entry: Callable[[str], None], now: dt.datetime
) -> None:
    write_entry("990100")
    write_entry("990101")
    report = verify()
    assert (report.ok, report.sealed, report.unproven) == (True, 12, 2)
    seal(now)
    assert (verify().sealed, verify().unproven) == (14, 0)


# edits of every column of an entry

EDITS: dict[str, tuple[str, Finding]] = {
    "action": ("'x.y'", Finding.EDITED),
    "actor": ("'somebody'", Finding.EDITED),
    "known_at": ("'2001-01-01 00:00:00+00:00'", Finding.EDITED),
    "request_id": ("'another-request'", Finding.EDITED),
    "content": ("content || ' '", Finding.EDITED),
    "digest": (f"'{'a' * 64}'", Finding.EDITED),
    "id": ("'00000000000070008000000000000000'", Finding.EDITED),
    "mac": (f"'{'a' * 64}'", Finding.INSERTED_OR_MOVED),
    "seq": ("seq + 1000", Finding.DELETED),
    "position": ("position + 100000", Finding.INSERTED_OR_MOVED),
}


def test_every_column_is_edited_somewhere() -> None:
    assert set(EDITS) == {field.attname for field in JournalEntry._meta.concrete_fields}


@pytest.mark.parametrize("column", EDITS)
@PROPERTY
@given(seq=SEQ)
def test_an_edit_of_any_column_is_named(
    sealed_journal: Path, raw: Raw, column: str, seq: int
) -> None:
    value, finding = EDITS[column]

    def tamper() -> None:
        if column == "position":
            place = JournalEntry.objects.get(seq=seq).position
            raw(
                "UPDATE base_journalsubject SET entry_id = entry_id + 100000 WHERE entry_id = %s",
                place,
            )
        raw(f"UPDATE base_journalentry SET {column} = {value} WHERE seq = %s", seq)  # noqa: S608

    report = after(tamper)
    if column == "seq" and seq == ENTRIES:
        finding = Finding.DELETED
    assert named(report) == (finding, seq)


@PROPERTY
@given(seq=SEQ, field=st.sampled_from(["reason", "actor", "images", "result", "notes", "body"]))
def test_a_rewritten_content_without_the_key_is_named(
    sealed_journal: Path, raw: Raw, seq: int, field: str
) -> None:
    """The forger rewrites the text and puts a digest of his own beside it."""
    from anlan.base.journal.content import digest_of

    def tamper() -> None:
        text = JournalEntry.objects.get(seq=seq).content
        forged = canonical(json.loads(text) | {field: "forged"})
        digest = digest_of(b"not the key", forged)
        raw(
            "UPDATE base_journalentry SET content = %s, digest = %s WHERE seq = %s",
            forged,
            digest,
            seq,
        )

    assert named(after(tamper)) == (Finding.EDITED, seq)


def forget(raw: Raw, condition: str, *values: Any) -> None:
    raw(
        "DELETE FROM base_journalsubject WHERE entry_id IN "  # noqa: S608
        f"(SELECT position FROM base_journalentry WHERE {condition})",
        *values,
    )
    raw(f"DELETE FROM base_journalentry WHERE {condition}", *values)  # noqa: S608


@PROPERTY
@given(seq=SEQ, renumber=st.booleans())
def test_a_deletion_is_named(sealed_journal: Path, raw: Raw, seq: int, renumber: bool) -> None:
    def tamper() -> None:
        forget(raw, "seq = %s", seq)
        if renumber:
            for later in range(seq + 1, ENTRIES + 1):
                raw("UPDATE base_journalentry SET seq = %s WHERE seq = %s", later - 1, later)
            raw("UPDATE base_journalhead SET seq = seq - 1")

    finding, first = named(after(tamper))
    assert first == seq
    if seq == ENTRIES:
        assert finding is Finding.TRUNCATED
    else:
        assert finding is (Finding.INSERTED_OR_MOVED if renumber else Finding.DELETED)


@PROPERTY
@given(one=SEQ, other=SEQ)
def test_a_reordering_is_named(sealed_journal: Path, raw: Raw, one: int, other: int) -> None:
    def tamper() -> None:
        first, second = (JournalEntry.objects.get(seq=seq).position for seq in (one, other))
        change = "UPDATE base_journalentry SET seq = %s WHERE position = %s"
        raw(change, None, first)
        raw(change, one, second)
        raw(change, other, first)

    report = after(tamper)
    if one == other:
        assert report.ok
    else:
        assert named(report) == (Finding.INSERTED_OR_MOVED, min(one, other))


COLUMNS = "id, action, actor, known_at, request_id, content, digest, seq, mac"


@PROPERTY
@given(seq=SEQ, source=SEQ)
def test_an_insertion_is_named(sealed_journal: Path, raw: Raw, seq: int, source: int) -> None:
    """A copy of a genuine entry is put in; everything after it is moved up."""

    def tamper() -> None:
        for later in range(ENTRIES, seq - 1, -1):
            raw("UPDATE base_journalentry SET seq = %s WHERE seq = %s", later + 1, later)
        raw("UPDATE base_journalhead SET seq = seq + 1")
        taken = source + 1 if source >= seq else source
        raw(
            f"INSERT INTO base_journalentry ({COLUMNS}) "  # noqa: S608
            "SELECT '00000000000070008000000000000001', action, actor, known_at, 'put-in', "
            "content, digest, %s, mac FROM base_journalentry WHERE seq = %s",
            seq,
            taken,
        )

    assert named(after(tamper)) == (Finding.EDITED, seq)


def test_an_entry_appended_to_the_chain_is_named(sealed_journal: Path, raw: Raw) -> None:
    def tamper() -> None:
        raw(
            f"INSERT INTO base_journalentry ({COLUMNS}) "  # noqa: S608
            "VALUES (%s, 'a', 'b', %s, 'r', %s, %s, 13, %s)",
            "00000000000070008000000000000001",
            "2026-01-01 00:00:00+00:00",
            "{}",
            "a" * 64,
            "b" * 64,
        )
        raw("UPDATE base_journalhead SET seq = 13, mac = %s", "b" * 64)

    assert named(after(tamper)) == (Finding.EDITED, 13)


# truncation


@PROPERTY
@given(kept=st.integers(min_value=0, max_value=ENTRIES - 1), rewrite_head=st.booleans())
def test_a_truncation_is_named(
    sealed_journal: Path, raw: Raw, kept: int, rewrite_head: bool
) -> None:
    def tamper() -> None:
        forget(raw, "seq > %s", kept)
        if rewrite_head:
            mac = JournalEntry.objects.get(seq=kept).mac if kept else ""
            raw("UPDATE base_journalhead SET seq = %s, mac = %s", kept, mac)

    assert named(after(tamper)) == (Finding.TRUNCATED, kept + 1)


def cut_back(raw: Raw, kept: int) -> None:
    forget(raw, "seq > %s", kept)
    raw(
        "UPDATE base_journalhead SET seq = %s, mac = %s",
        kept,
        JournalEntry.objects.get(seq=kept).mac,
    )


def test_a_truncation_stays_named_when_the_program_writes_on(
    sealed_journal: Path, raw: Raw, write_entry: Callable[[str], None], now: dt.datetime
) -> None:
    """The new chain grows past the old anchor: the old line still disagrees."""
    cut_back(raw, 7)
    for number in range(20):
        write_entry(f"98{number:04}")
    seal(now)
    report = verify()
    assert (report.sealed, report.anchored_seq) == (8, 27)
    assert named(report) == (Finding.ANCHOR_DIFFERS, 9)


def test_an_unsealed_entry_taken_from_the_chain_is_named(sealed_journal: Path, raw: Raw) -> None:
    report = after(lambda: raw("UPDATE base_journalentry SET seq = NULL, mac = '' WHERE seq = 5"))
    assert named(report) == (Finding.DELETED, 5)


# head, index, tail

HEADS = {
    "seq": "UPDATE base_journalhead SET seq = seq + 1",
    "seq back": "UPDATE base_journalhead SET seq = 3",
    "mac": "UPDATE base_journalhead SET mac = 'aaaa'",
    "no mac": "UPDATE base_journalhead SET mac = ''",
    "gone": "DELETE FROM base_journalhead",
    "other row": "UPDATE base_journalhead SET id = 2",
}


@pytest.mark.parametrize("sql", HEADS.values(), ids=HEADS)
def test_a_changed_head_is_named(sealed_journal: Path, raw: Raw, sql: str) -> None:
    assert named(after(lambda: raw(sql))) == (Finding.HEAD_CHANGED, 12)


INDEX = {
    "model": "UPDATE base_journalsubject SET model = 'x.y' WHERE entry_id = %s",
    "key": "UPDATE base_journalsubject SET key = 'x' WHERE entry_id = %s",
    "gone": "DELETE FROM base_journalsubject WHERE entry_id = %s",
    "twice": "INSERT INTO base_journalsubject (entry_id, model, key) "
    "SELECT entry_id, model, key FROM base_journalsubject WHERE entry_id = %s",
    "more": "INSERT INTO base_journalsubject (entry_id, model, key) VALUES (%s, 'x.y', 'z')",
}


@pytest.mark.parametrize("sql", INDEX.values(), ids=INDEX)
@PROPERTY
@given(seq=SEQ)
def test_a_changed_history_index_is_named(
    sealed_journal: Path, raw: Raw, sql: str, seq: int
) -> None:
    place = JournalEntry.objects.get(seq=seq).position
    assert named(after(lambda: raw(sql, place))) == (Finding.INDEX_CHANGED, seq)


def test_a_line_of_the_index_moved_to_another_entry_is_named(
    sealed_journal: Path, raw: Raw
) -> None:
    places = dict(JournalEntry.objects.values_list("seq", "position"))
    move = "UPDATE base_journalsubject SET entry_id = %s WHERE entry_id = %s"
    assert named(after(lambda: raw(move, places[9], places[4]))) == (Finding.INDEX_CHANGED, 4)


@pytest.mark.parametrize("place", [-5, 0, 10**9])
def test_a_line_of_the_index_without_an_entry_is_named(
    sealed_journal: Path, raw: Raw, place: int
) -> None:
    more = "INSERT INTO base_journalsubject (entry_id, model, key) VALUES (%s, 'x.y', 'z')"
    report = after(lambda: raw(more, place))
    assert named(report) == (Finding.INDEX_CHANGED, None)
    assert report.detail == "x.y z"


FORGED = (
    f"INSERT INTO base_journalentry ({COLUMNS}) "  # noqa: S608
    "VALUES (%s, 'a', 'b', '2026-01-01 00:00:00+00:00', %s, %s, %s, NULL, '')"
)


@pytest.mark.parametrize("text", ["{}", "not json", '{"images":[]}'])
def test_a_forged_unsealed_row_is_named_and_never_sealed(
    sealed_journal: Path, raw: Raw, now: dt.datetime, text: str
) -> None:
    raw(FORGED, "00000000000070008000000000000001", "forged", text, "a" * 64)
    sealed = seal(now)
    assert (sealed.entries, sealed.refused) == (0, 1)
    report = verify()
    assert named(report) == (Finding.FORGED_UNSEALED, None)
    assert report.detail.startswith("position ")
    assert report.unproven == 1


def test_a_genuine_text_under_another_request_is_never_sealed(
    sealed_journal: Path, raw: Raw, now: dt.datetime
) -> None:
    """The digest answers to the key, the row is a copy all the same."""
    genuine = JournalEntry.objects.get(seq=2)
    raw(FORGED, "00000000000070008000000000000001", "copy", genuine.content, genuine.digest)
    assert seal(now).refused == 1
    assert verify().finding is Finding.FORGED_UNSEALED


def test_an_edited_index_of_the_tail_is_named(
    sealed_journal: Path, raw: Raw, write_entry: Callable[[str], None]
) -> None:
    write_entry("990100")
    report = after(
        lambda: raw(
            "UPDATE base_journalsubject SET key = 'x' WHERE entry_id = "
            "(SELECT MAX(position) FROM base_journalentry)"
        )
    )
    assert report.finding is Finding.INDEX_CHANGED


@pytest.mark.parametrize("column", ["id", "known_at", "content", "seq", "digest"])
def test_bytes_that_are_no_text_are_named_not_stumbled_over(
    sealed_journal: Path, raw: Raw, column: str
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only: the other database refuses such bytes itself")
    for value in ("CAST(x'ff' AS TEXT)", "x'00ff'", "'rubbish'"):
        sql = f"UPDATE base_journalentry SET {column} = {value} WHERE seq = 5"  # noqa: S608
        finding, first = named(after(lambda sql=sql: raw(sql)))  # type: ignore[misc]
        assert first == 5
        assert finding in (Finding.EDITED, Finding.UNREADABLE, Finding.DELETED)


# the anchor file


def restoring(path: Path, change: Callable[[Path], object]) -> Report:
    kept = path.read_bytes()
    try:
        change(path)
        return verify()
    finally:
        path.write_bytes(kept)


def test_a_lost_anchor_is_named(sealed_journal: Path) -> None:
    assert restoring(sealed_journal, lambda p: p.unlink()).finding is Finding.ANCHOR_MISSING
    assert (
        restoring(sealed_journal, lambda p: p.write_bytes(b"")).finding is Finding.ANCHOR_MISSING
    )


def test_a_lost_anchor_stays_named_when_the_program_writes_on(
    sealed_journal: Path, write_entry: Callable[[str], None], now: dt.datetime
) -> None:
    old = sealed_journal.read_bytes()
    sealed_journal.unlink()
    write_entry("990100")
    seal(now)
    report = verify()
    assert report.finding is Finding.ANCHOR_MISSING
    assert report.detail == "begun anew at 12"
    sealed_journal.write_bytes(old + sealed_journal.read_bytes())  # a copy was found
    assert verify().ok


@PROPERTY
@given(place=st.floats(min_value=0, max_value=1, exclude_max=True), byte=st.sampled_from(b"09afz"))
def test_any_changed_byte_of_the_anchor_is_named(
    sealed_journal: Path, place: float, byte: int
) -> None:
    text = sealed_journal.read_bytes()
    at = int(len(text) * place)
    changed = text[:at] + bytes([byte]) + text[at + 1 :]
    report = restoring(sealed_journal, lambda p: p.write_bytes(changed))
    if changed == text:
        assert report.ok
    elif at == text.rfind(b"}"):  # looks like a line that a crash cut off
        assert (report.ok, report.unanchored) == (True, 3)
    else:
        assert report.finding is Finding.ANCHOR_EDITED


@pytest.mark.parametrize("line", [0, 1, 2, 3])
def test_a_line_taken_out_of_the_anchor_is_named(sealed_journal: Path, line: int) -> None:
    lines = sealed_journal.read_bytes().splitlines(keepends=True)
    without = b"".join(lines[:line] + lines[line + 1 :])
    report = restoring(sealed_journal, lambda p: p.write_bytes(without))
    assert report.finding is Finding.ANCHOR_EDITED


def test_lines_of_the_anchor_in_another_order_are_named(sealed_journal: Path) -> None:
    lines = sealed_journal.read_bytes().splitlines(keepends=True)
    report = restoring(sealed_journal, lambda p: p.write_bytes(b"".join(reversed(lines))))
    assert report.finding is Finding.ANCHOR_EDITED


@pytest.mark.parametrize("rubbish", [b"[]", b"3", b'{"seq": 1}', b"\xff\xfe", b'{"seq":"x"}'])
def test_rubbish_in_the_anchor_is_not_stumbled_over(sealed_journal: Path, rubbish: bytes) -> None:
    assert restoring(sealed_journal, lambda p: p.write_bytes(rubbish)).finding in (
        Finding.ANCHOR_EDITED,
        Finding.ANCHOR_MISSING,
    )


def test_an_anchor_of_another_journal_is_named(sealed_journal: Path) -> None:
    """Genuine lines are needed: a forged line does not answer to the key."""
    forged = {"seq": 12, "mac": "a" * 64, "at": "x", "since": 0, "after": GENESIS, "check": "b"}
    report = restoring(sealed_journal, lambda p: p.write_text(json.dumps(forged) + "\n"))
    assert report.finding is Finding.ANCHOR_EDITED


def test_lines_cut_from_the_end_of_the_anchor_are_counted(sealed_journal: Path) -> None:
    """Not provable by this file alone: what came after the newest line is said to be so."""
    lines = sealed_journal.read_bytes().splitlines(keepends=True)
    report = restoring(sealed_journal, lambda p: p.write_bytes(b"".join(lines[:-2])))
    assert (report.ok, report.anchored_seq, report.unanchored) == (True, 6, 6)


def test_every_finding_has_words() -> None:
    assert set(LABELS) == set(Finding)
    assert JournalHead._meta.model_name == "journalhead"
