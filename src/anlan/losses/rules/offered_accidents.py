"""Rules of accidents that others may call by name."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from anlan.base.rules.argument import Arguments, BadArgument, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict
from anlan.losses.rules.accident_count import DEATHS_RULE, Deaths, count_deaths
from anlan.losses.rules.accident_grade import RULE as ACCIDENT_RULE
from anlan.losses.rules.accident_grade import TABLE as ACCIDENT_TABLE
from anlan.losses.rules.accident_grade import grade_accident
from anlan.losses.rules.accident_terms import (
    FOLLOW_UP_RULE,
    INVESTIGATION_RULE,
    REPLY_RULE,
    REPORT_RULE,
    AccidentKind,
    ReportDeadlines,
    follow_up_until,
    investigation_due,
    reply_due,
    report_deadlines,
    terms,
)
from anlan.losses.rules.grades import IncidentGrade
from anlan.losses.rules.near_serious import LABELS as NEAR_LABELS
from anlan.losses.rules.near_serious import RULE as NEAR_RULE
from anlan.losses.rules.near_serious import Endangered, Threat, is_near_serious
from anlan.losses.rules.near_serious import table as near_table
from anlan.losses.rules.offered_parameters import (
    DEATHS,
    FIRST_DAY,
    INJURIES,
    LAST_DAY,
    LOSS,
    count,
    day,
    source_of,
)

OCCURRED: Final = day("occurred_on", gettext_noop("day of the accident; it is not counted"))
KIND: Final = Parameter(
    name="kind",
    kind=Kind.CHOICE,
    choices=tuple(kind.value for kind in AccidentKind),
    help=gettext_noop("kind of the accident"),
)


def _accident_grade(arguments: Arguments) -> Verdict[IncidentGrade]:
    return grade_accident(
        deaths=arguments.need("deaths", int),
        serious_injuries=arguments.need("serious_injuries", int),
        direct_loss_yuan=arguments.need("direct_loss_yuan", Decimal),
        missing=arguments.need("missing", int),
    )


def _report_deadlines(arguments: Arguments) -> Verdict[ReportDeadlines]:
    grade = IncidentGrade(arguments.need("grade", str))
    told = arguments.need("head_told_at", datetime)
    if not FIRST_DAY <= told.date() <= LAST_DAY:
        between = Message.of(
            gettext_noop("a time between {first} and {last}"), first=FIRST_DAY, last=LAST_DAY
        )
        raise BadArgument("head_told_at", told.isoformat(), between)
    return report_deadlines(grade, told)


def _follow_up(arguments: Arguments) -> Verdict[date]:
    kind = AccidentKind(arguments.need("kind", str))
    return follow_up_until(kind, arguments.need("occurred_on", date))


def _investigation(arguments: Arguments) -> Verdict[date]:
    return investigation_due(
        arguments.need("occurred_on", date), extended=arguments.need("extended", bool)
    )


def _reply(arguments: Arguments) -> Verdict[date]:
    grade = IncidentGrade(arguments.need("grade", str))
    return reply_due(grade, arguments.need("received_on", date))


def _near_serious(arguments: Arguments) -> Verdict[bool]:
    people = {name: arguments.find(name, int) for name in NEAR_FIGURES}
    threat = arguments.find("threat", str)
    return is_near_serious(Endangered(**people), threat=Threat(threat) if threat else None)


def _counted_deaths(arguments: Arguments) -> Verdict[Deaths]:
    before = arguments.need("deaths_before", int)
    return count_deaths(
        Deaths(known=before, counted=before) if before else None,
        deaths=arguments.need("deaths", int),
        changed_on=arguments.need("changed_on", date),
        occurred_on=arguments.need("occurred_on", date),
        kind=AccidentKind(arguments.need("kind", str)),
    )


NEAR_FIGURES: Final = (
    *("people_at_risk", "people_trapped", "missing"),
    *("people_evacuated", "people_observed"),
)
TERMS_SOURCE: Final = terms()["source"]
GRADE: Final = Parameter(
    name="grade",
    kind=Kind.CHOICE,
    choices=tuple(grade.value for grade in IncidentGrade),
    help=gettext_noop("grade of the accident"),
)
ACCIDENT_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=ACCIDENT_RULE,
        title=gettext_noop("Grade of a work-safety accident"),
        stage="losses",
        source=source_of(ACCIDENT_TABLE),
        parameters=(
            DEATHS,
            INJURIES,
            LOSS,
            count("missing", gettext_noop("missing people"), required=False, default=0),
        ),
        evaluate=_accident_grade,
    ),
    Rule(
        name=REPORT_RULE,
        title=gettext_noop("Latest times of the reports of an accident"),
        stage="losses",
        source=TERMS_SOURCE + terms()["report"]["article"],
        parameters=(
            GRADE,
            Parameter(
                name="head_told_at",
                kind=Kind.DATETIME,
                help=gettext_noop("when the head of the unit was told"),
            ),
        ),
        evaluate=_report_deadlines,
    ),
    Rule(
        name=FOLLOW_UP_RULE,
        title=gettext_noop("Last day on which a changed casualty figure counts"),
        stage="losses",
        source=TERMS_SOURCE + terms()["follow_up"]["article"],
        parameters=(KIND, OCCURRED),
        evaluate=_follow_up,
    ),
    Rule(
        name=INVESTIGATION_RULE,
        title=gettext_noop("Day by which the investigation report is due"),
        stage="losses",
        source=TERMS_SOURCE + terms()["investigation"]["article"],
        parameters=(
            OCCURRED,
            Parameter(
                name="extended",
                kind=Kind.BOOLEAN,
                required=False,
                default=False,
                help=gettext_noop("with the longest extension"),
            ),
        ),
        evaluate=_investigation,
    ),
    Rule(
        name=REPLY_RULE,
        title=gettext_noop("Day by which the government replies to an investigation report"),
        stage="losses",
        source=TERMS_SOURCE + terms()["reply"]["article"],
        parameters=(
            GRADE,
            day("received_on", gettext_noop("day on which the report was received")),
        ),
        evaluate=_reply,
    ),
    Rule(
        name=NEAR_RULE,
        title=gettext_noop("Incident that is reported like a relatively serious accident"),
        stage="losses",
        source=near_table()["source"],
        parameters=(
            *(count(name, NEAR_LABELS[name], required=False) for name in NEAR_FIGURES),
            Parameter(
                name="threat",
                kind=Kind.CHOICE,
                required=False,
                choices=tuple(threat.value for threat in Threat),
                help=gettext_noop("what is endangered besides people"),
            ),
        ),
        evaluate=_near_serious,
    ),
    Rule(
        name=DEATHS_RULE,
        title=gettext_noop("Deaths of an accident that are counted"),
        stage="losses",
        source=TERMS_SOURCE + terms()["follow_up"]["article"],
        parameters=(
            DEATHS,
            day("changed_on", gettext_noop("day on which the count changed")),
            OCCURRED,
            KIND,
            count(
                "deaths_before",
                gettext_noop("deaths reported before, all counted"),
                required=False,
                default=0,
            ),
        ),
        evaluate=_counted_deaths,
    ),
)
