"""Institutions: state, refusals, replacement, uses, reviews, scope, two writers, repeats."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.models import Due, JournalEntry
from anlan.registers.actions.instruments import (
    AdoptedInFuture,
    CitedAlready,
    CitedInFuture,
    CitedOutOfForce,
    EndsBeforeBeginning,
    InForceUnadopted,
    InstrumentTaken,
    NewCitation,
    ReplacesItself,
    ReviewBeforeForce,
    add_instrument,
    change_instrument,
    cite_instrument,
    keep_reviews,
    subject_of,
)
from anlan.registers.instruments import in_state, instruments_used, named_subjects
from anlan.registers.models import Body, Citation, Instrument, ReportingUnit
from anlan.registers.rules.instrument import InstrumentDates, InstrumentState, instrument_state
from anlan.registers.rules.scope import NOTHING
from tests.registers.kept import acting, make_enterprise, make_kept_city, said
from tests.registers.small_city import NOW, TODAY

pytestmark = pytest.mark.django_db
ONE = dt.timedelta(days=1)
DAYS = st.none() | st.dates(TODAY - 3 * ONE, TODAY + 3 * ONE)


@pytest.fixture
def city(db: None) -> None:  # type: ignore[override]
    make_kept_city()


def values(**more: Any) -> dict[str, Any]:
    return {
        "name": "演示·储备管理办法",
        "number": "演示〔2024〕1号",
        "kind": "measures",
        "issuer": Body.objects.select_related("unit").get(code="emergency"),
        "adopted_on": dt.date(2024, 1, 2),
        "in_force_from": dt.date(2024, 2, 1),
        "source": "演示",
        "mark": "X",
    } | more


def made(login: str = "bureau", **more: Any) -> Instrument:
    result = add_instrument(values(**more), **said(login))
    found: Instrument = Instrument.objects.get(pk=result["id"])
    return found


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({}, InstrumentState.DRAFTING),
        ({"adopted_on": TODAY + ONE}, InstrumentState.DRAFTING),
        ({"adopted_on": TODAY}, InstrumentState.ADOPTED),
        ({"adopted_on": TODAY, "in_force_from": TODAY + ONE}, InstrumentState.ADOPTED),
        ({"adopted_on": TODAY, "in_force_from": TODAY}, InstrumentState.IN_FORCE),
        (
            {"adopted_on": TODAY, "in_force_from": TODAY, "review_on": TODAY + ONE},
            InstrumentState.IN_FORCE,
        ),
        (
            {"adopted_on": TODAY, "in_force_from": TODAY, "review_on": TODAY},
            InstrumentState.DUE_FOR_REVIEW,
        ),
        (
            {"adopted_on": TODAY, "in_force_from": TODAY, "in_force_until": TODAY + ONE},
            InstrumentState.IN_FORCE,
        ),
        ({"adopted_on": TODAY - ONE, "in_force_until": TODAY}, InstrumentState.REPEALED),
    ],
)
def test_states_at_their_boundaries(dates: dict[str, Any], expected: InstrumentState) -> None:
    assert instrument_state(InstrumentDates(**dates), TODAY).known() is expected


@given(adopted=DAYS, begins=DAYS, ends=DAYS, review=DAYS)
def test_an_end_and_a_missing_adoption_never_are_in_force(
    adopted: dt.date | None, begins: dt.date | None, ends: dt.date | None, review: dt.date | None
) -> None:
    dates = InstrumentDates(
        adopted_on=adopted, in_force_from=begins, in_force_until=ends, review_on=review
    )
    found = instrument_state(dates, TODAY).known()
    if adopted is None or begins is None or begins > TODAY or (ends and ends <= TODAY):
        assert not found.is_in_force


def test_the_condition_says_what_the_rule_says(city: None) -> None:
    around = (None, TODAY - ONE, TODAY, TODAY + ONE)
    number = 0
    for adopted in around[:3]:
        for begins in around if adopted else (None,):
            for review in around:
                for ends in (None, TODAY, TODAY + ONE):
                    number += 1
                    days = {"adopted_on": adopted, "in_force_from": begins, "review_on": review}
                    if begins and ends and ends <= begins:
                        continue
                    if begins and review and review < begins:
                        continue
                    made(name=f"演示{number}", number="", in_force_until=ends, **days)
    seen = 0
    for state in InstrumentState:
        for row in Instrument.objects.filter(in_state(state, TODAY)):
            assert instrument_state(row.to_domain(), TODAY).known() is state
            seen += 1
    assert seen == Instrument.objects.count() > 30


@pytest.mark.parametrize(
    ("more", "refusal", "field"),
    [
        ({"adopted_on": TODAY + ONE}, AdoptedInFuture, "adopted_on"),
        ({"adopted_on": None}, InForceUnadopted, "adopted_on"),
        ({"in_force_until": dt.date(2024, 2, 1)}, EndsBeforeBeginning, "in_force_until"),
        ({"review_on": dt.date(2024, 1, 31)}, ReviewBeforeForce, "review_on"),
    ],
)
def test_days_that_contradict_each_other(
    city: None, more: dict[str, Any], refusal: type[Exception], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        made(**more)
    assert refused.value.field == field  # type: ignore[attr-defined]
    assert not Instrument.objects.exists()


def test_a_number_belongs_to_one_document_of_an_issuer(city: None) -> None:
    made()
    with pytest.raises(InstrumentTaken):
        made(name="演示·另一件")
    water = Body.objects.select_related("unit").get(code="water")
    made(name="演示·另一件", issuer=water)
    made(name="演示·草案甲", number="")
    made(name="演示·草案乙", number="")


def test_the_newer_ends_the_older_and_no_circle(city: None) -> None:
    old = made()
    new = made(
        name="演示·新办法",
        number="演示〔2025〕9号",
        adopted_on=dt.date(2025, 3, 1),
        in_force_from=dt.date(2025, 4, 1),
        replaces=old,
    )
    old.refresh_from_db()
    assert old.in_force_until == dt.date(2025, 4, 1)
    with pytest.raises(ReplacesItself):
        change_instrument(
            old.pk, {"replaces": new}, expected_version=old.version, **said("bureau")
        )


def test_who_may_enter_and_who_sees(city: None) -> None:
    county = Body.objects.select_related("unit").get(code="emergency-xinjiang")
    made("county", issuer=county, number="", name="演示·县清单")
    made("department", issuer=Body.objects.select_related("unit").get(code="water"), number="")
    for login in ("other", "public", "department"):
        with pytest.raises(NotAllowed):
            made(login, issuer=county, number="", name="演示·拒")
    made()
    seen = {
        login: Instrument.objects.visible_to(acting(login).scope).count()
        for login in ("bureau", "county", "other", "department", "public")
    }
    assert seen == {"bureau": 3, "county": 3, "other": 2, "department": 3, "public": 0}
    assert Instrument.objects.visible_to(NOTHING).count() == 0


def test_two_writers_and_a_repeated_request(city: None) -> None:
    told = said("bureau", request_id="twice-the-same")
    first = add_instrument(values(), **told)
    assert add_instrument(values(), **told) == first
    assert Instrument.objects.count() == 1
    row = Instrument.objects.get()
    change_instrument(row.pk, {"note": "甲"}, expected_version=row.version, **said())
    with pytest.raises(Conflict):
        change_instrument(row.pk, {"note": "乙"}, expected_version=row.version, **said())
    row.refresh_from_db()
    assert row.note == "甲"


def cited(instrument: Instrument, subject: Any, on: dt.date, login: str = "bureau") -> Any:
    new = NewCitation(instrument=instrument.pk, subject=subject, cited_on=on, note="演示")
    return cite_instrument(new, **said(login))


def test_only_what_was_in_force_can_have_been_used(city: None) -> None:
    row, subject = made(), make_enterprise()
    for day, refusal in (
        (TODAY + ONE, CitedInFuture),
        (dt.date(2024, 1, 31), CitedOutOfForce),
    ):
        with pytest.raises(refusal):
            cited(row, subject, day)
    cited(row, subject, dt.date(2024, 2, 1))
    with pytest.raises(CitedAlready):
        cited(row, subject, dt.date(2024, 2, 1))
    assert Citation.objects.count() == 1
    with pytest.raises(NotAllowed):
        cited(row, subject, TODAY, "public")
    with pytest.raises(NotFound):
        cited(row, subject, TODAY, "other")


def test_used_in_twelve_months_is_counted_to_the_day(city: None) -> None:
    row, subject = made(), make_enterprise()
    scope = acting("bureau").scope

    def counts() -> list[bool]:
        return [proof.counts for proof in instruments_used(scope, NOW)]

    assert counts() == [False]
    cited(row, subject, TODAY - 365 * ONE)
    assert counts() == [False]
    cited(row, subject, TODAY - 364 * ONE)
    assert counts() == [True]


def test_the_name_of_a_record_outside_the_view_is_not_told(city: None) -> None:
    row, subject = made(), make_enterprise()
    cited(row, subject, TODAY)
    for login, is_told in (("bureau", True), ("county", True), ("other", False)):
        found = named_subjects(acting(login).scope, Citation.objects.all())
        assert bool(found) is is_told, login


def test_a_subject_that_is_none(city: None) -> None:
    for model, key in (
        ("registers.enterprise", "0192d3a0-0000-7000-8000-000000000000"),
        ("no.such", "0192d3a0-0000-7000-8000-000000000000"),
        ("registers.enterprise", "x"),
        ("sessions.session", "x"),
    ):
        with pytest.raises(NotFound):
            subject_of(model, key)


def test_a_review_day_is_a_due_of_the_issuer(city: None) -> None:
    row = made(review_on=TODAY + 30 * ONE)
    assert (keep_reviews(NOW), keep_reviews(NOW)) == (1, 0)
    row.refresh_from_db()
    due = Due.objects.get(pk=row.review_due_id)
    assert (due.body, due.fixed_on, due.state) == ("emergency", TODAY + 30 * ONE, "running")
    change_instrument(
        row.pk, {"review_on": TODAY + 90 * ONE}, expected_version=row.version, **said()
    )
    assert (keep_reviews(NOW), keep_reviews(NOW)) == (1, 0)
    due.refresh_from_db()
    row.refresh_from_db()
    assert due.state == "answered"
    assert row.review_due is not None
    assert row.review_due.fixed_on == TODAY + 90 * ONE
    ended = {"in_force_until": TODAY}
    change_instrument(row.pk, ended, expected_version=row.version, **said())
    assert keep_reviews(NOW) == 1
    assert not Due.objects.filter(state="running").exists()
    assert keep_reviews(NOW + ONE) == 0


def test_a_review_that_is_over_is_due_from_the_day_it_is_known(city: None) -> None:
    made(review_on=TODAY - ONE)
    entries = JournalEntry.objects.count()
    assert (keep_reviews(NOW), keep_reviews(NOW + ONE)) == (1, 0)
    assert Due.objects.get().fixed_on == TODAY
    assert JournalEntry.objects.count() == entries + 1


def test_a_real_instance_takes_no_invented_institution(city: None) -> None:
    from anlan.base.models import InstanceStamp
    from anlan.base.upkeep import InventedRefused

    InstanceStamp.objects.update(is_demonstration=False)
    with pytest.raises(InventedRefused):
        made()
    assert ReportingUnit.objects.exists()
