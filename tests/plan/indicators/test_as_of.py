"""A value as of any instant is what brute force finds in the journal cut there."""

import datetime as dt
import json
import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from anlan.base import clock
from anlan.base.models import JournalEntry
from anlan.base.rules.verdict import UNKNOWN
from anlan.base.worlds.past import as_of
from anlan.losses.models import Accident
from anlan.plan.queries.indicators.board import Board, board, exact
from anlan.plan.rules.indicators.choices import Basis, ChoiceKind
from tests.plan.indicators.conftest import HOUR, SmallCity

Values = dict[str, str | None]
UNITS = {"*": "90", "a": "9001", "b": "9002"}
FIGURES = {
    "I1": ("accidents", None, "work-safety-deaths", 1, 1),
    "I2": ("accidents", "gdp-yuan", "work-safety-deaths", 1, 10**8),
    "I3": ("coal", "raw-coal-output-t", "coal-mine-deaths", 1, 10**6),
    "I4": ("deaths", "population-persons", "disaster-deaths", 1, 1),
    "I5": ("affected_person_times", "population-persons", "disaster-affected-person-times", 1, 1),
    "I6": ("direct_loss_fen", "gdp-yuan", "disaster-direct-loss-yuan", 10**10, 10**8),
}


def images_at(instant: dt.datetime) -> dict[tuple[str, str], dict[str, Any]]:
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in JournalEntry.objects.filter(known_at__lte=instant).order_by("seq"):
        for image in json.loads(entry.content)["images"]:
            rows[(image["model"], image["key"])] = image.get("after")
    return {name: row for name, row in rows.items() if row is not None}


class Cut:
    """The rows of the journal cut at an instant, walked one by one."""

    def __init__(self, instant: dt.datetime) -> None:
        self.rows = images_at(instant)
        self.regions = {key: row["code"] for key, row in self.of("registers.region")}
        self.units = {key: row["code"] for key, row in self.of("registers.reportingunit")}
        self.sums: dict[tuple[str, str, int], list[Any]] = defaultdict(list)
        self.stats: dict[tuple[str, str, int], list[Any]] = defaultdict(list)
        self.covered: dict[str, Any] = {}
        self._accidents()
        self._disasters()
        self._statistics()
        self._choices()

    def of(self, label: str) -> list[tuple[str, dict[str, Any]]]:
        return [(name[1], row) for name, row in self.rows.items() if name[0] == label]

    def _accidents(self) -> None:
        coal = {key for key, row in self.of("losses.accidentsector") if row["is_coal_mine"]}
        for _key, row in self.of("losses.accidentfigure"):
            if row["superseded_at"] is not None or row["counting"] != "counted":
                continue
            for unit in ("*", self.units[row["unit_id"]]):
                self.sums[("accidents", unit, row["year"])].append(row["counted_deaths"])
                if row["sector_id"] in coal:
                    self.sums[("coal", unit, row["year"])].append(row["counted_deaths"])

    def _disasters(self) -> None:
        for _key, row in self.of("losses.disasterfigure"):
            if row["superseded_at"] is not None:
                continue
            for unit in ("*", self.units[row["unit_id"]]):
                for name in ("deaths", "affected_person_times", "direct_loss_fen"):
                    self.sums[(name, unit, row["year"])].append(row[name])

    def _statistics(self) -> None:
        for key, row in self.of("registers.statistic"):
            if row["value"] is not None and row["mark"] not in ("M", "?"):
                name = (row["indicator"], self.regions[row["region_id"]], row["year"])
                self.stats[name].append((row["published_on"] or "", key, row["value"]))

    def _choices(self) -> None:
        rows = self.of("plan.indicatorchoice")
        for _key, row in sorted(rows, key=lambda each: each[1]["set_at"]):
            if row["kind"] == "coverage":
                self.covered[row["basis"]] = row if row["holds"] else None

    def top(self, key: str, unit: str, year: int) -> Decimal | None:
        figure, _bottom, published, per, _per_bottom = FIGURES[key]
        basis = self.covered.get("accidents" if figure in ("accidents", "coal") else "disasters")
        parts = self.sums[(figure, unit, year)]
        if basis is not None and basis["first_year"] <= year:
            return None if None in parts else Decimal(sum(parts)) / per
        held = self.stats[(published, UNITS[unit], year)]
        return Decimal(max(held)[2]) / (10**8 if key == "I6" else 1) if held else None

    def bottom(self, key: str, unit: str, year: int) -> Decimal | None:
        held = self.stats[(FIGURES[key][1] or "", UNITS[unit], year)]
        return Decimal(max(held)[2]) / FIGURES[key][4] if held else None


