"""Area contacts: entered with their people, in their own unit; seen by unit; proven numbers."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.errors import Conflict, Invalid, NotAllowed
from anlan.registers.actions.area_contacts import (
    PersonMissing,
    PointElsewhere,
    add_area_contact,
    change_area_contact,
)
from anlan.registers.actions.sites import PointNotInDegrees
from anlan.registers.contact_queries import with_area_answers
from anlan.registers.forms.area_contacts import AreaContactForm
from anlan.registers.models import AreaContact, ContactProof, Person, Region, ReportingUnit
from tests.registers.kept import acting, make_kept_city, said
from tests.registers.small_city import NOW


@pytest.fixture(autouse=True)
def _city(db: None, anchor: Any) -> None:
    make_kept_city()


def values(**more: Any) -> dict[str, Any]:
    return {
        "kind": "village-contact",
        "unit": ReportingUnit.objects.get(code="xinjiang"),
        "region": Region.objects.get(code="140825"),
        "place": "演示村",
        "held_from": dt.date(2026, 1, 1),
        "source": "演示",
        "mark": "X",
    } | more


PEOPLE = {
    "person": {"name": "演示·村长", "mobile": "199 0000 7101"},
    "deputy": {"name": "演示·副", "mobile": ""},
}


def added(login: str = "county", people: Any = None, **more: Any) -> AreaContact:
    given = PEOPLE if people is None else people
    result = add_area_contact(values(**more), people=given, **said(login))
    found: AreaContact = AreaContact.objects.get(pk=result["id"])
    return found


def test_a_contact_is_entered_with_the_people_who_are_new() -> None:
    row = added()
    assert (row.person.mobile, row.deputy.name) == ("19900007101", "演示·副")
    assert str(row) == "演示村 村级责任人"


def test_a_repeat_enters_nobody_twice() -> None:
    asked = said("county")
    first = add_area_contact(values(), people=PEOPLE, **asked)
    assert add_area_contact(values(), people=PEOPLE, **asked) == first
    assert Person.objects.filter(name="演示·村长").count() == 1


def test_somebody_has_to_be_named() -> None:
    with pytest.raises(PersonMissing):
        add_area_contact(values(), **said("county"))


@pytest.mark.parametrize(
    ("point", "refusal"),
    [
        ((111.4, 35.8), None),  # the corner of the county
        ((111.2, 35.6), None),
        ((111.400001, 35.6), PointElsewhere),
        ((35.6, 111.2), Invalid),
        ((111.2, None), PointNotInDegrees),
        ((None, 35.6), PointNotInDegrees),
    ],
)
def test_the_point_lies_where_the_region_is(point: Any, refusal: Any) -> None:
    given = {"longitude_deg": point[0], "latitude_deg": point[1]}
    if refusal is None:
        assert added(**given).longitude_deg == point[0]
        return
    with pytest.raises(refusal):
        added(**given)


def test_a_place_of_another_unit_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        added(region=Region.objects.get(code="140828"))
    assert refusal.value.field == "region"


def test_nobody_is_their_own_deputy() -> None:
    row = added()
    with pytest.raises(Invalid) as refusal:
        added(people={}, person=row.person, deputy=row.person, place="演示别处")
    assert refusal.value.field == "deputy"


@pytest.mark.parametrize("login", ["other", "department", "public"])
def test_others_enter_nothing_here(login: str) -> None:
    with pytest.raises(NotAllowed):
        added(login)


@pytest.mark.parametrize(
    ("login", "seen"),
    [("bureau", 1), ("county", 1), ("other", 0), ("department", 1), ("public", 0)],
)
def test_a_county_sees_its_own_contacts_only(login: str, seen: int) -> None:
    row = added()
    scope = acting(login).scope
    assert AreaContact.objects.visible_to(scope).count() == seen
    if login in ("county", "other"):
        people = Person.objects.visible_to(scope).filter(pk__in=[row.person_id, row.deputy_id])
        assert people.count() == 2 * seen


def test_a_contact_ends_by_a_day_and_two_writers_see_each_other() -> None:
    row = added()
    given = values(person=row.person, deputy=row.deputy, held_until=dt.date(2026, 11, 1))
    change_area_contact(row.pk, given, expected_version=1, **said("county"))
    with pytest.raises(Conflict):
        change_area_contact(row.pk, given, expected_version=1, **said("county"))
    before = values(person=row.person, held_until=dt.date(2025, 12, 31))
    with pytest.raises(Invalid):
        change_area_contact(row.pk, before, expected_version=2, **said("county"))


def test_an_answer_proves_the_number_and_a_new_number_is_unproven() -> None:
    from anlan.base.journal.recording import recording
    from anlan.registers.actions.contacts import apply_proof

    row = added()
    given = {k: v for k, v in said().items() if k != "reason"}
    with recording(action="tests.proof", **given) as rec:
        apply_proof(rec, row.person, "answered", "call", NOW)
    assert with_area_answers(AreaContact.objects.all()).get().answered_at == NOW
    with recording(action="tests.number", **said()) as rec:
        person = rec.lock(Person, row.person_id)
        person.mobile = "19900007102"
        rec.save(person)
    assert with_area_answers(AreaContact.objects.all()).get().answered_at is None
    assert ContactProof.objects.get().answered_by == row.person


def form(**more: Any) -> AreaContactForm:
    data = {
        "request_id": "a" * 32,
        "reason": "演示",
        "unit": str(ReportingUnit.objects.get(code="xinjiang").pk),
        "kind": "school",
        "region": "新绛县",
        "new_person": "演示·校长",
        "datum": "CGCS2000",
        "held_from": "2026-01-01",
        "source": "演示",
        "mark": "V",
    } | more
    offered = {"unit": ReportingUnit.objects.all(), "person": Person.objects.all()}
    return AreaContactForm(data, offered=offered)


def test_the_form_finds_a_place_by_name_or_code_inside_the_unit() -> None:
    for word in ("新绛县", "140825"):
        found = form(region=word)
        assert found.is_valid(), found.errors
        assert found.values()["region"].code == "140825"
    for word in ("夏县", "没有这个村"):
        assert "region" in form(region=word).errors
    assert "new_person" in form(new_person="", new_person_mobile="19900007103").errors
