"""Which alarm answers to which event: the worked table, each boundary, and what cannot be said."""

import datetime as dt

import pytest

from anlan.warning.rules.scoring.matching import (
    ALARM_LABELS,
    EVENT_LABELS,
    WHY_LABELS,
    AlarmFate,
    EventFate,
    Known,
    Relation,
    Why,
    judge,
    least,
    relation,
)
from anlan.warning.rules.scoring.values import (
    SEASON_LABELS,
    Alarm,
    BadSpan,
    Event,
    Season,
    season_of,
)
from anlan.warning.rules.signal import Hazard, Level
from tests.warning.rules.scoring.table import (
    FROM,
    KNOWN,
    NOW,
    TERMS,
    alarm,
    at,
    by_day,
    event,
    worked,
)

MINUTE = dt.timedelta(minutes=1)
BASE = alarm("A", at(1, 8), at(1, 20))


def test_the_worked_table() -> None:
    judged = worked()
    assert [(one.event.key, one.fate.value, one.why.value) for one in judged.events] == [
        ("E6", "undecidable", "before-records"),
        ("E1", "hit", ""),
        ("E2", "hit", ""),
        ("E3", "late", ""),
        ("E4", "undecidable", "unsure"),
        ("E5", "miss", ""),
    ]
    assert [(one.alarm.key, one.fate.value, one.why.value) for one in judged.alarms] == [
        ("A1", "hit", ""),
        ("A2", "hit", ""),
        ("A3", "late", ""),
        ("A4", "undecidable", "unsure"),
        ("A5", "undecidable", "no-family"),
        ("A6", "false", ""),
    ]
    leads = {one.event.key: one.lead_min for one in judged.events if one.lead_min is not None}
    assert leads == {"E1": 180, "E2": 480}
    assert judged.events[1].alarms == ("A1",)
    assert judged.alarms[0].events == ("E1",)


@pytest.mark.parametrize(
    ("onset", "expected"),
    [
        (at(1, 8) - MINUTE, Relation.LATE),
        (at(1, 8), Relation.COVERS),
        (at(1, 8) + MINUTE, Relation.COVERS),
        (at(1, 20), Relation.COVERS),
        (at(1, 20) + TERMS.grace, Relation.COVERS),
        (at(1, 20) + TERMS.grace + MINUTE, Relation.NONE),
    ],
)
def test_the_window_of_an_alarm(onset: dt.datetime, expected: Relation) -> None:
    assert relation(BASE, event("E", onset), TERMS, NOW) is expected


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        (at(1, 16) + TERMS.late - MINUTE, Relation.LATE),
        (at(1, 16) + TERMS.late, Relation.LATE),
        (at(1, 16) + TERMS.late + MINUTE, Relation.NONE),
    ],
)
def test_how_long_an_alarm_can_be_late(begun: dt.datetime, expected: Relation) -> None:
    late = alarm("A", begun, begun + dt.timedelta(hours=3))
    assert relation(late, event("E", at(1, 10)), TERMS, NOW) is expected


@pytest.mark.parametrize(
    ("begun", "expected", "alarm_fate", "event_fate"),
    [
        (at(1, 10) + TERMS.late, Relation.LATE, AlarmFate.LATE, EventFate.LATE),
        (at(1, 10) + TERMS.late + MINUTE, Relation.MAYBE_LATE, AlarmFate.UNDECIDABLE, None),
        (at(1, 10) + TERMS.unended, Relation.MAYBE_LATE, AlarmFate.UNDECIDABLE, None),
        (at(1, 10) + TERMS.unended + MINUTE, Relation.NONE, AlarmFate.FALSE, None),
    ],
)
def test_an_event_whose_end_was_never_entered_may_have_gone_on(
    begun: dt.datetime, expected: Relation, alarm_fate: AlarmFate, event_fate: EventFate | None
) -> None:
    one = alarm("A", begun, begun + dt.timedelta(hours=3))
    unended = event("E", at(1, 10), ended_at=None)
    assert relation(one, unended, TERMS, NOW) is expected
    judged = judge([one], [unended], KNOWN, TERMS, NOW)
    assert judged.alarms[0].fate is alarm_fate
    assert judged.events[0].fate is (event_fate or EventFate.MISS)


