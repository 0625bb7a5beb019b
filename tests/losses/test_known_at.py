"""Sums as known at an instant equal a recomputation from the journal cut at that instant."""

import datetime as dt
import json
from collections import defaultdict
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from anlan.base.errors import Refused
from anlan.base.models import JournalEntry
from anlan.losses.actions.accidents import change_accident, decide_counting
from anlan.losses.models import Accident, AccidentSector
from anlan.losses.queries.counting import (
    accident_statements,
    accident_sums,
    disaster_statements,
    disaster_sums,
)
from anlan.registers.models import Body, ReportingUnit
from tests.losses.life import enter, make_city, new_disaster, report, tell, unit_report
from tests.registers.kept import said
from tests.registers.small_city import NOW

HOUR = dt.timedelta(hours=1)
START = NOW - 60 * HOUR
YEARS = [2025, 2026]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["enter", "report", "late", "sector", "out", "flood", "more"]),
        st.integers(0, 3),
        st.integers(0, 4),
    ),
    min_size=1,
    max_size=7,
)


def brute_force(model: str, at: dt.datetime) -> dict[tuple[str, ...], dict[str, Any]]:
    """The rows of a table as the journal up to an instant leaves them."""
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for entry in JournalEntry.objects.order_by("position"):
        content = json.loads(entry.content)
        if dt.datetime.fromisoformat(content["known_at"]) > at:
            continue
        for image in content["images"]:
            if image["model"] == model and image.get("after"):
                rows[(image["key"],)] = image["after"]
    return rows


def accidents_by_force(at: dt.datetime) -> dict[tuple[int, str], int]:
    """Counted deaths of the accident rows themselves, not of their statements."""
    units = {str(u.pk): u.code for u in ReportingUnit.objects.all()}
    found: dict[tuple[int, str], int] = defaultdict(int)
    for row in brute_force("losses.accident", at).values():
        if row["counting"] == "counted":
            year = dt.datetime.fromisoformat(row["occurred_at"]).year
            found[(year, units[row["unit_id"]])] += row["counted_deaths"] or 0
    return dict(found)


def disasters_by_force(at: dt.datetime) -> dict[str, int]:
    units = {str(u.pk): u.code for u in ReportingUnit.objects.all()}
    found: dict[str, int] = defaultdict(int)
    for row in brute_force("losses.disasterfigure", at).values():
        if row["superseded_at"] is None:
            found[units[row["unit_id"]]] += row["affected_person_times"] or 0
    return dict(found)


class KnownAt(TestCase):
    def setUp(self) -> None:
        make_city()

    @given(STEPS)
    @settings(
        max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    def test_equals_the_journal_cut_there(self, steps: list[tuple[str, int, int]]) -> None:
        now, floods = START, []
        for number, (what, which, people) in enumerate(steps):
            now = now + HOUR
            try:
                play(what, which, people, number, now, floods)
            except Refused:
                continue
        for hours in range(len(steps) + 2):
            self.compare(START + hours * HOUR)

    def compare(self, at: dt.datetime) -> None:
        sums: dict[tuple[int, str], int] = defaultdict(int)
        for each in accident_sums(years=YEARS, known_at=at):
            sums[(each.year, each.unit)] += each.deaths
        behind: dict[tuple[int, str], int] = defaultdict(int)
        for row in accident_statements(years=YEARS, known_at=at):
            behind[(row.year, row.unit)] += row.counted_deaths or 0
        assert dict(sums) == dict(behind) == accidents_by_force(at)
        hit = {
            each.unit: each.affected_person_times
            for each in disaster_sums(years=YEARS, known_at=at)
        }
        told: dict[str, int] = defaultdict(int)
        for each in disaster_statements(years=YEARS, known_at=at):
            told[each.unit] += each.affected_person_times or 0
        assert hit == dict(told) == disasters_by_force(at)


def play(
    what: str, which: int, people: int, number: int, now: dt.datetime, floods: list[Any]
) -> None:
    """One act at an instant; what makes no sense there is refused."""
    unit = ReportingUnit.objects.get(code="xinjiang" if which % 2 else "xia")
    body = Body.objects.get(code=f"emergency-{unit.code}")
    known = list(Accident.objects.order_by("pk"))
    if what == "enter":
        when = now - (1 + 24 * 20 * which) * HOUR
        enter(
            now=now,
            unit=unit,
            body=body,
            occurred_at=when,
            deaths=people,
            is_other=True,
            title=f"演示·{number}",
        )
    elif what in ("report", "late") and known:
        row = known[which % len(known)]
        day = now.date() if what == "late" else row.occurred_at.date()
        report(row, now=now, deaths=people, changed_on=day, note="演示")
    elif what == "sector" and known:
        row = known[which % len(known)]
        sector = AccidentSector.objects.order_by("position")[people]
        change_accident(
            row.pk,
            {"sector": sector, "unit": unit, "region": unit.region},
            expected_version=row.version,
            **said(now=now),
        )
    elif what == "out" and known:
        row = known[which % len(known)]
        decide_counting(
            row.pk,
            counting="other" if people else "counted",
            counting_note="文件",
            expected_version=row.version,
            **said(now=now),
        )
    elif what == "flood":
        floods.append(new_disaster(now=now, code=f"F{number}"))
    elif what == "more" and floods:
        tell(
            floods[which % len(floods)],
            unit_report(unit.code, affected_person_times=people, note="演示"),
            kind="follow-up",
            now=now,
        )
