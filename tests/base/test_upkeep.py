"""Upkeep: plain writes of register rows, each one entry."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from anlan.base import upkeep
from anlan.base.actor import Actor
from anlan.base.errors import Conflict, Invalid, NotFound, RequestReused
from anlan.base.journal.history import history_of
from anlan.base.journal.recording import StillReferred
from anlan.base.models import JournalEntry
from anlan.registers.models import Region, Statistic

pytestmark = pytest.mark.django_db
KEEPER = Actor(account="keeper")


@pytest.fixture
def how(now: dt.datetime, request_ids: Callable[[], str]) -> Callable[..., dict[str, Any]]:
    """The arguments that every write has."""
    return lambda **more: {
        "actor": KEEPER,
        "now": now,
        "request_id": request_ids(),
        "reason": "测试",
        **more,
    }


def region(code: str = "999001", **more: Any) -> Region:
    return Region(code=code, name="测试县", level="county", **more)


def test_create_change_remove_leave_one_entry_each(how: Callable[..., Any]) -> None:
    row = upkeep.create(region(), **how())
    row = upkeep.change(Region, row.pk, {"name": "新名"}, expected_version=1, **how())
    assert (row.name, row.version) == ("新名", 2)
    upkeep.remove(Region, row.pk, expected_version=2, **how())
    assert not Region.objects.filter(pk=row.pk).exists()
    lines = history_of(row)
    assert [line.action for line in lines] == [
        "registers.region.remove",
        "registers.region.change",
        "registers.region.create",
    ]
    assert [(c.name, c.before, c.after) for c in lines[1].changes] == [("name", "测试县", "新名")]
    assert JournalEntry.objects.count() == 3


def test_a_repeat_returns_the_first_result(how: Callable[..., Any]) -> None:
    first = how()
    row = upkeep.create(region(), **first)
    assert upkeep.create(region(), **first).pk == row.pk
    change = how()
    once = upkeep.change(Region, row.pk, {"name": "新"}, expected_version=1, **change)
    again = upkeep.change(Region, row.pk, {"name": "新"}, expected_version=1, **change)
    assert once.version == again.version == 2
    removal = how()
    upkeep.remove(Region, row.pk, expected_version=2, **removal)
    upkeep.remove(Region, row.pk, expected_version=2, **removal)
    with pytest.raises(NotFound):
        upkeep.create(region(), **first)
    assert JournalEntry.objects.count() == 3


def test_the_same_id_for_something_else_is_refused(how: Callable[..., Any]) -> None:
    first = how()
    upkeep.create(region(), **first)
    with pytest.raises(RequestReused):
        upkeep.create(region("999002"), **first)
    with pytest.raises(RequestReused):
        upkeep.create(region(), **{**first, "actor": Actor(account="other")})


def test_a_stale_version_changes_nothing_and_says_what_stands(how: Callable[..., Any]) -> None:
    row = upkeep.create(region(), **how())
    upkeep.change(Region, row.pk, {"name": "甲"}, expected_version=1, **how())
    with pytest.raises(Conflict) as caught:
        upkeep.change(Region, row.pk, {"name": "乙"}, expected_version=1, **how())
    assert (caught.value.expected, caught.value.current) == (1, 2)
    assert caught.value.row["name"] == "甲"
    with pytest.raises(Conflict):
        upkeep.remove(Region, row.pk, expected_version=1, **how())
    assert Region.objects.get(pk=row.pk).name == "甲"


def test_a_refused_value_names_its_field_and_leaves_nothing(how: Callable[..., Any]) -> None:
    with pytest.raises(Invalid) as caught:
        upkeep.create(region(code="9" * 13), **how())
    assert caught.value.field == "code"
    row = upkeep.create(region(), **how())
    with pytest.raises(Invalid):
        upkeep.change(Region, row.pk, {"level": "planet"}, expected_version=1, **how())
    assert JournalEntry.objects.count() == 1


def test_what_others_refer_to_is_not_removed(how: Callable[..., Any]) -> None:
    parent = upkeep.create(region(), **how())
    child = upkeep.create(region("999002", parent=parent), **how())
    with pytest.raises(StillReferred) as caught:
        upkeep.remove(Region, parent.pk, expected_version=1, **how())
    assert caught.value.params["count"] == 1
    assert upkeep.remove_many(Region, [(parent.pk, 1), (child.pk, 1)], **how()) == 2


def test_a_bulk_change_is_one_entry_all_or_nothing(how: Callable[..., Any]) -> None:
    rows = [upkeep.create(region(f"99900{n}"), **how()) for n in range(3)]
    seen = [(row.pk, 1) for row in rows]
    assert upkeep.change_many(Region, seen, {"mark": "?"}, **how()) == 3
    newest = JournalEntry.objects.latest("position")
    assert newest.subjects.count() == 3
    with pytest.raises(Conflict):
        upkeep.change_many(Region, [(rows[0].pk, 2), (rows[1].pk, 1)], {"mark": "V"}, **how())
    assert set(Region.objects.values_list("mark", flat=True)) == {"?"}
    assert JournalEntry.objects.count() == 4


def test_unknown_keys_are_not_found(how: Callable[..., Any]) -> None:
    with pytest.raises(NotFound):
        upkeep.change(Region, uuid.uuid4(), {"name": "x"}, expected_version=1, **how())
    with pytest.raises(NotFound):
        upkeep.remove_many(Region, [(uuid.uuid4(), 1)], **how())


def test_the_same_value_in_other_clothes_is_no_change(how: Callable[..., Any]) -> None:
    place = upkeep.create(region(), **how())
    figure = Statistic(
        region=place,
        year=2025,
        indicator="gdp",
        value="1.5",
        unit_of_measure="亿元",
        state="known",
        edition="a",
    )
    upkeep.create(figure, **how())
    changed = upkeep.change(Statistic, figure.pk, {"value": "1.50"}, expected_version=1, **how())
    assert changed.version == 1
    assert JournalEntry.objects.count() == 2
