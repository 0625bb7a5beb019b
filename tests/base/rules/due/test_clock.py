"""When a term ends: worked examples, boundaries, pauses against the oracle."""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.argument import BadArgument
from anlan.base.rules.catalogue import Catalogue
from anlan.base.rules.due.clock import (
    MOST_DAYS,
    Clock,
    ClockKind,
    Pause,
    PausesRefused,
    TermRefused,
    due_of,
    is_provisional,
    last_day_of,
    provisional_years,
    remaining_of,
)
from anlan.base.rules.registry import RULES
from anlan.base.rules.verdict import UNKNOWN
from anlan.base.rules.working_days import DateOutOfRange, WorkingCalendar, national_calendar
from tests.base.rules.due.oracle import CITY, midnight, worked_days_left, working_due, works

CALENDAR = national_calendar()
DAYS = st.dates(dt.date(2004, 1, 5), dt.date(2026, 9, 30))
DAY_KINDS = (ClockKind.WORKING_DAYS, ClockKind.CALENDAR_DAYS, ClockKind.FIXED_DAY)
ELAPSED = (ClockKind.HOURS, ClockKind.MINUTES)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=CITY)


def instants(low: dt.date = dt.date(2021, 1, 1)) -> st.SearchStrategy[dt.datetime]:
    span = midnight(dt.date(2026, 3, 1)) - midnight(low)
    return st.integers(0, int(span.total_seconds())).map(
        lambda seconds: midnight(low) + dt.timedelta(seconds=seconds)
    )


@pytest.mark.parametrize(
    ("kind", "amount", "start", "ends"),
    [
        # the fact sheet's example and the table of docs/rules/base.md
        ("working_days", 20, "2025-03-03T09:00", "2025-04-01T00:00"),
        ("working_days", 1, "2025-04-03T23:59", "2025-04-08T00:00"),
        ("working_days", 1, "2025-09-26T00:00", "2025-09-29T00:00"),
        ("working_days", 0, "2025-10-01T08:00", "2025-10-10T00:00"),
        # calendar days: to 24:00 of the last one, which moves off a holiday
        ("calendar_days", 7, "2025-03-03T09:00", "2025-03-11T00:00"),
        ("calendar_days", 5, "2025-03-03T09:00", "2025-03-11T00:00"),  # the 8th is a Saturday
        ("calendar_days", 3, "2025-09-29T09:00", "2025-10-10T00:00"),  # 2 October
        ("calendar_days", 25, "2025-09-01T09:00", "2025-09-27T00:00"),  # Friday the 26th
        ("calendar_days", 27, "2025-09-01T09:00", "2025-09-29T00:00"),  # Sunday the 28th is worked
        ("calendar_days", 0, "2025-03-03T09:00", "2025-03-04T00:00"),
        ("hours", 1, "2025-10-01T23:30", "2025-10-02T00:30"),
        ("hours", 0, "2025-10-01T23:30", "2025-10-01T23:30"),
        ("minutes", 15, "2025-10-01T23:50", "2025-10-02T00:05"),
    ],
)
def test_worked_examples(kind: str, amount: int, start: str, ends: str) -> None:
    clock = Clock(kind=ClockKind(kind), amount=amount, start=at(start))
    verdict = due_of(clock, CALENDAR)
    assert verdict.known() == at(ends)
    assert not is_provisional(verdict)
    assert all(reason.source for reason in verdict.reasons)


def test_the_catalogue_evaluates_it() -> None:
    catalogue = Catalogue(RULES)
    asked = {"clock": "working_days", "amount": "20", "start": "2025-03-03T09:00"}
    verdict = catalogue.evaluate("due-end", asked, today=dt.date(2025, 3, 3))
    assert verdict.known() == at("2025-04-01T00:00")
    for wrong in ({"amount": "10001"}, {"clock": "fixed_day"}, {"start": "2100-12-30T09:00"}):
        with pytest.raises(BadArgument):
            catalogue.evaluate("due-end", asked | wrong, today=dt.date(2025, 3, 3))


def test_a_fixed_day_is_the_sources_own_and_never_moves() -> None:
    sunday = dt.date(2025, 8, 31)
    clock = Clock(kind=ClockKind.FIXED_DAY, fixed_on=sunday, start=at("2025-01-01T09:00"))
    assert due_of(clock, CALENDAR).known() == at("2025-09-01T00:00")
    before = Clock(kind=ClockKind.FIXED_DAY, fixed_on=sunday, start=at("2025-12-01T09:00"))
    assert due_of(before, CALENDAR).known() == at("2025-09-01T00:00")
    assert last_day_of(at("2025-09-01T00:00")) == sunday


def test_what_has_no_day_is_unknown_and_says_what_to_ask() -> None:
    clock = Clock(kind=ClockKind.NOT_SET, start=at("2025-01-01T09:00"))
    for verdict in (
        due_of(clock, CALENDAR),
        remaining_of(clock, at("2025-02-01T09:00"), CALENDAR),
    ):
        assert verdict.value is UNKNOWN
        assert verdict.reasons[0].note is not None


