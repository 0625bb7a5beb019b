"""The merge as cases and as properties: nothing guessed, nothing lost, order does not matter."""

import datetime as dt
import random

from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.workbook.column import SheetField
from anlan.plan.rules.workbook.merge import (
    NO_VALUE,
    CellChange,
    Merge,
    ReturnedRow,
    SentRow,
    chosen_values,
    workbook_merge,
)
from anlan.plan.rules.workbook.row import Frame

FRAME = Frame(today=dt.date(2026, 11, 25), live_from=dt.date(2026, 1, 1))
F = SheetField


def sent(number: int, current: dict[SheetField, str] | None = None, **more: object) -> SentRow:
    return SentRow(
        id=f"id{number}",
        code=f"R{number:03d}",
        sent=more.pop("sent", {}),  # type: ignore[arg-type]
        current=current or {},
        **more,  # type: ignore[arg-type]
    )


def back(number: int, line: int = 0, **cells: str) -> ReturnedRow:
    return ReturnedRow(
        line=line or number,
        id=f"id{number}",
        code=f"R{number:03d}",
        cells={SheetField(name): text for name, text in cells.items()},
    )


def merged(*args: object, **more: object) -> Merge:
    return workbook_merge(*args, FRAME, **more).known()  # type: ignore[arg-type]


def test_a_new_value_is_a_difference_and_an_untouched_row_is_none() -> None:
    found = merged([sent(1), sent(2)], [back(1, state="进行中"), back(2, state="")])
    assert [(c.code, c.cells[0].returned, c.cells[0].change) for c in found.changes] == [
        ("R001", "in-progress", CellChange.NEW)
    ]
    assert found.same == 1


def test_what_was_taken_meanwhile_is_a_conflict_and_a_stale_cell_is_not() -> None:
    row = sent(1, {F.DOCUMENT: "甲1号"})
    assert merged([row], [back(1, document_number="")]).same == 1
    found = merged([row], [back(1, document_number="乙2号")]).changes[0]
    assert found.conflicts[0].current == "甲1号"
    assert found.conflicts[0].returned == "乙2号"
    declined = sent(1, {F.DOCUMENT: "甲1号"}, declined={F.DOCUMENT: ("乙2号",)})
    assert merged([declined], [back(1, document_number="乙2号")]).same == 1


def test_an_emptied_cell_takes_nothing_away_by_itself() -> None:
    row = sent(1, {F.EVIDENCE: "纪要"}, sent={F.EVIDENCE: "纪要"})
    cell = merged([row], [back(1, evidence=" ")]).changes[0].cells[0]
    assert cell.change is CellChange.EMPTIED


def test_two_returned_files_of_one_body_conflict_cell_by_cell() -> None:
    mine = [back(1, state="进行中", document_number="甲1号")]
    theirs = [back(1, state="推进中", document_number="乙2号")]
    cells = merged([sent(1)], mine, others={"二科.xlsx": theirs}).changes[0].cells
    changes = {cell.field: cell.change for cell in cells}
    assert changes == {F.STATE: CellChange.NEW, F.DOCUMENT: CellChange.CONFLICT}
    assert cells[1].others == (("二科.xlsx", "乙2号"),)


def test_added_missing_doubled_and_mixed_rows_are_listed() -> None:
    strange = ReturnedRow(line=9, id="", code="", cells={F.STATE: "进行中"}, text="新绛县")
    foreign = ReturnedRow(line=10, id="other", code="R001", cells={F.STATE: "进行中"})
    mixed = ReturnedRow(line=11, id="id3", code="R004", cells={F.STATE: "进行中"})
    found = merged(
        [sent(1), sent(2), sent(3), sent(4)],
        [back(2, state="进行中"), back(2, 7, state="未启动"), strange, foreign, mixed],
    )
    assert [row.line for row in found.added] == [9, 10]
    assert found.missing == ("R001", "R004")
    assert [row.code for row in found.refused] == ["R002", "R003"]


def test_answers_beside_another_text_are_not_taken() -> None:
    row = SentRow(id="id1", code="R001", sent={}, current={}, text="完善 预案")
    line = ReturnedRow(line=5, id="id1", code="R001", cells={F.STATE: "进行中"}, text="修订办法")
    assert [r.code for r in merged([row], [line]).refused] == ["R001"]
    same = ReturnedRow(line=5, id="id1", code="R001", cells={F.STATE: "进行中"}, text="完善预案")
    assert not merged([row], [same]).refused


def test_a_row_twice_with_equal_cells_counts_once() -> None:
    found = merged([sent(1)], [back(1, state="进行中"), back(1, 5, state="进行中")])
    assert len(found.changes) == 1
    assert not found.refused


def test_bad_cells_refuse_their_row_and_no_other() -> None:
    found = merged(
        [sent(1), sent(2), sent(3)],
        [
            back(1, state="已完成", done_on="3月5日", evidence="纪要"),
            back(2, state="进行中"),
            back(3, document_number=NO_VALUE),
        ],
    )
    assert [row.code for row in found.refused] == ["R001", "R003"]
    assert [row.code for row in found.changes] == ["R002"]
    assert {c.field for c in found.refused[0].cells} == {F.STATE, F.DONE_ON, F.EVIDENCE}


cells = st.dictionaries(
    st.sampled_from([F.DOCUMENT, F.EVIDENCE, F.OBSTACLE]),
    st.sampled_from(["", "甲", "乙", "丙"]),
)
rows = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8)


@given(rows, st.randoms(use_true_random=False))
def test_order_of_lines_and_a_second_reading_change_nothing(
    drawn: list[tuple[dict[SheetField, str], ...]], rng: random.Random
) -> None:
    known = [sent(n, current, sent=was) for n, (was, current, _) in enumerate(drawn, 1)]
    lines = [
        ReturnedRow(line=n, id=f"id{n}", code="", cells=c) for n, (*_, c) in enumerate(drawn, 1)
    ]
    first = merged(known, lines)
    shuffled = list(lines)
    rng.shuffle(shuffled)
    assert merged(known, shuffled) == first
    taken = {
        change.id: {
            c.field: c.returned for c in change.cells if c.change is not CellChange.EMPTIED
        }
        for change in first.changes
    }
    after = [
        SentRow(
            id=row.id,
            code=row.code,
            sent=row.sent,
            current=chosen_values(row, taken.get(row.id, {})),
        )
        for row in known
    ]
    again = merged(after, lines)
    assert all(c.change is CellChange.EMPTIED for row in again.changes for c in row.cells)
    for row, old in zip(after, known, strict=True):
        lost = {name for name, value in old.current.items() if value and not row.current.get(name)}
        assert not lost
