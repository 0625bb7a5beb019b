"""What undoing an entry does to one record."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.undo import STEP_LABELS, RowUndo, UndoStep, undo_row

OLD, NEW, OTHER = {"a": 1, "b": 2}, {"a": 9, "b": 2}, {"a": 5, "b": 2}


def step(
    before: Any, after: Any, current: Any, not_kept: frozenset[str] = frozenset()
) -> UndoStep:
    return undo_row(before=before, after=after, current=current, not_kept=not_kept).known().step


@pytest.mark.parametrize(
    ("before", "after", "current", "expected"),
    [
        (OLD, NEW, NEW, UndoStep.RESTORE),
        (OLD, NEW, OLD, UndoStep.NOTHING),
        (OLD, NEW, OTHER, UndoStep.CHANGED_SINCE),
        (OLD, NEW, None, UndoStep.GONE_SINCE),
        (None, NEW, NEW, UndoStep.REMOVE),
        (None, NEW, None, UndoStep.NOTHING),
        (None, NEW, OTHER, UndoStep.CHANGED_SINCE),
        (OLD, None, None, UndoStep.ENTER_AGAIN),
        (OLD, None, OLD, UndoStep.NOTHING),
        (OLD, None, OTHER, UndoStep.CHANGED_SINCE),
        ({}, {"a": None}, {"a": None}, UndoStep.RESTORE),
    ],
)
def test_every_case(before: Any, after: Any, current: Any, expected: UndoStep) -> None:
    assert step(before, after, current) is expected


def test_the_version_is_no_part_of_a_record() -> None:
    current = NEW | {"version": 7}
    assert step(OLD | {"version": 2}, NEW | {"version": 3}, current) is UndoStep.RESTORE


def test_what_the_journal_does_not_hold_is_not_restored() -> None:
    assert step(OLD, NEW, NEW, frozenset({"a"})) is UndoStep.NOT_KEPT
    assert step(OLD, NEW, NEW, frozenset({"b"})) is UndoStep.RESTORE
    assert step(OLD, None, None, frozenset({"b"})) is UndoStep.NOT_KEPT
    assert step(None, NEW, NEW, frozenset({"a"})) is UndoStep.REMOVE


def test_what_others_point_to_is_not_removed() -> None:
    def decided(before: Any, after: Any) -> UndoStep:
        verdict = undo_row(before=before, after=after, current=after, is_referred=True)
        return verdict.known().step

    assert decided(None, NEW) is UndoStep.REFERRED_SINCE
    assert decided(OLD, NEW) is UndoStep.RESTORE  # it stays, so it may be pointed to
    assert decided(OLD, None) is UndoStep.ENTER_AGAIN


def test_the_columns_say_what_is_written_and_what_stands_against_it() -> None:
    assert undo_row(before=OLD, after=NEW, current=NEW).known() == RowUndo(
        step=UndoStep.RESTORE, columns=("a",)
    )
    against = undo_row(before=OLD, after=NEW, current={"a": 9, "b": 3}).known()
    assert against == RowUndo(step=UndoStep.CHANGED_SINCE, columns=("b",))


def test_every_step_has_a_label_and_writes_or_refuses_or_rests() -> None:
    assert set(STEP_LABELS) == set(UndoStep)
    for each in UndoStep:
        assert each.label == STEP_LABELS[each]
        assert each.writes + each.is_refused + (each is UndoStep.NOTHING) == 1


IMAGES = st.none() | st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)


@given(before=IMAGES, after=IMAGES, current=IMAGES)
def test_only_what_stands_as_it_was_left_is_written(before: Any, after: Any, current: Any) -> None:
    decision = undo_row(before=before, after=after, current=current).known()
    if decision.step.writes:
        assert current == after
        assert before != after
    if decision.step is UndoStep.NOTHING:
        assert current == before


@given(before=IMAGES, after=IMAGES)
def test_undoing_at_once_is_never_refused(before: Any, after: Any) -> None:
    decision = undo_row(before=before, after=after, current=after).known()
    assert not decision.step.is_refused
    restored = dict(after or {})
    for name in decision.columns:
        restored.pop(name, None)
        if name in (before or {}):
            restored[name] = before[name]
    if decision.step is UndoStep.RESTORE:
        assert restored == before