@pytest.mark.parametrize(
    ("begun", "ended", "expected"),
    [
        (at(6, 23, 59), at(8, 1), Relation.COVERS),
        (at(7), at(8), Relation.COVERS),
        (at(7, 0, 1), at(8, 1), Relation.UNSURE),
        (at(8), at(8, 1), Relation.UNSURE),
        (at(8, 0, 1), at(8, 2), Relation.LATE),
        (at(6, 10), at(7, 17, 59), Relation.UNSURE),
        (at(6, 10), at(7, 18), Relation.COVERS),
        (at(6, 1), at(6, 18), Relation.UNSURE),
        (at(6, 1), at(6, 17, 59), Relation.NONE),
    ],
)
def test_an_event_of_which_only_the_day_is_known(
    begun: dt.datetime, ended: dt.datetime, expected: Relation
) -> None:
    assert relation(alarm("A", begun, ended), by_day("E", 7), TERMS, NOW) is expected


@pytest.mark.parametrize(
    ("mine", "its", "expected"),
    [
        ({"1"}, {"1", "2"}, Relation.COVERS),
        ({"1"}, {"2"}, Relation.NONE),
        (set(), {"2"}, Relation.UNSURE),
        ({"1"}, set(), Relation.UNSURE),
        (set(), set(), Relation.UNSURE),
    ],
)
def test_an_area_that_is_not_known_proves_nothing(
    mine: set[str], its: set[str], expected: Relation
) -> None:
    one = alarm("A", at(1, 8), at(1, 20), places=frozenset(mine))
    two = event("E", at(1, 9), places=frozenset(its))
    assert relation(one, two, TERMS, NOW) is expected


def test_an_open_alarm_covers_until_now_and_no_further() -> None:
    one = alarm("A", at(1, 8), None)
    assert relation(one, event("E", at(2)), TERMS, at(2)) is Relation.COVERS
    assert relation(one, event("E", at(2, 0, 1)), TERMS, at(2)) is Relation.NONE


def test_another_hazard_answers_to_nothing() -> None:
    for hazard in (Hazard.FOG, Hazard.DROUGHT, Hazard.OTHER):
        one = alarm("A", at(1, 8), at(1, 20), hazard=hazard)
        assert relation(one, event("E", at(1, 9)), TERMS, NOW) is Relation.NONE


def fate_of(one: Alarm, known: Known = KNOWN, now: dt.datetime = NOW) -> tuple[AlarmFate, Why]:
    (found,) = judge([one], [], known, TERMS, now).alarms
    return found.fate, found.why


def test_no_event_on_record_is_not_the_same_as_a_false_alarm() -> None:
    assert fate_of(BASE) == (AlarmFate.FALSE, Why.NONE)
    nothing = Known(alarms_from=FROM, families=set())
    assert fate_of(BASE, nothing) == (AlarmFate.UNDECIDABLE, Why.NOTHING_RECORDED)
    other_year = Known(alarms_from=FROM, families={("flood", 2024), ("snow", 2025)})
    assert fate_of(BASE, other_year) == (AlarmFate.UNDECIDABLE, Why.NOTHING_RECORDED)
    landslides = Known(alarms_from=FROM, families={("landslide", 2025)})
    assert fate_of(BASE, landslides) == (AlarmFate.FALSE, Why.NONE)
    fog = alarm("A", at(1, 8), at(1, 20), hazard=Hazard.FOG)
    assert fate_of(fog) == (AlarmFate.UNDECIDABLE, Why.NO_FAMILY)


