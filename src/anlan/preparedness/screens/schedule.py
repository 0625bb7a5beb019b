"""The schedule of a project as a picture: planned and real span, milestones, today."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anlan.preparedness.models import Milestone

WIDTH, LABEL, EDGE, ROW, TOP = 720, 190, 20, 26, 30
MOST_ROWS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A span of time; `kind` is planned or real."""

    label: str
    kind: str
    x: float
    width: float
    y: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A milestone: a diamond at its day, filled when done; a tick at the day it was done."""

    label: str
    x: float
    y: int
    state: str
    text: str
    done_x: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    width: int
    height: int
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    years: tuple[tuple[float, int], ...]
    today_x: float | None


def schedule_of(
    project: Any, milestones: Sequence[Milestone], words: tuple[str, str], today: dt.date
) -> Schedule | None:
    """The picture; None when there is no day to draw. `words` name the planned and real span."""
    steps = list(milestones)[:MOST_ROWS]
    days = [day for day in _days(project, steps, today) if day is not None]
    if not days:
        return None
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def x(day: dt.date) -> float:
        return round(LABEL + (day - first).days / span * (WIDTH - LABEL - EDGE), 1)

    bars = [
        Bar(
            label=label,
            kind=kind,
            x=x(begin),
            width=max(round(x(end) - x(begin), 1), 2.0),
            y=TOP + row * ROW,
            text=f"{begin.isoformat()} – {end.isoformat()}",
        )
        for row, (label, kind, begin, end) in enumerate(_spans(project, words, today))
    ]
    marks = [
        _mark(step, x, TOP + (len(bars) + row) * ROW, today) for row, step in enumerate(steps)
    ]
    years = [(x(dt.date(y, 1, 1)), y) for y in range(first.year + 1, last.year + 1)]
    return Schedule(
        width=WIDTH,
        height=TOP + (len(bars) + len(marks)) * ROW + EDGE,
        bars=tuple(bars),
        marks=tuple(marks),
        years=tuple(years),
        today_x=x(today) if first <= today <= last else None,
    )


def _days(project: Any, steps: Sequence[Milestone], today: dt.date) -> list[dt.date | None]:
    own = [project.planned_start_on, project.planned_finish_on, project.started_on]
    of_steps = [day for step in steps for day in (step.due_on, step.done_on)]
    real_end = project.built_on or (today if project.started_on is not None else None)
    return [*own, real_end, *of_steps]


def _spans(
    project: Any, words: tuple[str, str], today: dt.date
) -> list[tuple[str, str, dt.date, dt.date]]:
    found = []
    if project.planned_start_on is not None and project.planned_finish_on is not None:
        found.append((words[0], "planned", project.planned_start_on, project.planned_finish_on))
    if project.started_on is not None:
        end = max(project.built_on or today, project.started_on)
        found.append((words[1], "real", project.started_on, end))
    return found


def _mark(step: Milestone, x: Any, y: int, today: dt.date) -> Mark:
    state = "done" if step.done_on is not None else ("late" if step.due_on < today else "open")
    return Mark(
        label=step.name[:14],
        x=x(step.due_on),
        y=y,
        state=state,
        text=f"{step.name} {step.due_on.isoformat()}",
        done_x=x(step.done_on) if step.done_on is not None else None,
    )
