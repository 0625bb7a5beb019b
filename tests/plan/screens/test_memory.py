"""What is remembered of the overview: never stale, never another reader's, computed once."""

import random
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import seal
from anlan.plan.actions.reviewing import NewCorrection, correct_item
from anlan.plan.choices import DutyRole
from anlan.plan.models import Duty, PlanItem
from anlan.plan.queries import memory, overview
from anlan.plan.queries.memory import Memory, forget_rollups, journal_state, remembered
from anlan.plan.queries.overview import matrix, sections, shape
from anlan.plan.rules.corrections import Field
from anlan.registers.models import Body, BodyGroup
from tests.base.worlds.conftest import home, keeper

__all__ = ["home", "keeper"]
VIEWS = ("bodies", "counties", "tree")


@pytest.fixture
def correct(actor_as: Any, now: Any, request_ids: Callable[[], str]) -> Callable[..., PlanItem]:
    def run(item: PlanItem, field: Field, value: Any) -> PlanItem:
        return correct_item(
            NewCorrection(item=item.pk, field=field, value=value, reason="试"),
            expected_version=PlanItem.objects.get(pk=item.pk).version,
            actor=actor_as("bureau"),
            now=now,
            request_id=request_ids(),
        )

    return run


def body_of(html: str) -> str:
    """The page without what is new in every answer: tokens, and the times of page and session."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
    html = re.sub(r'data-left-s="[0-9]+"|datetime="[^"]*"', "", html)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "", html)  # of the watermark and the foot


def headings(notice: Any) -> set[str]:
    return {item.heading for line in sections(notice) for item in line.items}


def page(client: Client, **query: str) -> str:
    answer = client.get("/plan/", query)
    assert answer.status_code == 200
    return body_of(answer.content.decode())


@pytest.mark.parametrize("size", [40, 200])
def test_after_any_edit_the_page_is_as_if_nothing_were_remembered(
    size: int, bureau: Client, imported: Any, notice_text: Any, correct: Any
) -> None:
    notice = imported(notice_text(size))
    turns = random.Random(size)
    items = list(PlanItem.objects.filter(notice=notice))
    edits = [
        (Field.HEADING, lambda n: f"更正的标题{n}"),
        (Field.LEAD_UNITS, lambda n: ["市财政局"] if n % 2 else ["市教育局", "市水务局"]),
        (Field.MODE, lambda n: "sole" if n % 2 else "lead_support"),
    ]
    for turn in range(12):
        for view in VIEWS:
            page(bureau, notice=str(notice.pk), by=view)
        field, value = turns.choice(edits)
        correct(turns.choice(items), field, value(turn))
        remembered_pages = [page(bureau, notice=str(notice.pk), by=view) for view in VIEWS]
        forget_rollups()
        assert remembered_pages == [page(bureau, notice=str(notice.pk), by=v) for v in VIEWS]


def test_a_heading_leaves_the_counts_of_a_large_notice_alone(
    imported: Any, notice_text: Any, correct: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One edit costs what it changes, not the whole roll-up."""
    notice = imported(notice_text(200))
    item = PlanItem.objects.filter(notice=notice).first()
    before = matrix(notice, clock.today()), shape(notice)
    correct(item, Field.HEADING, "另一标题")
    assert (matrix(notice, clock.today()), shape(notice)) == before
    assert matrix(notice, clock.today()) is before[0]
    assert shape(notice) is before[1]
    correct(item, Field.LEAD_UNITS, ["市财政局"])
    assert matrix(notice, clock.today()) is not before[0]


def duties_of(notice: Any) -> Any:
    return Duty.objects.filter(notice=notice).order_by()


def counted(notice: Any) -> dict[Any, Any]:
    """What is remembered of the counts, as one dictionary of cells."""
    return {row[:-1]: row[-1] for row in overview._counts(notice, by_item=False)}


