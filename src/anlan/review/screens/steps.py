"""The steps of an improvement from the problem to its effect."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Column
from anlan.base.screens.history_lines import actor_label
from anlan.review.models import Improvement
from anlan.review.screens.common import figure_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step from the problem to the effect."""

    what: str
    day: dt.date | None
    who: str
    said: str


STEP_COLUMNS = (
    Column(name="what", label=_("step"), value=lambda s: s.what, is_title=True),
    Column(name="day", label=_("day"), value=lambda s: s.day, missing=_("not yet")),
    Column(name="who", label=_("who"), value=lambda s: s.who),
    Column(name="said", label=_("what was said"), value=lambda s: s.said),
)


def steps_of(row: Improvement) -> list[Step]:
    """Problem → measure → effect, each with its day and who said it."""
    steps = [
        Step(
            what=gettext("Problem"),
            day=row.before_on,
            who=actor_label(row.recorded_by),
            said=row.problem,
        ),
        Step(
            what=gettext("Figure at the start"),
            day=row.before_on,
            who=gettext("the program"),
            said=figure_text(row.before_part, row.before_whole),
        ),
        Step(
            what=gettext("Carried out"),
            day=row.done_on,
            who=actor_label(row.done_by) if row.done_by else row.owner.short_name,
            said=row.done or row.todo,
        ),
        Step(
            what=gettext("Second look"),
            day=row.taken_on,
            who=actor_label(row.taken_by) if row.taken_by else gettext("the plan office"),
            said=row.word,
        ),
        Step(
            what=gettext("Check of the effect"),
            day=row.after_on,
            who=gettext("the program"),
            said=grounds_of(row) or gettext("due on {day}").format(day=row.check_on.isoformat()),
        ),
    ]
    if row.withdrawn_on is not None:
        steps.append(
            Step(
                what=gettext("Withdrawn"),
                day=row.withdrawn_on,
                who=gettext("the plan office"),
                said=row.withdrawn_why,
            )
        )
    return steps


def grounds_of(row: Improvement) -> str:
    """What the program said of the effect, with the figure it read."""
    if not row.effect:
        return ""
    reasons = row.reasons.get("reasons", ())
    notes = "".join(reason.get("note", "") for reason in reasons)
    figure = figure_text(row.after_part, row.after_whole)
    return " · ".join(part for part in (figure, notes) if part)
