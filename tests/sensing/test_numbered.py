"""What became known in the order of being known: from memory and from the store it is the same."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.parts import registry
from anlan.sensing.store import numbered, writes
from anlan.sensing.store.engine import writing
from anlan.sensing.store.numbered import arrived, held_at, kept_here, newest_number
from anlan.sensing.store.values import Rows
from tests.warning.watched import MINUTE, START, every, only, speak, stream

pytestmark = pytest.mark.usefixtures("kept")


def said_in(rows: Rows) -> list[tuple[Any, ...]]:
    streams = [rows.keys[number] for number in rows.stream.tolist()]
    columns = (rows.at_us, rows.revision, rows.value, rows.flags, rows.received_us)
    return sorted(zip(streams, *(column.tolist() for column in columns), strict=True))


def test_memory_says_what_the_store_says(monkeypatch: pytest.MonkeyPatch) -> None:
    only("rainstorm")
    first, second = stream(), stream(code="YC-R-002")
    speak(first, every(first, [1.0, 2.0, 3.0]), now=START + 20 * MINUTE)
    speak(second, every(second, [4.0]), now=START + 21 * MINUTE)
    speak(first, [(START + 10 * MINUTE, 2.5)], now=START + 22 * MINUTE)
    assert newest_number() == 3
    spans = [(0, 1), (0, 2), (0, 3), (1, 3), (2, 3), (3, 3)]
    remembered = [said_in(arrived(*span)) for span in spans]
    assert [len(rows) for rows in remembered] == [3, 4, 5, 2, 1, 0]
    asked: list[bytes] = []
    inner = numbered._of_batch
    monkeypatch.setattr(numbered, "_last", {})
    monkeypatch.setattr(
        numbered, "_of_batch", lambda session, batch: asked.append(batch) or inner(session, batch)
    )
    assert [said_in(arrived(*span)) for span in spans] == remembered
    assert len(asked) == 9


def test_a_state_is_what_was_held_at_its_number() -> None:
    only("rainstorm")
    row = stream()
    speak(row, every(row, [1.0, 2.0]), now=START + 20 * MINUTE)
    speak(row, [(START + 10 * MINUTE, 2.5)], now=START + 22 * MINUTE)
    span = [(row.pk.bytes, 0, 2**62)]
    assert [held_at(number, span).value.tolist() for number in (0, 1, 2)] == [
        [],
        [1.0, 2.0],
        [1.0, 2.5],
    ]


def test_a_batch_that_was_not_committed_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    only("rainstorm")
    row = stream()

    class Away(Exception):
        pass

    def dies(*args: Any) -> Any:
        raise Away

    with monkeypatch.context() as patched:
        patched.setattr("anlan.sensing.actions.intake.add_batch", _then(writes.add_batch, dies))
        with pytest.raises(Away):
            speak(row, every(row, [1.0]), now=START + 5 * MINUTE)
    assert newest_number() == 0
    assert not len(arrived(0, 10))
    speak(row, every(row, [2.0]), now=START + 6 * MINUTE)
    assert arrived(0, 10).value.tolist() == [2.0]
    here = kept_here(range(1, 2))
    assert here is not None
    assert here.value.tolist() == [2.0]


def test_what_was_kept_here_is_known_by_its_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    only("rainstorm")
    monkeypatch.setattr(numbered, "_last", type(numbered._last)())
    told: list[range] = []
    hearers = [lambda now, kept: told.append(kept)]
    monkeypatch.setattr(type(registry), "hearers", lambda self: hearers)
    row = stream()
    for number, value in enumerate([1.0, 2.0, 3.0]):
        at = START + 5 * number * MINUTE
        speak(row, every(row, [value], at), now=at + 5 * MINUTE)
    assert told == [range(1, 2), range(2, 3), range(3, 4)]
    for numbers in (range(1, 2), range(2, 4), range(1, 4)):
        here = kept_here(numbers)
        assert here is not None
        assert said_in(here) == said_in(arrived(numbers.start - 1, numbers[-1]))
    assert kept_here(range(3, 5)) is None
    monkeypatch.setattr(numbered, "_last", {})
    assert kept_here(range(1, 2)) is None


def _then(work: Any, after: Any) -> Any:
    def both(*args: Any) -> Any:
        work(*args)
        return after()

    return both


def test_little_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    only("rainstorm")
    row = stream()
    monkeypatch.setattr(numbered, "_last", type(numbered._last)())
    monkeypatch.setattr(numbered, "MOST_BATCHES", 3)
    monkeypatch.setattr(numbered, "MOST_ROWS", 10)
    for number in range(5):
        at = START + dt.timedelta(minutes=5 * number)
        speak(row, every(row, [0.1], at), now=at + 5 * MINUTE)
    assert len(numbered._last) == 3
    many = START + 60 * MINUTE
    speak(row, every(row, [0.1] * 12, many), now=many + 60 * MINUTE)
    assert len(numbered._last) == 1
    with writing() as session:
        session.rows("DELETE FROM sensing_batch_order WHERE seq < 6")
    assert len(arrived(0, 6)) == 12
