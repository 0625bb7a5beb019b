"""What improvements refuse.

ImprovementRefused         base of the refusals
├── SecondLookRefused      what was done cannot be taken as done (a rule says why)
├── UnknownMeasure         no measure of that name against which an effect can be checked
├── CheckTooEarly          the effect is checked after the term, and after today
├── DayPast                the term lies before today
├── DayInFuture            nothing was done after today
├── DayTooEarly            nothing was done before the improvement was set
├── ReachedAlready         the wanted figure is reached at the start
├── AtItsBest              the figure of the measure cannot get better
├── NotOfTheBody           the person holds no post in the body
├── FollowsNothing         only one that was checked without effect is followed by another
├── SaidAlready            it was said done, or taken as done, already
├── NotSaidYet             nobody said that it was done
├── WhyNeeded              a withdrawal says why
├── ImprovementTaken       the body has an improvement of this problem with this day
└── ClosedAlready          its effect was checked, or it was withdrawn
"""

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop


class ImprovementRefused(Invalid):
    code = "improvement-refused"


class SecondLookRefused(ImprovementRefused):
    code = "second-look-refused"


class UnknownMeasure(ImprovementRefused):
    code = "unknown-measure"
    message = gettext_noop(
        "“{name}” is no measure against which an effect can be checked. Choose one of the list."
    )


class CheckTooEarly(ImprovementRefused):
    code = "check-too-early"
    message = gettext_noop(
        "The effect is checked when the work is done and some time has passed: choose a day after "
        "today, not before {day}."
    )


class DayPast(ImprovementRefused):
    code = "day-past"
    message = gettext_noop("This day is past. Choose today or a later one.")


class DayInFuture(ImprovementRefused):
    code = "day-in-future"
    message = gettext_noop("The day lies after today. Give the day on which it was done.")


class DayTooEarly(ImprovementRefused):
    code = "day-too-early"
    message = gettext_noop(
        "The improvement was set on {day}: what was done before is no part of it."
    )


class ReachedAlready(ImprovementRefused):
    code = "reached-already"
    message = gettext_noop(
        "The figure is {figure} today, so {wanted}% is reached already. Choose a wanted figure "
        "that is still ahead, or leave it empty."
    )


class AtItsBest(ImprovementRefused):
    code = "at-its-best"
    message = gettext_noop(
        "The figure is {figure} today and cannot get better: no effect would ever show. Choose "
        "another measure, or leave the item empty to count over the whole city."
    )


class NotOfTheBody(ImprovementRefused):
    code = "not-of-the-body"
    message = gettext_noop(
        "{person} holds no post in {body} today. Choose somebody of the body, or nobody."
    )


class FollowsNothing(ImprovementRefused):
    code = "follows-nothing"
    message = gettext_noop(
        "Only an improvement whose effect was checked and not found is followed by another one. "
        "Set an improvement of its own instead."
    )


class SaidAlready(ImprovementRefused):
    code = "said-already"
    message = gettext_noop("It was said done on {day}. Open its page to see how it stands.")


class NotSaidYet(ImprovementRefused):
    code = "not-said-yet"
    message = gettext_noop("The body has not said yet that it is done. Wait, or remind it.")


class WhyNeeded(ImprovementRefused):
    code = "why-needed"
    message = gettext_noop("Say why it is no longer asked for.")


class ImprovementTaken(ImprovementRefused):
    code = "improvement-taken"
    message = gettext_noop(
        "{body} has an improvement of this problem to be done by {day} already. Open it, or "
        "choose another day."
    )


class ClosedAlready(ImprovementRefused):
    code = "closed-already"
    message = gettext_noop(
        "This improvement is closed ({state}): nothing was changed. Set one that follows it."
    )
