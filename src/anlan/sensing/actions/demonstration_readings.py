"""Invented readings of the demonstration: some weeks until the moment it is made, one batch a
sender, through the public intake. They follow from the minute alone: no chance, no real storm."""

import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from anlan.base import clock
from anlan.base.parts import Scene
from anlan.registers.actions.demonstration import acting
from anlan.registers.rules.invented import SOURCE
from anlan.sensing.actions.intake import take_readings
from anlan.sensing.rules.decoding.csv_lines import CSV

HEAD = "station,property,time,value"
DAY_MIN = 24 * 60
BROKEN = "YC-C-001,pressure.V101"
"""A sensor whose cable is off for one moment: what it sends is no number, and is kept as such."""
Curve = Callable[[int], float | None]
"""Value by minutes before the end; None: nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one sensor sent: every `every_min` for `days`, until `ends_min` before now."""

    station: str
    key: str
    every_min: int
    days: float
    curve: Curve
    ends_min: int = 0

    def lines(self, end: dt.datetime) -> Iterator[str]:
        first = int(self.days * DAY_MIN) // self.every_min * self.every_min
        for before in range(first, self.ends_min - 1, -self.every_min):
            value = self.curve(before)
            if value is not None:
                at = end - dt.timedelta(minutes=before)
                yield f"{self.station},{self.key},{at.isoformat()},{value:.6g}"


def reading_scenes() -> Iterator[Scene]:
    """One batch a sender, while the clock stands a few minutes before the demonstration."""
    now = clock.now()
    for number, (sender, told) in enumerate(SENDERS.items()):
        at = now - dt.timedelta(minutes=len(SENDERS) - number)
        key = f"story-sensing-readings-{sender}"
        yield Scene(key=key, at=at, play=partial(_send, told, key))


def _send(told: tuple[Told, ...], key: str) -> None:
    now = clock.now()
    end = now.replace(second=0, microsecond=0)
    end -= dt.timedelta(minutes=end.minute % 5)
    lines = [line for each in told for line in each.lines(end)]
    if told is SENDERS["plants"]:
        lines.append(f"{BROKEN},{end.isoformat()},----")
    take_readings(
        "\n".join([HEAD, *lines]).encode(),
        CSV,
        actor=acting("bureau"),
        now=now,
        request_id=key,
        reason=SOURCE,
    )


def _shower(centre_min: int, width_min: float, peak_mm: float) -> Curve:
    def value(before: int) -> float:
        amount = peak_mm * math.exp(-(((before - centre_min) / width_min) ** 2))
        return round(amount, 1) if amount >= 0.1 else 0.0

    return value


def _tide(mean: float, swing: float, days: float) -> Curve:
    return lambda before: round(mean + swing * math.sin(2 * math.pi * before / DAY_MIN / days), 3)


def _flood(base: float, rise: float, centre_min: int) -> Curve:
    return lambda before: round(
        base + rise * math.exp(-(((before - centre_min) / (1.5 * DAY_MIN)) ** 2)), 2
    )


def _creep(rate: float, until: float) -> Curve:
    """Rises by `rate` a day up to `until` at the end."""
    return lambda before: round(until - rate * before / DAY_MIN, 2)


def _spiked(curve: Curve, at_min: int, value: float) -> Curve:
    return lambda before: value if before == at_min else curve(before)


def _gapped(curve: Curve, start_min: int, end_min: int) -> Curve:
    return lambda before: None if end_min < before <= start_min else curve(before)


def _both(first: Curve, second: Curve, less: float = 0.0) -> Curve:
    """Two curves together, `less` what both of them count."""

    def value(before: int) -> float | None:
        one, two = first(before), second(before)
        return None if one is None or two is None else round(one + two - less, 3)

    return value