def test_an_alarm_over_the_turn_of_the_year_looks_at_both() -> None:
    turn = alarm(
        "A",
        dt.datetime(2024, 12, 31, 10, tzinfo=dt.UTC),
        dt.datetime(2024, 12, 31, 20, tzinfo=dt.UTC),
    )
    assert fate_of(turn)[0] is AlarmFate.FALSE


@pytest.mark.parametrize(
    ("now", "fate"),
    [
        (at(1, 20), AlarmFate.UNDECIDABLE),
        (at(1, 20) + TERMS.grace - MINUTE, AlarmFate.UNDECIDABLE),
        (at(1, 20) + TERMS.grace, AlarmFate.FALSE),
    ],
)
def test_an_alarm_is_not_false_before_its_time_is_over(now: dt.datetime, fate: AlarmFate) -> None:
    assert fate_of(BASE, now=now)[0] is fate
    assert fate_of(alarm("A", at(1, 8), None), now=NOW) == (AlarmFate.UNDECIDABLE, Why.OPEN)


@pytest.mark.parametrize(
    ("since", "fate"),
    [
        (None, EventFate.UNDECIDABLE),
        (at(1, 10) + MINUTE, EventFate.UNDECIDABLE),
        (at(1, 10), EventFate.MISS),
        (at(1, 10) - MINUTE, EventFate.MISS),
    ],
)
def test_an_event_from_before_the_records_is_no_miss(
    since: dt.datetime | None, fate: EventFate
) -> None:
    known = Known(alarms_from=since, families=set())
    (found,) = judge([], [event("E", at(1, 10))], known, TERMS, NOW).events
    assert found.fate is fate


def test_the_earliest_alarm_that_covers_gives_the_lead_time() -> None:
    alarms = [alarm("B", at(1, 9), at(1, 20)), BASE, alarm("C", at(1, 12), at(1, 20))]
    (found,) = judge(alarms, [event("E", at(1, 10))], KNOWN, TERMS, NOW).events
    assert (found.lead_min, found.alarms) == (120, ("A", "B", "C"))
    (day,) = judge([alarm("A", at(6), at(9))], [by_day("E", 7)], KNOWN, TERMS, NOW).events
    assert (day.fate, day.lead_min) == (EventFate.HIT, None)


def test_levels_narrow_what_counts() -> None:
    alarms = [alarm(level.value, at(1), at(2), level=level) for level in Level]
    assert [one.key for one in least(alarms, Level.BLUE)] == ["red", "orange", "yellow", "blue"]
    assert [one.key for one in least(alarms, Level.ORANGE)] == ["red", "orange"]
    assert [one.key for one in least(alarms, Level.RED)] == ["red"]


def test_an_end_before_the_beginning_is_refused() -> None:
    with pytest.raises(BadSpan):
        alarm("A", at(2), at(1))
    with pytest.raises(BadSpan):
        event("E", at(2), onset_until=at(1))
    with pytest.raises(BadSpan):
        Event(
            key="E",
            family="flood",
            places=frozenset(),
            onset_from=at(2),
            onset_until=at(3),
            ended_at=at(1),
        )


def test_every_state_has_its_words() -> None:
    assert set(EVENT_LABELS) == set(EventFate)
    assert set(ALARM_LABELS) == set(AlarmFate)
    assert set(WHY_LABELS) == set(Why)
    assert set(SEASON_LABELS) == set(Season)
    assert [season_of(month).value for month in (12, 1, 2, 3, 5, 6, 8, 9, 11)] == [
        *["winter"] * 3,
        *["spring"] * 2,
        *["summer"] * 2,
        *["autumn"] * 2,
    ]
    assert TERMS.hazards_of("landslide") == {
        Hazard.RAINSTORM,
        Hazard.FLASH_FLOOD,
        Hazard.GEOLOGICAL,
    }
    assert event("E", at(1)).is_timed
    assert not by_day("E", 1).is_timed