def brute_force(instant: dt.datetime) -> Values:
    """Numerators and denominators of every unit and year."""
    cut, found = Cut(instant), {}
    for key in FIGURES:
        for unit in UNITS:
            for year in range(2021, 2026):
                found[f"{key}/{year}/{unit}"] = exact(cut.top(key, unit, year))
                if FIGURES[key][1] is not None:
                    found[f"{key}/{year}/{unit}/below"] = exact(cut.bottom(key, unit, year))
    return found


def read(found: Board) -> Values:
    values: Values = {}
    for line in found.lines:
        standings = {"*": line.verdict.known()}
        standings |= {each.unit.code: each.verdict.known() for each in line.units}
        for unit, standing in standings.items():
            for year in standing.yearly:
                if not 2021 <= year.fact.year <= 2025:
                    continue
                name = f"{line.item.key}/{year.fact.year}/{unit}"
                values[name] = exact(year.fact.numerator.value)
                if line.item.key != "I1":
                    values[f"{name}/below"] = exact(year.fact.denominator.value)
                check_ratio(line.indicator, year)
    return values


def check_ratio(indicator: Any, year: Any) -> None:
    top, bottom = year.fact.numerator.value, year.fact.denominator.value
    if top is None or not bottom:
        assert year.value is UNKNOWN
    else:
        exactly = indicator.ratio(Fraction(top), Fraction(bottom))
        assert float(year.value) == pytest.approx(float(exactly))


def act(small: SmallCity, chance: random.Random, accidents: list[Accident]) -> None:
    unit, year = chance.choice("ab"), chance.choice(range(2020, 2026))
    name = chance.choice(
        [row[2] for row in FIGURES.values()]
        + ["gdp-yuan", "population-persons", "raw-coal-output-t"]
    )
    match chance.randrange(7):
        case 0 | 1:
            sector = chance.choice(("coal", "road"))
            accidents.append(small.accident(unit, year, chance.choice((0, 1, 2, 5, None)), sector))
        case 2 if accidents:
            small.restate(chance.choice(accidents), chance.randrange(6))
        case 3:
            some = lambda most: chance.choice((None, *[chance.randrange(most) for _ in range(5)]))  # noqa: E731
            small.disaster(unit, year, deaths=some(4), persons=some(9000), loss_fen=some(10**12))
        case 4:
            small.choose(
                ChoiceKind.COVERAGE,
                basis=chance.choice(list(Basis)).value,
                first_year=year,
                holds=chance.random() < 0.8,
            )
        case _:
            small.statistic(
                name,
                year,
                str(chance.randrange(1, 10**9)),
                region=chance.choice(list(UNITS.values())),
                edition=f"第{small.at}版",
                mark=chance.choice("VVVM"),
                on=chance.choice((None, dt.date(2026, 1, chance.randrange(1, 28)))),
            )


@pytest.mark.parametrize("seed", range(4))
def test_as_of_equals_brute_force(small: SmallCity, seed: int) -> None:
    chance, accidents = random.Random(seed), []
    for _ in range(25):
        act(small, chance, accidents)
    end = small.at + HOUR
    with clock.at(end):
        assert any(brute_force(end).values())
        assert read(board(small.notice)) == brute_force(end)
        for _ in range(4):
            cut = (
                small.at
                - chance.randrange(24) * HOUR
                + dt.timedelta(minutes=chance.choice((0, 30)))
            )
            expected = brute_force(cut)
            assert read(board(small.notice, at=cut)) == expected
            with as_of(cut):
                assert read(board(small.notice)) == expected


def test_before_anything_was_entered_nothing_is_known(small: SmallCity) -> None:
    first = small.at
    small.settle()
    small.denominators()
    small.accident("a", 2024, 3)
    values = read(board(small.notice, at=first))
    assert set(values.values()) == {None}
    assert read(board(small.notice))["I2/2024/*"] == "3"