@pytest.mark.parametrize("seed", range(3))
def test_counting_anew_who_was_touched_equals_counting_all(
    seed: int, imported: Any, notice_text: Any, now: Any, request_ids: Any, actor_as: Any
) -> None:
    """Duties come, go, change body, group and role, several in an entry, in one notice or two."""
    notices = [imported(notice_text(130)), imported(notice_text(125, number="另〔2026〕2号"))]
    turns = random.Random(seed)
    bodies = list(Body.objects.order_by("code")[:9])
    groups = list(BodyGroup.objects.order_by("code")[:3])
    anew = [counted(notice) for notice in notices]

    def change(rec: Any, duty: Duty) -> None:
        row = rec.lock(Duty, duty.pk)
        what = turns.choice(("body", "group", "nobody", "role", "gone"))
        if what == "gone":
            return rec.remove(row)
        if what == "role":
            row.role = turns.choice(DutyRole.values)
        else:
            row.body = turns.choice(bodies) if what == "body" else None
            row.group = turns.choice(groups) if what == "group" else None
        return rec.save(row)

    for _turn in range(12):
        for _entry in range(turns.randint(1, 2)):
            with recording(
                action="t", actor=actor_as("bureau"), now=now, request_id=request_ids()
            ) as rec:
                for duty in turns.sample(list(Duty.objects.all()), turns.randint(1, 6)):
                    change(rec, duty)
        anew = [counted(notice) for notice in notices]
        for notice, found in zip(notices, anew, strict=True):
            every = overview._by_bearer(duties_of(notice)).values()
            assert found == {row[:-1]: row[-1] for rows in every for row in rows}


