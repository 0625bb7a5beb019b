"""Rules of `review` that others may call by name."""

from datetime import date
from decimal import Decimal
from typing import Final

from anlan.base.rules.argument import Arguments, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
from anlan.review.rules import effect, improvement
from anlan.review.rules.effect import Effect, Reading, Wanted
from anlan.review.rules.improvement import Course, ImprovementState

MOST: Final = 10**15
MOST_PERCENT: Final = 1000


def _effect(arguments: Arguments) -> Verdict[Effect]:
    before = Reading(
        part=arguments.need("before_part", int),
        whole=arguments.need("before_whole", int),
        day=arguments.need("before_on", date),
    )
    after = Reading(
        part=arguments.need("after_part", int),
        whole=arguments.need("after_whole", int),
        day=arguments.need("after_on", date),
        silent=arguments.find("silent", int) or 0,
    )
    wanted = Wanted(
        is_up=arguments.need("direction", str) == "up",
        percent=arguments.find("wanted_percent", Decimal),
    )
    return effect.effect_of(before, after, wanted)


def _state(arguments: Arguments) -> Verdict[ImprovementState]:
    said = arguments.find("effect", str)
    course = Course(
        due_on=arguments.need("due_on", date),
        done_on=arguments.find("done_on", date),
        taken_on=arguments.find("taken_on", date),
        effect=Effect(said) if said else None,
    )
    return improvement.improvement_state(course, arguments.on)


def _count(name: str, help_text: str, *, required: bool = True) -> Parameter:
    return Parameter(
        name=name,
        kind=Kind.INTEGER,
        required=required,
        minimum=0,
        maximum=MOST,
        help=help_text,
    )


def _day(name: str, help_text: str, *, required: bool = True) -> Parameter:
    return Parameter(name=name, kind=Kind.DATE, required=required, help=help_text)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=effect.RULE,
        title=gettext_noop("Whether an improvement had an effect"),
        stage="review",
        source=HOUSE_RULE,
        parameters=(
            _count("before_part", gettext_noop("counted at the start")),
            _count("before_whole", gettext_noop("of all at the start")),
            _day("before_on", gettext_noop("day of the figure at the start")),
            _count("after_part", gettext_noop("counted at the check")),
            _count("after_whole", gettext_noop("of all at the check")),
            _day("after_on", gettext_noop("day of the figure at the check")),
            _count(
                "silent",
                gettext_noop("records at the check of which nothing is known"),
                required=False,
            ),
            Parameter(
                name="direction",
                kind=Kind.CHOICE,
                choices=("up", "down"),
                help=gettext_noop("where better lies: up or down"),
            ),
            Parameter(
                name="wanted_percent",
                kind=Kind.NUMBER,
                required=False,
                minimum=0,
                maximum=MOST_PERCENT,
                help=gettext_noop("wanted figure in per cent; absent: better than at the start"),
            ),
        ),
        evaluate=_effect,
    ),
    Rule(
        name=improvement.RULE,
        title=gettext_noop("How an improvement stands on a day"),
        stage="review",
        source=HOUSE_RULE,
        parameters=(
            _day("due_on", gettext_noop("last day for carrying it out")),
            _day("done_on", gettext_noop("day on which it was said done"), required=False),
            _day("taken_on", gettext_noop("day on which it was taken as done"), required=False),
            Parameter(
                name="effect",
                kind=Kind.CHOICE,
                required=False,
                choices=tuple(each.value for each in Effect),
                help=gettext_noop("verdict of the check; absent: not checked yet"),
            ),
        ),
        evaluate=_state,
    ),
)
