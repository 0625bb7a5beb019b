"""Rules of indicators that others may call by name."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from anlan.base.rules.argument import Arguments, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
from anlan.plan.rules.indicators import projection, sendai, subgoal
from anlan.plan.rules.indicators.subgoal import Component, Judgement

MOST_YEARS: Final = 100
MOST_COUNT: Final = 10_000_000


def _projection(arguments: Arguments) -> Verdict[projection.Range]:
    counts = tuple(int(each) for each in arguments.find("counts", tuple) or ())
    return projection.predict_count(
        counts,
        arguments.find("so_far", int) or 0,
        Fraction(arguments.find("elapsed", Decimal) or 0),
        Fraction(arguments.need("remaining", Decimal)),
    )


def _sendai(arguments: Arguments) -> Verdict[Decimal]:
    target = sendai.Target(arguments.need("target", str))
    parts = arguments.find("parts", tuple) or (None,)
    return sendai.sendai_value(target, parts, arguments.find("denominator", Decimal))


def _statement(arguments: Arguments) -> Verdict[Judgement]:
    component = Component(
        measure=arguments.need("measure", str),
        higher_is_better=arguments.need("direction", str) == "up",
        baseline=arguments.find("baseline", Decimal),
        value=arguments.find("value", Decimal),
    )
    return subgoal.judge_statement((component,), is_signed=True)


def _number(name: str, said: str, *, required: bool = False) -> Parameter:
    return Parameter(name=name, kind=Kind.NUMBER, required=required, minimum=0, help=said)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=projection.RULE,
        title=gettext_noop("Projection of a count with its interval"),
        stage="plan",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="counts",
                kind=Kind.INTEGER,
                required=False,
                many=True,
                most_items=MOST_YEARS,
                minimum=0,
                maximum=MOST_COUNT,
                help=gettext_noop("counts of the years that are over, comma-separated"),
            ),
            Parameter(
                name="so_far",
                kind=Kind.INTEGER,
                required=False,
                minimum=0,
                maximum=MOST_COUNT,
                help=gettext_noop("count of the year that runs"),
            ),
            Parameter(
                name="elapsed",
                kind=Kind.NUMBER,
                required=False,
                minimum=0,
                maximum=1,
                help=gettext_noop("part of the running year that is over, 0 to 1"),
            ),
            Parameter(
                name="remaining",
                kind=Kind.NUMBER,
                minimum=0,
                maximum=MOST_YEARS,
                help=gettext_noop("years still to come"),
            ),
        ),
        evaluate=_projection,
    ),
    Rule(
        name=sendai.RULE,
        title=gettext_noop("Sendai target A-1, B-1 or C-1"),
        stage="plan",
        source=sendai.SOURCE,
        parameters=(
            Parameter(
                name="target",
                kind=Kind.CHOICE,
                choices=tuple(each.value for each in sendai.Target),
                help=gettext_noop("indicator of the framework"),
            ),
            Parameter(
                name="parts",
                kind=Kind.NUMBER,
                many=True,
                gaps=True,
                most_items=MOST_YEARS,
                minimum=0,
                help=gettext_noop("figures that are summed; an empty item is missing"),
            ),
            _number("denominator", gettext_noop("population in persons, or GDP in yuan")),
        ),
        evaluate=_sendai,
    ),
    Rule(
        name=subgoal.RULE,
        title=gettext_noop("Statement of the sub-goal"),
        stage="plan",
        source=subgoal.SOURCE,
        parameters=(
            Parameter(name="measure", kind=Kind.TEXT, help=gettext_noop("name of the measure")),
            Parameter(
                name="direction",
                kind=Kind.CHOICE,
                choices=("up", "down"),
                help=gettext_noop("where better lies"),
            ),
            _number("baseline", gettext_noop("value at the baseline")),
            _number("value", gettext_noop("value today")),
        ),
        evaluate=_statement,
    ),
)
