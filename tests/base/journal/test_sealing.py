"""The sealer: gapless, one chain, anchored; and `anlan journal verify` as people call it."""

import datetime as dt
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from anlan.base.actor import Actor
from anlan.base.journal import sealing
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import has_waiting, run_sealer, seal
from anlan.base.journal.verification import Finding, verify
from anlan.base.models import JournalEntry, JournalHead
from anlan.registers.models import Region
from anlan.site.cli import main

Raw = Callable[..., list[tuple[Any, ...]]]
Write = Callable[[str], None]


@pytest.mark.django_db
def test_sealing_is_gapless_in_the_order_of_commit(
    anchor: Path, now: dt.datetime, write_entry: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH_ENTRIES", 3)
    for number in range(8):
        write_entry(f"99000{number}")
    assert has_waiting()
    sealed = seal(now)
    assert (sealed.entries, sealed.seq, sealed.refused) == (8, 8, 0)
    assert not has_waiting()
    order = JournalEntry.objects.order_by("position").values_list("seq", flat=True)
    assert list(order) == list(range(1, 9))
    assert [json.loads(line)["seq"] for line in anchor.read_text().splitlines()] == [0, 3, 6, 8]
    assert seal(now) == sealing.Sealed(entries=0, seq=8, refused=0)
    assert len(anchor.read_text().splitlines()) == 4


@pytest.mark.django_db
def test_forged_rows_do_not_hold_up_what_follows(
    anchor: Path,
    now: dt.datetime,
    write_entry: Write,
    raw: Raw,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More forged rows than a batch holds, in front of a genuine one."""
    monkeypatch.setattr(sealing, "BATCH_ENTRIES", 3)
    for number in range(7):
        raw(
            "INSERT INTO base_journalentry (id, action, actor, known_at, request_id, content, "
            "digest, mac) VALUES (%s, 'a', 'b', '2026-01-01 00:00:00+00:00', %s, '{}', 'x', '')",
            f"0000000000007000800000000000000{number}",
            f"forged-{number}",
        )
    write_entry("999001")
    sealed = seal(now)
    assert (sealed.entries, sealed.seq, sealed.refused) == (1, 1, 7)
    assert verify().finding is Finding.FORGED_UNSEALED


@pytest.mark.django_db
@pytest.mark.parametrize(
    "tamper",
    [
        "DELETE FROM base_journalhead",
        "UPDATE base_journalhead SET seq = 2",
        "UPDATE base_journalhead SET seq = 999",
        "UPDATE base_journalhead SET mac = 'x'",
    ],
)
def test_a_damaged_head_never_stops_the_sealer_nor_breaks_the_chain(
    sealed_journal: Path, now: dt.datetime, write_entry: Write, raw: Raw, tamper: str
) -> None:
    raw(tamper)
    write_entry("990100")
    assert seal(now).seq == 13
    assert verify().ok


@pytest.mark.django_db
def test_entries_cut_off_below_the_head_stay_a_gap(
    sealed_journal: Path, now: dt.datetime, write_entry: Write, raw: Raw
) -> None:
    """Their numbers are not given again while the head still knows them."""
    newest = JournalEntry.objects.get(seq=12).position
    raw("DELETE FROM base_journalsubject WHERE entry_id = %s", newest)
    raw("DELETE FROM base_journalentry WHERE seq = 12")
    write_entry("990100")
    assert seal(now).seq == 13
    report = verify()
    assert (report.finding, report.first_bad_seq) == (Finding.DELETED, 12)


@pytest.mark.django_db
def test_the_loop_seals_and_survives_failures(
    anchor: Path, write_entry: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    calls: list[str] = []

    def failing_then_good(at: dt.datetime) -> sealing.Sealed:
        calls.append("call")
        if len(calls) == 1:
            raise OperationalError("database is locked")
        if len(calls) == 2:
            raise RuntimeError("a defect")
        stop.set()
        return sealing.Sealed(entries=0, seq=0, refused=1)

    monkeypatch.setattr(sealing, "seal", failing_then_good)
    monkeypatch.setattr(sealing, "SEAL_EVERY_S", 0.001)
    monkeypatch.setattr(sealing, "close_old_connections", lambda: None)
    monkeypatch.setattr(sealing.connection, "close", lambda: None)
    run_sealer(stop)
    assert len(calls) == 3


def before_numbering(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen once, when the entries were looked at and before they are locked."""
    number, waiting = sealing._numbered, [act]

    def late(key: bytes, rows: Any) -> Any:
        if waiting:
            waiting.pop()()
        return number(key, rows)

    monkeypatch.setattr(sealing, "_numbered", late)


@pytest.mark.django_db
def test_what_another_sealer_took_meanwhile_is_left_to_it(
    anchor: Path, now: dt.datetime, write_entry: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        write_entry(f"99000{number}")
    before_numbering(monkeypatch, lambda: (seal(now), write_entry("990009")))
    assert seal(now) == sealing.Sealed(entries=0, seq=3, refused=0)
    assert seal(now) == sealing.Sealed(entries=1, seq=4, refused=0)
    assert verify().ok


@pytest.mark.django_db
def test_an_entry_changed_while_it_is_sealed_is_named(
    anchor: Path,
    now: dt.datetime,
    write_entry: Write,
    raw: Raw,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(3):
        write_entry(f"99000{number}")
    second = JournalEntry.objects.order_by("position")[1].position
    forge = "UPDATE base_journalentry SET actor = 'x', content = '{}' WHERE position = %s"
    before_numbering(monkeypatch, lambda: raw(forge, second))
    assert seal(now).entries == 3
    report = verify()
    assert (report.ok, report.first_bad_seq) == (False, 2)


# PostgreSQL: positions are given before commit; SQLite has one writer and its order is kept


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_entry_committed_after_a_higher_position_is_sealed_later(
    anchor: Path, now: dt.datetime, write_entry: Write
) -> None:
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        from django.db import transaction

        with transaction.atomic():
            write_entry("990001")
            written.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(10)
    write_entry("990002")
    assert seal(now).entries == 1
    may_commit.set()
    thread.join()
    assert seal(now).entries == 1
    order = JournalEntry.objects.order_by("seq").values_list("position", flat=True)
    assert list(order) == sorted(order, reverse=True)
    assert verify().ok


@pytest.mark.postgres  # on SQLite this runs on a file, in test_processes.py
@pytest.mark.django_db(transaction=True)
def test_threads_with_one_request_id_and_sealers_together(anchor: Path, now: dt.datetime) -> None:
    answers: list[str] = []

    def ask() -> None:
        with recording(
            action="t.add", actor=Actor(account="k"), now=now, request_id="the-same"
        ) as rec:
            if not rec.repeated:
                row = Region(code="same", name="same", level="county")
                rec.add(row)
                rec.result = {"id": str(row.pk)}
        answers.append(rec.result["id"])
        seal(now)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    report = verify()
    assert (report.ok, report.sealed, report.unproven) == (True, 1, 0)


# the command line


@pytest.mark.django_db
def test_the_command_proves_a_good_journal(
    sealed_journal: Path, write_entry: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write_entry("990100")
    assert main(["journal", "verify"]) == 0
    said = capsys.readouterr()
    assert "sealed 12, anchored to 12" in said.out
    assert "not proven: 1" in said.out
    assert said.err == ""
    assert main(["journal", "verify", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["sealed"], report["unproven"]) == (True, 12, 1)


@pytest.mark.django_db
def test_the_command_names_the_first_bad_entry(
    sealed_journal: Path, raw: Raw, capsys: pytest.CaptureFixture[str]
) -> None:
    raw("UPDATE base_journalentry SET actor = 'x' WHERE seq IN (5, 9)")
    assert main(["journal", "verify"]) == 1
    assert "edited at entry 5" in capsys.readouterr().err
    assert main(["journal", "verify", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["finding"], report["first_bad_seq"]) == (False, "edited", 5)


@pytest.mark.django_db
def test_the_command_seals(
    anchor: Path, write_entry: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write_entry("990100")
    assert main(["journal", "seal"]) == 0
    assert "chain ends at 1" in capsys.readouterr().out
    assert JournalHead.objects.get().seq == 1


@pytest.mark.django_db
def test_wrong_usage_is_exit_code_2() -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["journal", "prove"])
    assert stopped.value.code == 2
