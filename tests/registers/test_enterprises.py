"""Enterprises, sites, installations, counts: refusals, scope, two writers, repeats."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from anlan.base.errors import Conflict, NotAllowed
from anlan.base.journal.recording import recording
from anlan.base.models import JournalEntry
from anlan.base.rules.coordinates import Datum, from_wgs84
from anlan.registers.actions import sites
from anlan.registers.actions.enterprises import (
    ClosedForGood,
    CreditCodeTaken,
    NewPerson,
    StateInFuture,
    StateTooEarly,
    WrongCreditCode,
    add_enterprise,
    change_enterprise,
    set_enterprise_state,
)
from anlan.registers.actions.substances import load_substances
from anlan.registers.models import (
    Enterprise,
    Installation,
    Inventory,
    Person,
    Region,
    Site,
    Substance,
)
from anlan.registers.rules.scope import NOTHING
from tests.registers.kept import (
    acting,
    enterprise_values,
    make_enterprise,
    make_kept_city,
    said,
)
from tests.registers.small_city import TODAY

pytestmark = pytest.mark.django_db
INSIDE = (111.2, 35.6)


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    make_kept_city()


def site_values(enterprise: Enterprise, **more: Any) -> dict[str, Any]:
    values = {
        "enterprise": enterprise,
        "name": "演示厂区",
        "longitude_deg": INSIDE[0],
        "latitude_deg": INSIDE[1],
        "datum": "CGCS2000",
        "source": "演示",
        "mark": "X",
    }
    return values | more


def test_a_wrong_code_is_refused_and_an_unknown_one_stays_unknown() -> None:
    with pytest.raises(WrongCreditCode) as refused:
        add_enterprise(enterprise_values(credit_code="91350100M000100Y44"), **said())
    assert refused.value.field == "credit_code"
    assert "should be 3, not 4" in refused.value.args[0]
    assert not Enterprise.objects.exists()
    make_enterprise(name="演示甲", credit_code="")
    make_enterprise(name="演示乙", credit_code="  ")
    assert list(Enterprise.objects.values_list("credit_code", flat=True)) == ["", ""]


def test_a_code_belongs_to_one_enterprise() -> None:
    make_enterprise()
    with pytest.raises(CreditCodeTaken):
        add_enterprise(
            enterprise_values(name="演示另一家", credit_code=" 91350100m000100y43"), **said()
        )


def test_the_database_refuses_a_second_row_with_the_code() -> None:
    row = make_enterprise()
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        recording(action="tests.double", **said()) as rec,
    ):
        rec.add(Enterprise(**enterprise_values(name="演示另一家", credit_code=row.credit_code)))


def test_who_may_enter_an_enterprise() -> None:
    """The plan office and the county that supervises; nobody else."""
    for number, login in enumerate(("bureau", "county")):
        add_enterprise(enterprise_values(name=f"演示{number}", credit_code=""), **said(login))
    for login in ("other", "department", "public"):
        with pytest.raises(NotAllowed):
            add_enterprise(enterprise_values(name="演示拒", credit_code=""), **said(login))
    row = Enterprise.objects.get(name="演示0")
    with pytest.raises(NotAllowed):
        change_enterprise(row.pk, {"note": "x"}, expected_version=1, **said("other"))


def test_a_county_cannot_pass_an_enterprise_to_a_unit_of_others() -> None:
    row = make_enterprise()
    unit = acting("other").scope.own_units
    other = Enterprise._meta.get_field("unit").related_model.objects.get(code__in=unit)  # type: ignore[union-attr]
    with pytest.raises(NotAllowed):
        change_enterprise(row.pk, {"unit": other}, expected_version=1, **said("county"))


def test_scope_of_an_enterprise_and_what_stands_on_it() -> None:
    row = make_enterprise()
    sites.add_site(site_values(row), **said())
    for model in (Enterprise, Site):
        seen = {
            login: model.objects.visible_to(acting(login).scope).count()
            for login in ("bureau", "county", "other", "department", "public")
        }
        assert seen == {"bureau": 1, "county": 1, "other": 0, "department": 1, "public": 0}
        assert model.objects.visible_to(NOTHING).count() == 0


def test_a_sensitive_enterprise_hides_its_sites_too() -> None:
    row = make_enterprise(grade="sensitive")
    sites.add_site(site_values(row), **said())
    for model in (Enterprise, Site):
        counts = [
            model.objects.visible_to(acting(w).scope).count()
            for w in ("bureau", "county", "department")
        ]
        assert counts == [1, 1, 0]


def test_new_people_are_entered_with_the_enterprise_and_seen_by_its_county() -> None:
    before = JournalEntry.objects.count()
    people = {"safety_officer": NewPerson(name="演示·安全", mobile="199 0000 8001")}
    add_enterprise(enterprise_values(), people=people, **said("county"))
    assert JournalEntry.objects.count() == before + 1
    officer = Enterprise.objects.get().safety_officer
    assert officer is not None
    assert (officer.mobile, officer.is_invented) == ("19900008001", True)
    assert officer in Person.objects.visible_to(acting("county").scope)
    assert officer not in Person.objects.visible_to(acting("other").scope)


def test_a_repeat_is_harmless_and_a_stale_version_is_a_conflict() -> None:
    asked = said(request_id="enterprise-0001")
    first = add_enterprise(enterprise_values(), **asked)
    assert add_enterprise(enterprise_values(), **asked) == first
    assert Enterprise.objects.count() == 1
    change_enterprise(first["id"], {"note": "甲"}, expected_version=1, **said("county"))
    with pytest.raises(Conflict):
        change_enterprise(first["id"], {"note": "乙"}, expected_version=1, **said())
    assert Enterprise.objects.get().note == "甲"


def test_states_follow_one_another() -> None:
    row = make_enterprise()

    def to(state: str, since: dt.date) -> None:
        version = Enterprise.objects.get().version
        set_enterprise_state(row.pk, state=state, since=since, expected_version=version, **said())

    to("stopped", TODAY - dt.timedelta(days=9))
    with pytest.raises(StateTooEarly):
        to("operating", TODAY - dt.timedelta(days=10))
    with pytest.raises(StateInFuture):
        to("operating", TODAY + dt.timedelta(days=1))
    to("operating", TODAY - dt.timedelta(days=9))
    to("closed", TODAY)
    with pytest.raises(ClosedForGood):
        to("operating", TODAY)
    assert Enterprise.objects.get().state == "closed"


@pytest.mark.parametrize("datum", list(Datum))
def test_a_point_is_converted_once_and_decides_the_region(datum: Datum) -> None:
    row = make_enterprise(region=Region.objects.get(code="140828"))
    read = from_wgs84([INSIDE], datum)[0]
    values = site_values(
        row, longitude_deg=float(read[0]), latitude_deg=float(read[1]), datum=datum.value
    )
    sites.add_site(values, **said())
    site = Site.objects.get()
    assert (site.longitude_deg, site.latitude_deg) == pytest.approx(INSIDE, abs=1e-6)
    assert (site.region.code, site.place_state) == ("140825", "inside")
    assert site.source_datum == datum.value


def test_a_point_outside_is_refused_with_what_to_do() -> None:
    row = make_enterprise()
    for longitude, latitude in ((35.6, 111.2), (116.4, 39.9)):
        error = sites.PointNotInDegrees if latitude > 90 else sites.OutsideCity
        with pytest.raises(error):
            values = site_values(row, longitude_deg=longitude, latitude_deg=latitude)
            sites.add_site(values, **said())
    with pytest.raises(sites.PointNotInDegrees):
        sites.add_site(site_values(row, latitude_deg=None), **said())
    with pytest.raises(sites.RegionDiffers):
        other = Region.objects.get(code="140828")
        sites.add_site(site_values(row, region=other), **said())
    assert not Site.objects.exists()


def test_without_a_point_the_region_is_chosen_or_that_of_the_enterprise() -> None:
    row = make_enterprise()
    nowhere = {"longitude_deg": None, "latitude_deg": None}
    sites.add_site(site_values(row, **nowhere), **said())
    site = Site.objects.get()
    assert (site.region.code, site.place_state) == ("140825", "none")
    other = Region.objects.get(code="140828")
    sites.change_site(site.pk, {**nowhere, "region": other}, expected_version=1, **said())
    assert Site.objects.get().region == other


def installation(row: Enterprise) -> Installation:
    sites.add_site(site_values(row), **said())
    values = {"site": Site.objects.get(), "name": "V1", "kind": "tank", "mark": "X"}
    sites.add_installation(values, **said())
    return Installation.objects.get()


def test_counts_are_added_and_never_overwrite_an_older_one() -> None:
    tank = installation(make_enterprise())
    count = {"installation": tank, "substance": Substance.objects.get(), "mark": "X"}
    for days in (9, 2):
        day = TODAY - dt.timedelta(days=days)
        values = {**count, "counted_on": day, "amount_t": Decimal(days), "maximum_t": Decimal(20)}
        sites.add_inventory(values, **said("county"))
    with pytest.raises(sites.InventoryExists):
        sites.add_inventory({**count, "counted_on": day, "amount_t": Decimal(1)}, **said())
    with pytest.raises(sites.InventoryInFuture):
        later = TODAY + dt.timedelta(days=1)
        sites.add_inventory({**count, "counted_on": later, "amount_t": Decimal(1)}, **said())
    amounts = Inventory.objects.order_by("counted_on").values_list("amount_t", flat=True)
    assert list(amounts) == [Decimal(9), Decimal(2)]
    with pytest.raises(NotAllowed):
        newest = Inventory.objects.latest("counted_on")
        sites.change_inventory(
            newest.pk, {"amount_t": Decimal(3)}, expected_version=1, **said("other")
        )


def test_the_table_of_substances_loads_once_with_its_mark() -> None:
    for _ in range(2):
        load_substances(None, lambda line: None)  # type: ignore[arg-type]
    assert Substance.objects.count() == 85
    loaded = Substance.objects.get(name="氯")
    assert (loaded.critical_quantity_t, loaded.gas_factor, loaded.mark) == (5, 4, "M")
    assert Substance.objects.get(name="氨").mark == "V", "a row that was there is left as it is"
