"""Rules of `preparedness` that others may call by name."""

from datetime import date
from typing import Final

from anlan.base.rules.argument import Arguments, BadArgument, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
from anlan.base.rules.working_days import (
    FIRST_DAY,
    LAST_DAY,
    DateOutOfRange,
    national_calendar,
)
from anlan.preparedness.rules import contingency_filing, project
from anlan.preparedness.rules.project import ProjectFacts, ProjectState

MOST_FEN: Final = 10**15


def _project_state(arguments: Arguments) -> Verdict[ProjectState]:
    facts = ProjectFacts(
        planned_finish_on=arguments.find("planned_finish_on", date),
        started_on=arguments.find("started_on", date),
        built_on=arguments.find("built_on", date),
        accepted_on=arguments.find("accepted_on", date),
        informed=True,
    )
    return project.project_state(facts, today=arguments.on, live_from=date.min)


def _over_budget(arguments: Arguments) -> Verdict[bool]:
    return project.over_budget(
        budget_fen=arguments.find("budget_fen", int),
        paid_fen=arguments.need("paid_fen", int),
        amount_fen=arguments.need("amount_fen", int),
    )


def _filing_due(arguments: Arguments) -> Verdict[date]:
    issued_on = arguments.need("issued_on", date)
    try:
        return contingency_filing.contingency_filing_due(issued_on, national_calendar())
    except DateOutOfRange:
        earlier = Message.of(gettext_noop("a day whose term ends by {last}"), last=LAST_DAY)
        raise BadArgument("issued_on", issued_on.isoformat(), earlier) from None


def _day(name: str, help_text: str) -> Parameter:
    return Parameter(name=name, kind=Kind.DATE, required=False, help=help_text)


def _money(name: str, help_text: str, *, required: bool = True) -> Parameter:
    return Parameter(
        name=name,
        kind=Kind.INTEGER,
        required=required,
        minimum=0,
        maximum=MOST_FEN,
        help=help_text,
    )


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=project.RULE,
        title=gettext_noop("How a project stands on a day"),
        stage="preparedness",
        source=HOUSE_RULE,
        parameters=(
            _day("planned_finish_on", gettext_noop("planned last day; absent: no schedule")),
            _day("started_on", gettext_noop("day on which it began; absent: not known")),
            _day("built_on", gettext_noop("day on which it was built; absent: not built")),
            _day("accepted_on", gettext_noop("day of the acceptance that passed")),
        ),
        evaluate=_project_state,
    ),
    Rule(
        name=project.PAYMENT_RULE,
        title=gettext_noop("Whether a payment is above the budget"),
        stage="preparedness",
        source=HOUSE_RULE,
        parameters=(
            _money("budget_fen", gettext_noop("budget in fen; absent: unknown"), required=False),
            _money("paid_fen", gettext_noop("paid so far, in fen")),
            _money("amount_fen", gettext_noop("the payment, in fen")),
        ),
        evaluate=_over_budget,
    ),
    Rule(
        name=contingency_filing.RULE,
        title=gettext_noop("Day by which a contingency plan is filed"),
        stage="preparedness",
        source=contingency_filing.SOURCE + contingency_filing.ARTICLE,
        parameters=(
            Parameter(
                name="issued_on",
                kind=Kind.DATE,
                minimum=FIRST_DAY,
                maximum=LAST_DAY,
                help=gettext_noop("day on which the plan was issued; it is not counted"),
            ),
        ),
        evaluate=_filing_due,
    ),
)
