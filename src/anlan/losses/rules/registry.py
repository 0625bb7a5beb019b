"""Rules of `losses` that others may call by name."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from anlan.base.rules.argument import Arguments, BadArgument, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
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
from anlan.losses.rules.disaster_figures import FIELD_LABELS as DISASTER_LABELS
from anlan.losses.rules.disaster_figures import HECTARES, DisasterFigures, check_figures
from anlan.losses.rules.disaster_figures import RULE as DISASTER_RULE
from anlan.losses.rules.disaster_terms import RULE as DISASTER_TERMS_RULE
from anlan.losses.rules.disaster_terms import Step, Term, term_of
from anlan.losses.rules.disaster_terms import table as disaster_terms
from anlan.losses.rules.earthquake_grade import EDITION as EARTHQUAKE_EDITION
from anlan.losses.rules.earthquake_grade import RULE as EARTHQUAKE_RULE
from anlan.losses.rules.earthquake_grade import TABLE as EARTHQUAKE_TABLE
from anlan.losses.rules.earthquake_grade import grade_earthquake
from anlan.losses.rules.forest_fire_grade import RULE as FIRE_RULE
from anlan.losses.rules.forest_fire_grade import grade_forest_fire
from anlan.losses.rules.geohazard_grade import (
    EVENT_RULE,
    THREAT_RULE,
    grade_geohazard_event,
    grade_geohazard_threat,
)
from anlan.losses.rules.grade_table import grade_table
from anlan.losses.rules.grades import GeohazardGrade, IncidentGrade, ResponseLevel
from anlan.losses.rules.near_serious import LABELS as NEAR_LABELS
from anlan.losses.rules.near_serious import RULE as NEAR_RULE
from anlan.losses.rules.near_serious import Endangered, Threat, is_near_serious
from anlan.losses.rules.near_serious import table as near_table
from anlan.losses.rules.relief_level import EDITIONS as RELIEF_EDITIONS
from anlan.losses.rules.relief_level import RULE as RELIEF_RULE
from anlan.losses.rules.relief_level import ReliefFigures, relief_response_level

FIRST_DAY: Final = date(1949, 1, 1)
LAST_DAY: Final = date(2100, 1, 1)
MOST_MAGNITUDE: Final = Decimal(10)
ALL_PERCENT: Final = Decimal(100)


def _count(name: str, text: str, *, required: bool = True, default: object = None) -> Parameter:
    return Parameter(
        name=name,
        kind=Kind.INTEGER,
        required=required,
        default=default,
        minimum=0,
        help=text,
    )


def _number(
    name: str, text: str, *, required: bool = True, maximum: Decimal | None = None
) -> Parameter:
    return Parameter(
        name=name,
        kind=Kind.NUMBER,
        required=required,
        minimum=0,
        maximum=maximum,
        help=text,
    )


def _day(name: str, text: str) -> Parameter:
    return Parameter(name=name, kind=Kind.DATE, minimum=FIRST_DAY, maximum=LAST_DAY, help=text)


DEATHS: Final = _count("deaths", gettext_noop("deaths, in persons"))
INJURIES: Final = _count("serious_injuries", gettext_noop("serious injuries, in persons"))
LOSS: Final = _number("direct_loss_yuan", gettext_noop("direct economic loss in yuan"))
OCCURRED: Final = _day("occurred_on", gettext_noop("day of the accident; it is not counted"))
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


def _relief(arguments: Arguments) -> Verdict[ResponseLevel]:
    if arguments.edition is None:
        raise TypeError("the rule holds editions")
    figures = ReliefFigures(
        deaths=arguments.need("deaths", int),
        missing=arguments.need("missing", int),
        evacuated_or_aid=arguments.need("evacuated_or_aid", int),
        collapsed_severe_rooms=arguments.need("collapsed_severe_rooms", int),
        collapsed_severe_households=arguments.find("collapsed_severe_households", int),
        drought_share_pct=arguments.find("drought_share_pct", Decimal),
        drought_people=arguments.find("drought_people", int),
    )
    return relief_response_level(figures, edition=arguments.edition.name)


def _geohazard_event(arguments: Arguments) -> Verdict[GeohazardGrade]:
    return grade_geohazard_event(
        deaths=arguments.need("deaths", int),
        direct_loss_yuan=arguments.need("direct_loss_yuan", Decimal),
    )


def _geohazard_threat(arguments: Arguments) -> Verdict[GeohazardGrade]:
    return grade_geohazard_threat(
        people_to_move=arguments.need("people_to_move", int),
        possible_loss_yuan=arguments.need("possible_loss_yuan", Decimal),
    )


def _forest_fire(arguments: Arguments) -> Verdict[IncidentGrade]:
    return grade_forest_fire(
        burnt_ha=arguments.need("burnt_ha", Decimal),
        deaths=arguments.need("deaths", int),
        serious_injuries=arguments.need("serious_injuries", int),
    )


def _earthquake(arguments: Arguments) -> Verdict[IncidentGrade]:
    return grade_earthquake(
        deaths_missing=arguments.find("deaths_missing", int),
        magnitude=arguments.find("magnitude", Decimal),
        density_per_km2=arguments.find("density_per_km2", Decimal),
        loss_share_of_province_gdp_pct=arguments.find("loss_share_of_province_gdp_pct", Decimal),
    )


def _disaster_check(arguments: Arguments) -> Verdict[bool]:
    values = {name: arguments.find(name, object) for name in DISASTER_LABELS}
    return check_figures(DisasterFigures(**values))  # type: ignore[arg-type]


def _disaster_terms(arguments: Arguments) -> Verdict[Term]:
    hazard = "drought" if arguments.need("is_drought", bool) else ""
    return term_of(Step(arguments.need("step", str)), hazard=hazard)


def _source(name: str) -> str:
    table = grade_table(name)
    return f"{table.source}{table.article}"


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
RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=ACCIDENT_RULE,
        title=gettext_noop("Grade of a work-safety accident"),
        stage="losses",
        source=_source(ACCIDENT_TABLE),
        parameters=(
            DEATHS,
            INJURIES,
            LOSS,
            _count("missing", gettext_noop("missing people"), required=False, default=0),
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
            _day("received_on", gettext_noop("day on which the report was received")),
        ),
        evaluate=_reply,
    ),
    Rule(
        name=NEAR_RULE,
        title=gettext_noop("Incident that is reported like a relatively serious accident"),
        stage="losses",
        source=near_table()["source"],
        parameters=(
            *(_count(name, NEAR_LABELS[name], required=False) for name in NEAR_FIGURES),
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
            _day("changed_on", gettext_noop("day on which the count changed")),
            OCCURRED,
            KIND,
            _count(
                "deaths_before",
                gettext_noop("deaths reported before, all counted"),
                required=False,
                default=0,
            ),
        ),
        evaluate=_counted_deaths,
    ),
    Rule(
        name=RELIEF_RULE,
        title=gettext_noop("National relief response by the figures of a disaster"),
        stage="losses",
        source="国家自然灾害救助应急预案",
        parameters=(
            DEATHS,
            _count("missing", gettext_noop("missing people")),
            _count("evacuated_or_aid", gettext_noop("evacuated or in need of aid, in persons")),
            _count("collapsed_severe_rooms", gettext_noop("collapsed and severely damaged rooms")),
            _count(
                "collapsed_severe_households",
                gettext_noop("collapsed and severely damaged households"),
                required=False,
            ),
            _number(
                "drought_share_pct",
                gettext_noop("percent of the farming population in need because of drought"),
                required=False,
                maximum=ALL_PERCENT,
            ),
            _count(
                "drought_people",
                gettext_noop("people in need because of drought"),
                required=False,
            ),
        ),
        evaluate=_relief,
        editions=RELIEF_EDITIONS,
    ),
    Rule(
        name=EVENT_RULE,
        title=gettext_noop("Grade of a geological disaster"),
        stage="losses",
        source=_source("geohazard_event_grade"),
        parameters=(DEATHS, LOSS),
        evaluate=_geohazard_event,
    ),
    Rule(
        name=THREAT_RULE,
        title=gettext_noop("Grade of a threatening geological hazard"),
        stage="losses",
        source=_source("geohazard_threat_grade"),
        parameters=(
            _count("people_to_move", gettext_noop("people to be moved")),
            _number("possible_loss_yuan", gettext_noop("possible loss in yuan")),
        ),
        evaluate=_geohazard_threat,
    ),
    Rule(
        name=FIRE_RULE,
        title=gettext_noop("Grade of a forest fire"),
        stage="losses",
        source=_source("forest_fire_grade"),
        parameters=(
            _number("burnt_ha", gettext_noop("burnt forest area in hectares")),
            DEATHS,
            INJURIES,
        ),
        evaluate=_forest_fire,
    ),
    Rule(
        name=EARTHQUAKE_RULE,
        title=gettext_noop("Grade of an earthquake disaster"),
        stage="losses",
        source=_source(EARTHQUAKE_TABLE),
        parameters=(
            _count("deaths_missing", gettext_noop("deaths and missing"), required=False),
            _number(
                "magnitude", gettext_noop("magnitude"), required=False, maximum=MOST_MAGNITUDE
            ),
            _number(
                "density_per_km2",
                gettext_noop("persons per km² of the epicentral county"),
                required=False,
            ),
            _number(
                "loss_share_of_province_gdp_pct",
                gettext_noop("direct loss in percent of the province's GDP of last year"),
                required=False,
            ),
        ),
        evaluate=_earthquake,
        editions=(EARTHQUAKE_EDITION,),
    ),
    Rule(
        name=DISASTER_RULE,
        title=gettext_noop("Check of the figures of a natural disaster"),
        stage="losses",
        source=HOUSE_RULE,
        parameters=tuple(
            Parameter(
                name=name,
                kind=Kind.NUMBER if name in HECTARES else Kind.INTEGER,
                required=False,
                help=text,
            )
            for name, text in DISASTER_LABELS.items()
        ),
        evaluate=_disaster_check,
    ),
    Rule(
        name=DISASTER_TERMS_RULE,
        title=gettext_noop("Terms of the reports on a disaster"),
        stage="losses",
        source=disaster_terms()["source"],
        parameters=(
            Parameter(
                name="step",
                kind=Kind.CHOICE,
                choices=tuple(step.value for step in Step),
                help=gettext_noop("what is reported"),
            ),
            Parameter(
                name="is_drought",
                kind=Kind.BOOLEAN,
                required=False,
                default=False,
                help=gettext_noop("whether it is a drought"),
            ),
        ),
        evaluate=_disaster_terms,
    ),
)