@pytest.mark.parametrize(
    ("kind", "amount", "fits"),
    [
        ("working_days", -1, False),
        ("working_days", 0, True),
        ("working_days", MOST_DAYS, True),
        ("working_days", MOST_DAYS + 1, False),
        ("calendar_days", MOST_DAYS + 1, False),
        ("hours", MOST_DAYS * 24, True),
        ("hours", MOST_DAYS * 24 + 1, False),
        ("minutes", MOST_DAYS * 24 * 60 + 1, False),
    ],
)
def test_a_term_of_a_sane_size(kind: str, amount: int, fits: bool) -> None:
    def make() -> Clock:
        return Clock(kind=ClockKind(kind), amount=amount, start=at("2025-01-01T09:00"))

    if fits:
        assert due_of(make(), CALENDAR).value is not UNKNOWN
    else:
        with pytest.raises(TermRefused):
            make()


@pytest.mark.parametrize("kind", ["working_days", "calendar_days"])
def test_a_term_beyond_the_years_is_refused(kind: str) -> None:
    clock = Clock(kind=ClockKind(kind), amount=400, start=at("2100-06-01T09:00"))
    with pytest.raises((TermRefused, DateOutOfRange)):
        due_of(clock, CALENDAR)


def test_which_clocks_run_by_the_instant() -> None:
    assert {kind for kind in ClockKind if kind.is_elapsed} == set(ELAPSED)


def test_a_fixed_day_belongs_to_its_kind() -> None:
    with pytest.raises(ValueError, match="fixed_on"):
        Clock(kind=ClockKind.FIXED_DAY, start=at("2025-01-01T09:00"))
    with pytest.raises(ValueError, match="fixed_on"):
        Clock(kind=ClockKind.HOURS, start=at("2025-01-01T09:00"), fixed_on=dt.date(2025, 1, 2))


def test_a_year_that_is_not_announced_is_survived_and_said() -> None:
    clock = Clock(kind=ClockKind.WORKING_DAYS, amount=10, start=at("2026-12-25T09:00"))
    verdict = due_of(clock, CALENDAR)
    assert is_provisional(verdict)
    assert provisional_years(verdict) == (2027,)
    assert verdict.known() == at("2027-01-09T00:00")
    empty = due_of(clock, WorkingCalendar())
    assert provisional_years(empty) == (2026, 2027)


@given(start=instants(dt.date(2005, 1, 1)), amount=st.integers(0, 90))
def test_working_days_agree_with_the_oracle(start: dt.datetime, amount: int) -> None:
    clock = Clock(kind=ClockKind.WORKING_DAYS, amount=amount, start=start)
    assert due_of(clock, CALENDAR).known() == working_due(start, amount, [])


@given(start=instants(dt.date(2005, 1, 1)), amount=st.integers(0, 90))
def test_calendar_days_end_on_the_first_worked_day_from_the_last(
    start: dt.datetime, amount: int
) -> None:
    clock = Clock(kind=ClockKind.CALENDAR_DAYS, amount=amount, start=start)
    last = start.date() + dt.timedelta(days=amount)
    while not works(last):
        last += dt.timedelta(days=1)
    assert due_of(clock, CALENDAR).known() == midnight(last + dt.timedelta(days=1))


@st.composite
def paused(draw: st.DrawFn, kinds: tuple[ClockKind, ...]) -> tuple[Clock, list[tuple]]:
    """A clock that was stopped, each time before its end, and set running again."""
    kind, start = draw(st.sampled_from(kinds)), draw(instants())
    amount = draw(st.integers(1, 40))
    fixed = start.date() + dt.timedelta(days=amount) if kind is ClockKind.FIXED_DAY else None
    clock = Clock(kind=kind, amount=0 if fixed else amount, start=start, fixed_on=fixed)
    spans: list[tuple[dt.datetime, dt.datetime]] = []
    for _ in range(draw(st.integers(0, 3))):
        due = due_of(clock, CALENDAR).known()
        room = int((due - clock.last_moved_at).total_seconds())
        begin = clock.last_moved_at + dt.timedelta(seconds=draw(st.integers(0, max(0, room))))
        end = begin + dt.timedelta(seconds=draw(st.integers(0, 30 * 86_400)))
        spans.append((begin, end))
        clock = Clock(
            kind=kind,
            amount=clock.amount,
            start=start,
            fixed_on=fixed,
            pauses=tuple(Pause(start=b, end=e) for b, e in spans),
        )
    return clock, spans


@given(paused((ClockKind.WORKING_DAYS,)))
def test_pauses_agree_with_the_oracle(given_clock: tuple[Clock, list[tuple]]) -> None:
    clock, spans = given_clock
    assert due_of(clock, CALENDAR).known() == working_due(clock.start, clock.amount, spans)