def test_after_one_edit_only_who_was_touched_is_counted(
    imported: Any, notice_text: Any, correct: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = imported(notice_text(200))
    matrix(notice, clock.today())
    asked: list[Any] = []
    count = overview._by_bearer
    monkeypatch.setattr(overview, "_by_bearer", lambda rows: asked.append(rows) or count(rows))
    item = PlanItem.objects.filter(notice=notice).first()
    correct(item, Field.LEAD_UNITS, ["市财政局"])
    once = matrix(notice, clock.today())
    assert 1 <= len(asked) <= 4
    assert all("body_id" in str(rows.query).split("WHERE")[1] for rows in asked)
    forget_rollups()
    assert matrix(notice, clock.today()) == once


def test_where_not_all_changes_are_known_everything_is_counted(
    imported: Any, notice_text: Any, correct: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = imported(notice_text(200))
    before = counted(notice)
    monkeypatch.setattr("anlan.base.journal.changes.ENTRY_CHARS", 10)
    correct(PlanItem.objects.filter(notice=notice).first(), Field.LEAD_UNITS, ["市财政局"])
    after = counted(notice)
    assert after != before
    forget_rollups()
    assert counted(notice) == after


def test_each_reader_sees_its_own_page(client_as: Any, notice: Any) -> None:
    logins = ("bureau", "department", "county", "public")
    clients = {login: client_as(login) for login in logins}
    alone = {}
    for login, client in clients.items():
        forget_rollups()
        alone[login] = [page(client, by=view) for view in VIEWS]
    forget_rollups()
    for _ in range(2):
        for login, client in clients.items():
            assert [page(client, by=view) for view in VIEWS] == alone[login], login
    assert len({pages[0] for pages in alone.values()}) > 1


def test_two_readers_never_share_a_piece(
    client_as: Any, notice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole scope stands in the key, and what is kept knows no token and no name."""
    keys: dict[str, set[Any]] = {}
    pieces: list[str] = []
    recalled = memory._pieces.value

    def note(key: Any, compute: Any, **known: Any) -> Any:
        keys.setdefault(login, set()).add(key)
        pieces.append(recalled(key, compute, **known))
        return pieces[-1]

    monkeypatch.setattr(memory._pieces, "value", note)
    for login in ("bureau", "department", "county", "public"):
        for view in VIEWS:
            page(client_as(login), by=view)
    found = list(keys.values())
    assert all(not one & other for n, one in enumerate(found) for other in found[:n])
    assert pieces
    assert not any("csrf" in piece or "演示·" in piece for piece in pieces)


def test_language_and_address_stand_in_the_key(bureau: Client, notice: Any) -> None:
    chinese = page(bureau)
    bureau.cookies["anlan_language"] = "en"
    english = page(bureau)
    assert chinese != english
    assert "By county" in english
    bureau.cookies["anlan_language"] = "zh-hans"
    assert page(bureau) == chinese
    assert page(bureau, mine="1") != chinese


def test_a_past_state_an_exercise_and_the_present_share_nothing(
    home: Path, keeper: Any, client_as: Any, notice: Any, correct: Any
) -> None:
    from anlan.base.models import WorldFork
    from anlan.base.worlds import forks

    client = client_as("bureau")
    item = PlanItem.objects.filter(notice=notice, is_dropped=False).first()
    seal(clock.now())
    live = page(client, by="tree")
    fork: WorldFork = forks.make(
        "演练-记", actor=keeper, now=clock.now(), request_id="make-memory"
    )
    with forks.inside(fork):
        inside = headings(notice)
        correct(item, Field.HEADING, "只在演练中的标题")
        assert headings(notice) == inside - {item.heading} | {"只在演练中的标题"}
    assert "只在演练中的标题" not in page(client, by="tree")
    assert page(client, by="tree") == live
    correct(item, Field.HEADING, "现实中的标题")
    assert "现实中的标题" in page(client, by="tree")
    with forks.inside(fork):
        assert "只在演练中的标题" in headings(notice)
        assert "现实中的标题" not in headings(notice)


def test_inside_a_recording_nothing_is_remembered(
    notice: Any, actor_as: Any, now: Any, request_ids: Callable[[], str]
) -> None:
    """Rows that may still be rolled back are no state to remember."""
    before = shape(notice).total
    with (
        pytest.raises(LookupError),
        recording(action="t", actor=actor_as("bureau"), now=now, request_id=request_ids()) as rec,
    ):
        item = rec.lock(PlanItem, PlanItem.objects.filter(notice=notice).first().pk)
        item.is_dropped = True
        rec.save(item)
        assert shape(notice).total == before - 1
        raise LookupError
    assert shape(notice).total == before


# computed once


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads of these tests ask no database."""

    class Unchanged:
        @staticmethod
        def have(reads: Any, *, since: int) -> bool:
            return False

    monkeypatch.setattr(memory, "changes_here", lambda: Unchanged)


def test_many_who_ask_at_once_wait_for_one(threads: None) -> None:
    kept, begun, release = Memory(4), threading.Event(), threading.Event()
    answers: list[int] = []
    computed: list[int] = []

    def compute() -> int:
        begun.set()
        release.wait(5)
        computed.append(1)
        return len(computed)

    def ask() -> None:
        answers.append(kept.value(("k",), compute, state=1))

    crew = [threading.Thread(target=ask) for _ in range(8)]
    for one in crew:
        one.start()
    assert begun.wait(5)
    release.set()
    for one in crew:
        one.join(5)
    assert answers == [1] * 8


def test_a_failure_is_not_remembered_and_lets_the_next_one_try(threads: None) -> None:
    kept = Memory(4)

    def fail() -> int:
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            kept.value(("k",), fail, state=1)
    assert kept.value(("k",), lambda: 7, state=1) == 7


def test_the_least_used_is_forgotten(threads: None) -> None:
    kept = Memory(2)
    made: list[str] = []

    def ask(name: str) -> None:
        kept.value((name,), lambda: made.append(name), state=1)

    for name in "abacab":
        ask(name)
    assert made == ["a", "b", "c", "b"]


def test_roll_ups_read_records_alone(notice: Any) -> None:
    """Whatever else they read, the journal could not tell that it changed."""
    from anlan.base.journal.changes import EVERYTHING, reading

    forget_rollups()
    with reading() as reads:
        for run in (lambda: matrix(notice, clock.today()), lambda: sections(notice)):
            run()
    assert reads.columns
    assert EVERYTHING not in reads.columns
    assert (Duty._meta.db_table, "body_id") in reads.columns
    assert (Body._meta.db_table, "short_name") in reads.columns
    assert remembered(("t",), lambda: 1, state=journal_state()) == 1