SENDERS: dict[str, tuple[Told, ...]] = {
    "water": (
        Told(station="YC-R-001", key="rain", every_min=5, days=7, curve=_shower(2600, 70, 2.4)),
        Told(station="YC-R-002", key="rain", every_min=5, days=2, curve=_shower(2500, 60, 1.1)),
        Told(station="YC-R-003", key="rain", every_min=5, days=2, curve=_shower(2450, 50, 0.6)),
        Told(
            station="YC-R-005",
            key="rain",
            every_min=5,
            days=14,
            curve=_shower(19000, 80, 1.8),
            ends_min=12 * DAY_MIN,
        ),
        Told(station="YC-R-004", key="rain", every_min=5, days=2, curve=_shower(2480, 55, 0.9)),
        Told(
            station="YC-R-006",
            key="rain",
            every_min=5,
            days=2,
            curve=_both(_shower(2550, 50, 1.6), _shower(110, 45, 3.6)),
        ),
        Told(station="YC-H-002", key="flow", every_min=10, days=3, curve=_tide(42, 3, 1)),
        Told(station="YC-R-007", key="rain", every_min=5, days=7, curve=_shower(2650, 45, 4.2)),
        Told(
            station="YC-H-001",
            key="river-level",
            every_min=10,
            days=21,
            curve=_both(_flood(341.6, 2.2, 15000), _flood(341.6, 2.1, 0), 341.6),
        ),
        Told(station="YC-H-001", key="flow", every_min=10, days=7, curve=_tide(18, 1.5, 1)),
        Told(
            station="YC-H-002",
            key="river-level",
            every_min=10,
            days=10,
            curve=_gapped(_flood(400.4, 1.2, 9000), 6000, 4200),
            ends_min=25,
        ),
        Told(
            station="YC-H-003",
            key="reservoir-level",
            every_min=60,
            days=30,
            curve=_creep(0.06, 611.4),
        ),
        Told(
            station="YC-S-001",
            key="soil-moisture",
            every_min=DAY_MIN,
            days=30,
            curve=_tide(17, 3, 20),
        ),
    ),
    "meteorology": (
        Told(
            station="YC-W-001",
            key="temperature",
            every_min=10,
            days=14,
            curve=_spiked(_tide(6, 5.5, 1), 1500, 38.0),
        ),
        Told(station="YC-W-001", key="wind", every_min=10, days=7, curve=_tide(3.2, 1.9, 0.6)),
        Told(station="YC-W-001", key="rain", every_min=10, days=7, curve=_shower(2580, 60, 3.1)),
        Told(
            station="YC-W-001", key="visibility", every_min=10, days=3, curve=_tide(9000, 4000, 1)
        ),
        Told(
            station="YC-W-002",
            key="temperature",
            every_min=10,
            days=5,
            curve=_tide(4, 6, 1),
            ends_min=1600,
        ),
    ),
    "bridges": (
        Told(station="YC-B-001", key="strain", every_min=10, days=3, curve=_tide(120, 45, 1)),
        Told(
            station="YC-B-001", key="vibration", every_min=10, days=3, curve=_tide(2.4, 1.1, 0.5)
        ),
        Told(
            station="YC-D-001",
            key="reservoir-level",
            every_min=60,
            days=30,
            curve=_creep(0.02, 731),
        ),
    ),
    "slopes": (
        Told(station="YC-G-001", key="displacement", every_min=60, days=30, curve=_creep(1.1, 64)),
        Told(station="YC-G-001", key="crack", every_min=60, days=30, curve=_creep(0.4, 21)),
        Told(station="YC-G-001", key="rain", every_min=60, days=13, curve=_shower(2650, 90, 9)),
        Told(
            station="YC-G-002",
            key="crack",
            every_min=60,
            days=21,
            curve=_creep(0.1, 8.4),
            ends_min=3000,
        ),
    ),
    "plants": (
        Told(
            station="YC-M-001", key="methane.T1", every_min=5, days=1, curve=_tide(0.42, 0.18, 0.3)
        ),
        Told(
            station="YC-M-001",
            key="methane.T2",
            every_min=5,
            days=1,
            curve=_both(_tide(0.31, 0.1, 0.25), _shower(20, 30, 0.82)),
            ends_min=25,
        ),
        Told(
            station="YC-M-001",
            key="carbon-monoxide",
            every_min=5,
            days=0.5,
            curve=_tide(6, 3, 0.2),
        ),
        Told(station="YC-M-001", key="wind", every_min=5, days=0.5, curve=_tide(1.6, 0.3, 0.2)),
        Told(
            station="YC-C-001",
            key="combustible.G1",
            every_min=5,
            days=1,
            curve=_spiked(_tide(2, 1.2, 0.3), 400, 140.0),
        ),
        Told(
            station="YC-C-001",
            key="tank-level.V101",
            every_min=5,
            days=0.5,
            curve=_tide(7.4, 0.8, 1),
        ),
        Told(
            station="YC-C-001",
            key="pressure.V101",
            every_min=5,
            days=0.5,
            curve=_tide(0.32, 0.02, 1),
        ),
        Told(
            station="YC-C-001",
            key="hydrogen-sulfide.G2",
            every_min=5,
            days=1,
            curve=_tide(1.2, 0.7, 0.4),
        ),
        Told(station="YC-D-001", key="seepage", every_min=60, days=30, curve=_tide(1.8, 0.2, 9)),
        Told(
            station="YC-D-001",
            key="pore-pressure.P1",
            every_min=60,
            days=30,
            curve=_tide(84, 2, 12),
        ),
    ),
}
