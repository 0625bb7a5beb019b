"""Rules of `preparedness` that others may call by name."""

from datetime import date
from typing import Final

from anlan.base.rules.argument import Arguments, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
from anlan.preparedness.rules import project
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
)
