"""As of T equals brute-force replay of the journal cut at T, and the live rows at the end."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base.actor import Actor
from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import seal
from anlan.base.models import Dispatch, OutgoingMessage
from anlan.base.worlds import checkpoints
from anlan.base.worlds.past import as_of
from anlan.registers.models import Body, Person, Region, Statistic
from tests.base.worlds.conftest import brute_force, comparable, rows_now

START = dt.datetime(2026, 1, 1, 0, 0, tzinfo=dt.UTC)
KEEPER = Actor(account="keeper")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "remove", "person", "rename", "figure", "seal", "keep"]),
        st.integers(0, 5),
        st.integers(-3, 12),
        st.text("安澜abc'\"\\%é \n", max_size=8),
    ),
    max_size=25,
)


class Life:
    """Plays random steps; the clock may jump back or far ahead."""

    def __init__(self) -> None:
        self.now = START
        self.serial = 0

    def play(self, step: tuple[str, int, int, str]) -> None:
        verb, number, minutes, text = step
        self.now += dt.timedelta(minutes=minutes)
        if verb == "seal":
            seal(self.now)
        elif verb == "keep":
            seal(self.now)
            checkpoints.make(self.now)
        else:
            self._write(verb, number, text)

    def _write(self, verb: str, number: int, text: str) -> None:
        with recording(
            action=f"t.{verb}", actor=KEEPER, now=self.now, request_id=new_id().hex
        ) as rec:
            if verb == "add":
                self.serial += 1
                code = f"{self.serial:06}"
                parent = Region.objects.order_by("code").first()
                rec.add(Region(code=code, name=text or "县", level="county", parent=parent))
            elif verb == "person":
                rec.add(Person(name=text, mobile=f"1990000{number:04}"))
            elif verb == "figure" and (region := self._row(Region, number)) is not None:
                self.serial += 1
                rec.add(
                    Statistic(
                        region=region,
                        year=2020,
                        indicator="gdp",
                        value=f"{number}.50",
                        unit_of_measure="yuan",
                        state="known",
                        edition=f"e{self.serial}",
                    )
                )
            else:
                self._touch(rec, verb, number, text)

    def _touch(self, rec: Any, verb: str, number: int, text: str) -> None:
        model = Person if verb == "rename" else Region
        row = self._row(model, number)
        if row is None:
            return
        row = rec.lock(model, row.pk)
        if verb == "remove":
            if not row.children.exists() and not row.statistics.exists():
                rec.remove(row)
            return
        row.name = text
        rec.save(row)
        if number % 2:
            row.name = f"{text}二"
            rec.save(row)

    def _row(self, model: Any, number: int) -> Any:
        rows = list(model.objects.order_by("pk"))
        return rows[number % len(rows)] if rows else None


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, minutes=st.lists(st.integers(-5, 120), min_size=1, max_size=4))
def test_as_of_equals_brute_force(
    steps: list[Any], minutes: list[int], db: None, home: Path, anchor: Path
) -> None:
    anchor.unlink(missing_ok=True)
    with transaction.atomic():
        life = Life()
        for step in steps:
            life.play(step)
        seal(life.now)
        for minute in minutes:
            instant = START + dt.timedelta(minutes=minute)
            expected = comparable(brute_force(instant))
            if expected:
                with as_of(instant):
                    assert comparable(rows_now()) == expected
        if rows_now():
            with as_of(life.now + dt.timedelta(days=1)):
                past = comparable(rows_now())
            assert past == comparable(rows_now())
        transaction.set_rollback(True)


def test_the_demonstration_city_equals_itself(city: None, home: Path, now: dt.datetime) -> None:
    """Everything that the profile and the invented life wrote, large columns included."""
    seal(now)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with as_of(later):
        past = rows_now()
    live = rows_now()
    assert past.keys() == live.keys()
    for (label, key), image in live.items():
        if label in ("registers.account", "registers.apitoken"):
            continue
        assert past[label, key] == image, label


def test_bulk_rows_are_in_no_past_state(
    city: None, home: Path, keeper: Any, now: dt.datetime
) -> None:
    """Also not the one of which a later change left an image: it would look like all of them."""
    assert Dispatch.objects.count() > 1
    with recording(action="t.x", actor=keeper, now=now, request_id="bulk-0001") as rec:
        row = rec.lock(Dispatch, Dispatch.objects.values_list("pk", flat=True).first())
        row.acknowledged_by = "keeper"
        rec.save(row)
    seal(now)
    messages = OutgoingMessage.objects.count()
    with as_of(dt.datetime.now(dt.UTC) + dt.timedelta(days=1)):
        assert (Dispatch.objects.count(), OutgoingMessage.objects.count()) == (0, messages)


@pytest.mark.parametrize("day", [dt.date(2022, 3, 1), dt.date(2024, 6, 30)])
def test_days_of_the_demonstration(city: None, home: Path, now: dt.datetime, day: dt.date) -> None:
    seal(now)
    instant = dt.datetime.combine(day, dt.time(12), dt.UTC)
    expected = comparable(brute_force(instant))
    with as_of(instant):
        assert comparable(rows_now()) == expected


def test_columns_that_came_later_have_their_default(db: None) -> None:
    from anlan.base.worlds.tables import table_of

    table = table_of(Body)
    row = dict(zip(table.columns, table.row("k", {"id": "00" * 16, "code": "a"}), strict=True))
    assert row["code"] == "a"
    assert (row["note"], row["version"]) == ("", 1)
