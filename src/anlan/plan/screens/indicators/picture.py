"""The path of an indicator as a picture: years, target, outlook. Plain numbers for a template."""

from dataclasses import dataclass
from decimal import Decimal

from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.rules.indicator_table import IndicatorKind
from anlan.plan.rules.indicators.sentence import plain
from anlan.plan.rules.indicators.standing import Standing, Status

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 70, 30, 24, 36
HEADROOM = 1.2
MOST_TIMES_TARGET = 4.0
"""An upper bound far over everything else is cut off at the edge and said, not drawn to scale."""
TICKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    x: float
    y: float
    year: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The outlook: from `y_high` to `y_low` at the last year, the estimate between."""

    x: float
    y_low: float
    y_high: float
    y: float
    text: str
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    points: tuple[Point, ...]
    line: str
    gaps: tuple[Tick, ...]
    years: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    target: str
    target_text: Tick
    bar: Bar | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def picture_of(standing: Standing) -> Picture | None:
    """None when no year can be drawn at all."""
    years = [year.fact.year for year in standing.yearly]
    if not years:
        return None
    first, last = min(years), max(*years, standing.period.last)
    values = {
        year.fact.year: float(year.value) for year in standing.yearly if year.value is not UNKNOWN
    }
    scale = _Scale(standing, first, last, list(values.values()))
    points = tuple(
        Point(x=scale.x(year), y=scale.y(value), year=year, text=plain(Decimal(repr(value))))
        for year, value in sorted(values.items())
    )
    return Picture(
        points=points,
        line=" ".join(f"{point.x:.1f},{point.y:.1f}" for point in points),
        gaps=tuple(
            Tick(at=scale.x(year), text=str(year))
            for year in range(first, last + 1)
            if year not in values
        ),
        years=tuple(Tick(at=scale.x(y), text=str(y)) for y in range(first, last + 1)),
        levels=scale.levels(),
        target=scale.target_path(),
        target_text=Tick(
            at=scale.y(float(standing.indicator.target)), text=plain(standing.indicator.target)
        ),
        bar=scale.bar(),
    )


class _Scale:
    """Years and values as places of the picture."""

    def __init__(self, standing: Standing, first: int, last: int, values: list[float]) -> None:
        self.standing, self.first, self.last = standing, first, last
        target = float(standing.indicator.target)
        seen = [0.0, target, *values]
        outlook = standing.outlook
        if outlook is not None and standing.status is Status.RUNNING:
            most = MOST_TIMES_TARGET * max(abs(value) for value in seen)
            ends = (float(outlook.low), float(outlook.estimate), float(outlook.high))
            seen += [max(-most, min(most, end)) for end in ends]
        self.low = min(seen) * HEADROOM
        self.high = max(seen) * HEADROOM or 1.0

    def x(self, year: int) -> float:
        span = max(self.last - self.first, 1)
        return LEFT + (WIDTH - LEFT - RIGHT) * (year - self.first) / span

    def y(self, value: float) -> float:
        within = max(self.low, min(self.high, value))
        share = (within - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    def levels(self) -> tuple[Tick, ...]:
        step = (self.high - self.low) / TICKS
        values = [self.low + step * number for number in range(TICKS + 1)]
        return tuple(Tick(at=self.y(v), text=plain(Decimal(f"{v:.3g}"))) for v in values)

    def target_path(self) -> str:
        """A limit is level; a fall is a path from nothing in the base year to the target."""
        target = float(self.standing.indicator.target)
        start = target
        if self.standing.indicator.kind is IndicatorKind.FALL:
            start = 0.0
        ends = ((self.first, start), (self.standing.period.last, target))
        return " ".join(f"{self.x(year):.1f},{self.y(value):.1f}" for year, value in ends)

    def bar(self) -> Bar | None:
        outlook = self.standing.outlook
        if outlook is None:
            return None
        low, high = float(outlook.low), float(outlook.high)
        return Bar(
            x=self.x(self.standing.period.last),
            y_low=self.y(low),
            y_high=self.y(high),
            y=self.y(float(outlook.estimate)),
            text=f"{plain(outlook.estimate)}（{plain(outlook.low)}–{plain(outlook.high)}）",
            is_cut=high > self.high or low < self.low,
        )
