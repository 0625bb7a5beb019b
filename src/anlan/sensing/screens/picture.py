"""Readings as a picture: plain numbers for a template. A gap is a gap, never a line through it."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from anlan.base.clock import CITY_ZONE
from anlan.base.screens.cells import plain_number
from anlan.sensing.rules.quality import GAP_INTERVALS
from anlan.sensing.store.values import Observation, from_us, to_us

WIDTH, HEIGHT = 860, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 18, 34
LEVELS = 6
TIMES = 6
ROUND = (1, 2, 2.5, 5, 10, 20)
EPSILON = 1e-9
HOUR = dt.timedelta(hours=1)
STEPS = (
    HOUR,
    2 * HOUR,
    4 * HOUR,
    6 * HOUR,
    12 * HOUR,
    *(HOUR * 24 * n for n in (1, 2, 5, 10, 60)),
)
HALF_A_TIME = 30
SHOWN_SHARE = 1e-5
"""What differs by less is drawn as level."""
MOST_DOUBTS = 60
FAR = 2.0
"""A limit further away than this many spans of the readings is named below, not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """`anchor`: which part of the text stands there, so that none leaves the picture."""

    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A reading that a test doubts."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit to be drawn: its value and name."""

    value: float
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`lines` are stretches without a gap; `bars` a path of uprights for what is summed up."""

    lines: tuple[str, ...]
    bars: str
    doubts: tuple[Doubt, ...]
    levels: tuple[Tick, ...]
    times: tuple[Tick, ...]
    limits: tuple[Tick, ...]
    far: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """From instants and values to places in the picture."""

    start_us: int
    end_us: int
    low: float
    high: float

    def x(self, at_us: int) -> float:
        share = (at_us - self.start_us) / (self.end_us - self.start_us)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def picture_of(
    rows: Sequence[Observation],
    start: dt.datetime,
    end: dt.datetime,
    *,
    interval_s: int,
    limits: Sequence[Limit] = (),
    as_bars: bool = False,
) -> Picture | None:
    """The picture of a span; None when there is nothing to draw."""
    if not rows or start >= end:
        return None
    near, far = _near(rows, limits)
    frame = _frame(rows, near, start, end, as_bars=as_bars)
    drawn = _thinned(rows, frame)
    return Picture(
        lines=() if as_bars else tuple(_lines(drawn, frame, interval_s)),
        bars=_bars(drawn, frame) if as_bars else "",
        doubts=tuple(_doubts(rows, frame)),
        levels=tuple(_levels(frame)),
        times=tuple(_times(frame)),
        limits=tuple(
            Tick(at=frame.y(limit.value), text=f"{limit.name} {plain_number(limit.value)}")
            for limit in near
        ),
        far=tuple(f"{limit.name} {plain_number(limit.value)}" for limit in far),
    )


def _near(rows: Sequence[Observation], limits: Sequence[Limit]) -> tuple[list[Limit], list[Limit]]:
    low, high = min(r.value for r in rows), max(r.value for r in rows)
    reach = FAR * max(high - low, abs(high) * 0.02, 1e-6)
    near = [limit for limit in limits if low - reach <= limit.value <= high + reach]
    return near, [limit for limit in limits if limit not in near]


def _frame(
    rows: Sequence[Observation],
    near: Sequence[Limit],
    start: dt.datetime,
    end: dt.datetime,
    *,
    as_bars: bool,
) -> Frame:
    values = [row.value for row in rows] + [limit.value for limit in near]
    low, high = (min(0.0, *values), max(values)) if as_bars else (min(values), max(values))
    is_level = high - low < SHOWN_SHARE * max(1.0, abs(high))
    room = max(abs(high) * 0.1, 1.0) if is_level else (high - low) * 0.06
    return Frame(
        start_us=to_us(start),
        end_us=to_us(end),
        low=low if as_bars else low - room,
        high=high + room,
    )


def _thinned(rows: Sequence[Observation], frame: Frame) -> list[Observation]:
    """At most the lowest and the highest reading of each half point of width, in order."""
    columns: dict[int, list[Observation]] = {}
    for row in rows:
        columns.setdefault(int(frame.x(row.at_us) * 2), []).append(row)
    kept: list[Observation] = []
    for same in columns.values():
        ends = {
            id(r): r for r in (same[0], min(same, key=_value), max(same, key=_value), same[-1])
        }
        kept += sorted(ends.values(), key=lambda row: row.at_us)
    return kept


def _value(row: Observation) -> float:
    return row.value


def _lines(rows: Sequence[Observation], frame: Frame, interval_s: int) -> list[str]:
    width_us = (frame.end_us - frame.start_us) / WIDTH
    gap_us = max(GAP_INTERVALS * interval_s * 1_000_000, width_us)
    found: list[list[str]] = []
    before: Observation | None = None
    for row in rows:
        if before is None or row.at_us - before.at_us > gap_us:
            found.append([])
        found[-1].append(f"{frame.x(row.at_us)},{frame.y(row.value)}")
        before = row
    return [" ".join(line if len(line) > 1 else [line[0], line[0]]) for line in found]


def _bars(rows: Sequence[Observation], frame: Frame) -> str:
    foot = HEIGHT - BOTTOM
    return "".join(
        f"M{frame.x(row.at_us)} {foot}V{frame.y(row.value)}" for row in rows if row.value
    )


def _doubts(rows: Sequence[Observation], frame: Frame) -> list[Doubt]:
    doubted = [row for row in rows if row.flags]
    every = max(1, math.ceil(len(doubted) / MOST_DOUBTS))
    return [
        Doubt(
            x=frame.x(r.at_us), y=frame.y(r.value), text=f"{_time(r.at)} {plain_number(r.value)}"
        )
        for r in doubted[::every]
    ]


def _levels(frame: Frame) -> list[Tick]:
    """Round numbers inside the picture."""
    span = frame.high - frame.low
    ten = 10.0 ** (math.floor(math.log10(span)) - 1)
    step = next(ten * share for share in ROUND if span / (ten * share) <= LEVELS)
    first, last = math.ceil(frame.low / step - EPSILON), math.floor(frame.high / step + EPSILON)
    if first >= last:  # one round number or none: the ends
        values = [frame.low, frame.high]
    else:
        values = [n * step for n in range(first, last + 1)]
    digits = max(0, 2 - math.floor(math.log10(step)))
    return [Tick(at=frame.y(value), text=plain_number(round(value, digits))) for value in values]


def _times(frame: Frame) -> list[Tick]:
    """Round hours or midnights of the city."""
    span = dt.timedelta(microseconds=frame.end_us - frame.start_us)
    step = next((each for each in STEPS if span / each <= TIMES), STEPS[-1])
    start, end = (from_us(us).astimezone(CITY_ZONE) for us in (frame.start_us, frame.end_us))
    at = start.replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    while at <= end:
        if at >= start:
            x = frame.x(to_us(at))
            anchor = "end" if x > WIDTH - RIGHT - HALF_A_TIME else "middle"
            found.append(Tick(at=x, text=_time(at), anchor=anchor))
        at += step
    return found


def _time(instant: dt.datetime) -> str:
    return instant.astimezone(CITY_ZONE).strftime("%m-%d %H:%M")
