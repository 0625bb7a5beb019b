"""Rules of natural disasters that others may call by name."""

from decimal import Decimal
from typing import Final

from anlan.base.rules.argument import Arguments, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
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
from anlan.losses.rules.grades import GeohazardGrade, IncidentGrade, ResponseLevel
from anlan.losses.rules.offered_parameters import DEATHS, INJURIES, LOSS, count, number, source_of
from anlan.losses.rules.relief_level import EDITIONS as RELIEF_EDITIONS
from anlan.losses.rules.relief_level import RULE as RELIEF_RULE
from anlan.losses.rules.relief_level import ReliefFigures, relief_response_level

MOST_MAGNITUDE: Final = Decimal(10)
ALL_PERCENT: Final = Decimal(100)


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


DISASTER_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=RELIEF_RULE,
        title=gettext_noop("National relief response by the figures of a disaster"),
        stage="losses",
        source="国家自然灾害救助应急预案",
        parameters=(
            DEATHS,
            count("missing", gettext_noop("missing people")),
            count("evacuated_or_aid", gettext_noop("evacuated or in need of aid, in persons")),
            count("collapsed_severe_rooms", gettext_noop("collapsed and severely damaged rooms")),
            count(
                "collapsed_severe_households",
                gettext_noop("collapsed and severely damaged households"),
                required=False,
            ),
            number(
                "drought_share_pct",
                gettext_noop("percent of the farming population in need because of drought"),
                required=False,
                maximum=ALL_PERCENT,
            ),
            count(
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
        source=source_of("geohazard_event_grade"),
        parameters=(DEATHS, LOSS),
        evaluate=_geohazard_event,
    ),
    Rule(
        name=THREAT_RULE,
        title=gettext_noop("Grade of a threatening geological hazard"),
        stage="losses",
        source=source_of("geohazard_threat_grade"),
        parameters=(
            count("people_to_move", gettext_noop("people to be moved")),
            number("possible_loss_yuan", gettext_noop("possible loss in yuan")),
        ),
        evaluate=_geohazard_threat,
    ),
    Rule(
        name=FIRE_RULE,
        title=gettext_noop("Grade of a forest fire"),
        stage="losses",
        source=source_of("forest_fire_grade"),
        parameters=(
            number("burnt_ha", gettext_noop("burnt forest area in hectares")),
            DEATHS,
            INJURIES,
        ),
        evaluate=_forest_fire,
    ),
    Rule(
        name=EARTHQUAKE_RULE,
        title=gettext_noop("Grade of an earthquake disaster"),
        stage="losses",
        source=source_of(EARTHQUAKE_TABLE),
        parameters=(
            count("deaths_missing", gettext_noop("deaths and missing"), required=False),
            number("magnitude", gettext_noop("magnitude"), required=False, maximum=MOST_MAGNITUDE),
            number(
                "density_per_km2",
                gettext_noop("persons per km² of the epicentral county"),
                required=False,
            ),
            number(
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
