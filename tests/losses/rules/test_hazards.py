"""Grades of natural hazards and the relief response: worked examples, limits, missing figures."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.argument import BadArgument, MissingArgument
from anlan.base.rules.catalogue import Catalogue
from anlan.base.rules.verdict import UNKNOWN, SourceStatus
from anlan.losses.rules.earthquake_grade import grade_earthquake
from anlan.losses.rules.forest_fire_grade import grade_forest_fire
from anlan.losses.rules.geohazard_grade import grade_geohazard_event, grade_geohazard_threat
from anlan.losses.rules.grades import (
    GEOHAZARD_LABELS,
    RESPONSE_LABELS,
    GeohazardGrade,
    IncidentGrade,
    ResponseLevel,
)
from anlan.losses.rules.registry import RULES
from anlan.losses.rules.relief_level import ReliefFigures, edition_on, relief_response_level

ES, S, RS, O = IncidentGrade  # noqa: E741 - from the highest grade down
TODAY = dt.date(2026, 11, 25)
CATALOGUE = Catalogue(RULES)
WAN = 10_000


def relief(edition: str = "2024", **figures: object) -> ResponseLevel:
    zero = {"deaths": 0, "missing": 0, "evacuated_or_aid": 0, "collapsed_severe_rooms": 0}
    given_ = ReliefFigures(**{**zero, **figures})  # type: ignore[arg-type]
    return relief_response_level(given_, edition=edition).known()


@pytest.mark.parametrize(
    ("edition", "figures", "level"),
    [  # worked examples 18-25
        ("2024", {"deaths": 150, "missing": 50}, "I"),
        ("2016", {"deaths": 150, "missing": 50}, "II"),
        ("2024", {"deaths": 19}, "NONE"),
        ("2024", {"deaths": 12, "missing": 8}, "IV"),
        ("2024", {"evacuated_or_aid": 50 * WAN}, "III"),
        (
            "2024",
            {"collapsed_severe_rooms": 99_999, "collapsed_severe_households": 30_000},
            "III",
        ),
        ("2024", {"collapsed_severe_rooms": 9_999, "collapsed_severe_households": 2_999}, "NONE"),
        ("2024", {"drought_share_pct": Decimal(25)}, "II"),
    ],
)
def test_relief_worked_examples(edition: str, figures: dict[str, object], level: str) -> None:
    assert relief(edition, **figures).value == level


RELIEF_LIMITS = {
    "deaths": (200, 100, 50, 20),
    "evacuated_or_aid": (200 * WAN, 100 * WAN, 50 * WAN, 10 * WAN),
    "collapsed_severe_rooms": (30 * WAN, 20 * WAN, 10 * WAN, WAN),
    "collapsed_severe_households": (10 * WAN, 7 * WAN, 3 * WAN, 3_000),
    "drought_share_pct": (30, 25, 20, 15),
    "drought_people": (400 * WAN, 300 * WAN, 200 * WAN, 100 * WAN),
}


@pytest.mark.parametrize("edition", ["2016", "2024"])
@pytest.mark.parametrize("name", RELIEF_LIMITS)
def test_relief_limits(edition: str, name: str) -> None:
    step = Decimal("0.01") if name.endswith("pct") else 1
    levels = list(ResponseLevel)
    for place, least in enumerate(RELIEF_LIMITS[name]):
        assert relief(edition, **{name: least}) is levels[place]
        assert relief(edition, **{name: least + step}) is levels[place]
        assert relief(edition, **{name: least - step}) is levels[place + 1]


def test_relief_says_how_far_it_is_known() -> None:
    figures = ReliefFigures(deaths=20, missing=0, evacuated_or_aid=0, collapsed_severe_rooms=0)
    fourth = relief_response_level(figures, edition="2024")
    assert fourth.reasons[0].status is SourceStatus.FROM_MEMORY
    assert relief_response_level(figures, edition="2016").reasons[0].status.value == "V"
    assert fourth.reasons[1].status is SourceStatus.HOUSE_DEFAULT  # no table of the city
    unreported = ReliefFigures(
        deaths=60, missing=None, evacuated_or_aid=None, collapsed_severe_rooms=0
    )
    open_ = relief_response_level(unreported, edition="2024")
    assert open_.value is UNKNOWN
    assert dict(open_.reasons[0].details)["at_least"] == "NONE"
    assert relief_response_level(unreported, edition="2016").value is UNKNOWN
    assert edition_on(dt.date(2024, 1, 19)) == "2016"
    assert edition_on(dt.date(2024, 1, 20)) == "2024"


@pytest.mark.parametrize(
    ("deaths", "loss", "grade"),
    [  # worked example 54 and every limit
        (2, 120 * WAN, "MEDIUM"),
        *((n, 0, g) for n, g in ((2, "SMALL"), (3, "MEDIUM"), (9, "MEDIUM"), (10, "LARGE"))),
        *((n, 0, g) for n, g in ((29, "LARGE"), (30, "EXTRA_LARGE"), (31, "EXTRA_LARGE"))),
        *((0, n, g) for n, g in ((100 * WAN - 1, "SMALL"), (100 * WAN, "MEDIUM"))),
        *((0, n, g) for n, g in ((500 * WAN - 1, "MEDIUM"), (500 * WAN, "LARGE"))),
        *((0, n, g) for n, g in ((1000 * WAN - 1, "LARGE"), (1000 * WAN, "EXTRA_LARGE"))),
    ],
)
def test_geohazard_event(deaths: int, loss: int, grade: str) -> None:
    verdict = grade_geohazard_event(deaths=deaths, direct_loss_yuan=Decimal(loss))
    assert verdict.known().value == grade


@pytest.mark.parametrize(
    ("people", "loss", "grade"),
    [
        *((n, 0, g) for n, g in ((99, "SMALL"), (100, "MEDIUM"), (499, "MEDIUM"), (500, "LARGE"))),
        *((n, 0, g) for n, g in ((999, "LARGE"), (1000, "EXTRA_LARGE"))),
        *((0, n, g) for n, g in ((500 * WAN - 1, "SMALL"), (500 * WAN, "MEDIUM"))),
        *((0, n, g) for n, g in ((5000 * WAN - 1, "MEDIUM"), (5000 * WAN, "LARGE"))),
        *((0, n, g) for n, g in ((10**8 - 1, "LARGE"), (10**8, "EXTRA_LARGE"))),
    ],
)
def test_geohazard_threat(people: int, loss: int, grade: str) -> None:
    verdict = grade_geohazard_threat(people_to_move=people, possible_loss_yuan=Decimal(loss))
    assert verdict.known().value == grade
    assert verdict.reasons[0].status is SourceStatus.FROM_MEMORY


def test_geohazard_missing_figures() -> None:
    open_ = grade_geohazard_event(deaths=3, direct_loss_yuan=None)
    assert open_.value is UNKNOWN
    assert dict(open_.reasons[0].details) == {"at_least": "MEDIUM"}
    assert grade_geohazard_event(deaths=30, direct_loss_yuan=None).known().rank() == 1


@pytest.mark.parametrize(
    ("burnt", "deaths", "injuries", "grade"),
    [  # worked examples 55-57 and every limit
        ("0.9", 0, 0, O),
        ("1.0", 0, 0, RS),
        ("99.99", 0, 0, RS),
        ("100", 0, 0, S),
        ("999.99", 0, 0, S),
        ("1000", 0, 0, ES),
        ("5", 10, 0, S),
        *(("0", n, 0, g) for n, g in ((2, O), (3, RS), (9, RS), (10, S), (29, S), (30, ES))),
        *(("0", 0, n, g) for n, g in ((9, O), (10, RS), (49, RS), (50, S), (99, S), (100, ES))),
    ],
)
def test_forest_fire(burnt: str, deaths: int, injuries: int, grade: IncidentGrade) -> None:
    verdict = grade_forest_fire(burnt_ha=Decimal(burnt), deaths=deaths, serious_injuries=injuries)
    assert verdict.value is grade


def test_a_forest_fire_without_an_area_is_not_decided() -> None:
    assert grade_forest_fire(burnt_ha=None, deaths=0, serious_injuries=0).value is UNKNOWN


@pytest.mark.parametrize(
    ("magnitude", "density", "grade"),
    [  # worked examples 61-63 and every limit of both columns
        ("5.0", 350, S),
        ("5.9", 150, RS),
        ("4.0", 150, O),
        ("4.0", 350, RS),
        ("6.0", 350, ES),
        *((m, 200, g) for m, g in (("4.9", RS), ("5.0", S), ("5.9", S), ("5.99", S), ("6.0", ES))),
        *((m, 199, g) for m, g in (("4.9", O), ("5.0", RS), ("6.0", S), ("6.9", S), ("7.0", ES))),
    ],
)
def test_first_judgement(magnitude: str, density: int, grade: IncidentGrade) -> None:
    verdict = grade_earthquake(magnitude=Decimal(magnitude), density_per_km2=Decimal(density))
    assert verdict.value is grade
    assert verdict.reasons[1].status is SourceStatus.HOUSE_DEFAULT


@pytest.mark.parametrize(
    ("people", "grade"),
    [(0, O), (9, O), (10, RS), (49, RS), (50, S), (299, S), (300, ES), (301, ES)],
)
def test_earthquake_by_people(people: int, grade: IncidentGrade) -> None:
    assert grade_earthquake(deaths_missing=people).value is grade


def test_earthquake_by_loss_and_together() -> None:
    """Worked example 64; the highest of what is given; below the table nothing is decided."""
    at_limit = grade_earthquake(deaths_missing=5, loss_share_of_province_gdp_pct=Decimal("1.0"))
    assert at_limit.value is ES
    below = grade_earthquake(deaths_missing=5, loss_share_of_province_gdp_pct=Decimal("0.99"))
    assert below.value is O
    alone = grade_earthquake(loss_share_of_province_gdp_pct=Decimal("0.99"))
    assert alone.value is UNKNOWN
    both = grade_earthquake(
        deaths_missing=5, magnitude=Decimal("5.0"), density_per_km2=Decimal(350)
    )
    assert both.value is S
    weak = grade_earthquake(magnitude=Decimal("3.9"), density_per_km2=Decimal(350))
    assert weak.value is UNKNOWN
    assert grade_earthquake(magnitude=Decimal("6.0")).value is UNKNOWN
    assert grade_earthquake().value is UNKNOWN


@given(st.integers(0, 400), st.integers(0, 400))
def test_more_people_never_lower_a_relief_level(deaths: int, more: int) -> None:
    assert relief(deaths=deaths + more).rank() <= relief(deaths=deaths).rank()


def test_every_member_has_a_label() -> None:
    assert set(GEOHAZARD_LABELS) == set(GeohazardGrade)
    assert set(RESPONSE_LABELS) == set(ResponseLevel)


# by name, as scripts call them


def asked(name: str, **raw: str) -> object:
    return CATALOGUE.evaluate(name, raw, today=TODAY).to_json()["value"]


def test_rules_answer_by_their_contract_names() -> None:
    assert asked("accident-grade", deaths="2", serious_injuries="0", direct_loss_yuan="0") == (
        "ORDINARY"
    )
    times = asked(
        "accident-report-deadlines", grade="ORDINARY", head_told_at="2024-05-01T10:00+08:00"
    )
    assert times == {
        "county": "2024-05-01T03:00:00+00:00",
        "city": "2024-05-01T05:00:00+00:00",
        "province": None,
        "nation": None,
    }
    assert asked("accident-followup-until", kind="road", occurred_on="2024-03-01") == "2024-03-08"
    assert asked("accident-investigation-due", occurred_on="2024-01-10") == "2024-03-10"
    assert (
        asked("accident-investigation-due", occurred_on="2024-01-10", extended="true")
        == "2024-05-09"
    )
    nothing = {"missing": "0", "evacuated_or_aid": "0", "collapsed_severe_rooms": "0"}
    assert asked("relief-response-level", deaths="20", **nothing) == "IV"
    assert asked("relief-response-level", edition="2016", deaths="19", **nothing) == "NONE"
    assert asked("geohazard-event-grade", deaths="0", direct_loss_yuan="1e7") == "EXTRA_LARGE"
    assert asked("geohazard-threat-grade", people_to_move="100", possible_loss_yuan="0") == (
        "MEDIUM"
    )
    assert asked("forest-fire-grade", burnt_ha="0.9", deaths="0", serious_injuries="0") == (
        "ORDINARY"
    )
    assert asked("earthquake-grade", edition="2012", deaths_missing="300") == "ESPECIALLY_SERIOUS"
    assert asked("earthquake-grade") == "UNKNOWN"
    assert asked(
        "accident-counted-deaths",
        deaths="2",
        deaths_before="1",
        changed_on="2024-04-01",
        occurred_on="2024-03-01",
        kind="general",
    ) == {"known": 2, "counted": 1}
    assert asked("disaster-figures-check", crop_damaged_ha="60", crop_failed_ha="70") is False


def test_the_superseded_edition_says_so_when_nobody_chose_it() -> None:
    reasons = CATALOGUE.evaluate("earthquake-grade", {"deaths_missing": "1"}, today=TODAY).reasons
    assert dict(reasons[-1].details).get("superseded") is True
    chosen = {"deaths_missing": "1", "edition": "2012"}
    assert len(CATALOGUE.evaluate("earthquake-grade", chosen, today=TODAY).reasons) == 1


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("accident-grade", {"deaths": "-1", "serious_injuries": "0", "direct_loss_yuan": "0"}),
        ("accident-grade", {"deaths": "nan", "serious_injuries": "0", "direct_loss_yuan": "0"}),
        ("accident-grade", {"deaths": "1.5", "serious_injuries": "0", "direct_loss_yuan": "0"}),
        ("accident-report-deadlines", {"grade": "III", "head_told_at": "2024-05-01T10:00"}),
        ("accident-report-deadlines", {"grade": "SERIOUS", "head_told_at": "9999-12-31T23:00"}),
        ("accident-followup-until", {"kind": "rail", "occurred_on": "2024-03-01"}),
        ("accident-followup-until", {"kind": "road", "occurred_on": "9999-12-31"}),
        ("forest-fire-grade", {"burnt_ha": "-0.1", "deaths": "0", "serious_injuries": "0"}),
        ("earthquake-grade", {"magnitude": "inf", "density_per_km2": "1"}),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(name: str, raw: dict[str, str]) -> None:
    with pytest.raises(BadArgument):
        CATALOGUE.evaluate(name, raw, today=TODAY)


def test_a_missing_argument_is_named() -> None:
    with pytest.raises(MissingArgument) as refused:
        CATALOGUE.evaluate("accident-grade", {"deaths": "1"}, today=TODAY)
    assert refused.value.argument == "serious_injuries"