def stopped(clock: Clock, begin: dt.datetime, end: dt.datetime | None) -> Clock:
    return Clock(
        kind=clock.kind,
        amount=clock.amount,
        start=clock.start,
        fixed_on=clock.fixed_on,
        pauses=(*clock.pauses, Pause(start=begin, end=end)),
    )


@given(paused((*DAY_KINDS, *ELAPSED)), st.floats(0, 1), st.integers(0, 60 * 86_400))
def test_a_pause_preserves_what_was_left_exactly(
    given_clock: tuple[Clock, list[tuple]], share: float, seconds: int
) -> None:
    clock, _ = given_clock
    due = due_of(clock, CALENDAR).known()
    begin = clock.last_moved_at + (due - clock.last_moved_at) * share
    left = remaining_of(clock, begin, CALENDAR).known()
    end = begin + dt.timedelta(seconds=seconds)
    standing, resumed = stopped(clock, begin, None), stopped(clock, begin, end)
    assert remaining_of(standing, end, CALENDAR).known() == left
    assert due_of(standing, CALENDAR).value is UNKNOWN
    assert remaining_of(resumed, end, CALENDAR).known() == left
    assert due_of(resumed, CALENDAR).known() >= due


@given(paused((ClockKind.WORKING_DAYS,)), st.floats(0, 1))
def test_what_is_left_agrees_with_the_oracle(
    given_clock: tuple[Clock, list[tuple]], share: float
) -> None:
    clock, spans = given_clock
    due = due_of(clock, CALENDAR).known()
    now = clock.last_moved_at + (due - clock.last_moved_at) * share
    left = remaining_of(clock, now, CALENDAR).known().days
    last = last_day_of(due)
    walked = worked_days_left(now.astimezone(CITY).date(), last)
    ends_on_a_rolled_day = bool(spans) and left == 0
    assert left == walked or ends_on_a_rolled_day


@pytest.mark.parametrize(
    ("stop", "go", "ends"),
    [
        # 5 working days from Monday 3 March 2025 end on the 10th
        ("2025-03-03T10:00", "2025-03-03T11:00", "2025-03-11T00:00"),  # same day: nothing moves
        ("2025-03-05T10:00", "2025-03-14T16:00", "2025-03-20T00:00"),  # 3 left: 17, 18, 19
        ("2025-03-10T23:59", "2025-03-14T16:00", "2025-03-15T00:00"),  # none left: that day
        ("2025-03-10T23:59", "2025-03-15T16:00", "2025-03-18T00:00"),  # a Saturday: Monday
    ],
)
def test_pauses_by_hand(stop: str, go: str, ends: str) -> None:
    clock = Clock(
        kind=ClockKind.WORKING_DAYS,
        amount=5,
        start=at("2025-03-03T09:00"),
        pauses=(Pause(start=at(stop), end=at(go)),),
    )
    assert due_of(clock, CALENDAR).known() == at(ends)


def test_hours_keep_the_instant() -> None:
    clock = Clock(
        kind=ClockKind.HOURS,
        amount=2,
        start=at("2025-03-03T09:00"),
        pauses=(Pause(start=at("2025-03-03T09:30:00.000001"), end=at("2025-03-05T00:00")),),
    )
    assert due_of(clock, CALENDAR).known() == at("2025-03-05T01:29:59.999999")


def _overlapping() -> Clock:
    first = Pause(start=at("2025-03-04T09:00"), end=at("2025-03-06T09:00"))
    second = Pause(start=at("2025-03-05T09:00"), end=at("2025-03-07T09:00"))
    return _with(first, second)


def _with(*pauses: Pause) -> Clock:
    return Clock(
        kind=ClockKind.HOURS, amount=99, start=at("2025-03-03T09:00"), pauses=tuple(pauses)
    )


@pytest.mark.parametrize(
    "make",
    [
        _overlapping,
        lambda: _with(Pause(start=at("2025-03-02T09:00"))),
        lambda: _with(Pause(start=at("2025-03-05T09:00"), end=at("2025-03-04T09:00"))),
        lambda: _with(Pause(start=at("2025-03-04T09:00")), Pause(start=at("2025-03-05T09:00"))),
    ],
)
def test_senseless_pauses_are_refused(make: Callable[[], Clock]) -> None:
    with pytest.raises(PausesRefused):
        make()


@given(instants(), st.integers(0, 60), st.integers(0, 60))
def test_a_longer_term_never_ends_earlier(start: dt.datetime, one: int, two: int) -> None:
    low, high = sorted((one, two))
    for kind in (ClockKind.WORKING_DAYS, ClockKind.CALENDAR_DAYS, ClockKind.HOURS):
        ends = [
            due_of(Clock(kind=kind, amount=n, start=start), CALENDAR).known() for n in (low, high)
        ]
        assert ends[0] <= ends[1]
