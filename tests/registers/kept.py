"""A small city with people on posts, an outline and an enterprise: for tests of kept registers."""

import datetime as dt
from typing import Any

from anlan.base.actor import Actor
from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.registers import queries
from anlan.registers.models import (
    Account,
    Body,
    Enterprise,
    Person,
    Post,
    Region,
    RegionOutline,
    ReportingUnit,
    Substance,
    Tenure,
)
from tests.registers.small_city import ADMINISTRATOR, NOW, TODAY, make_small_city

PEOPLE = (
    ("bureau", "演示·规划", "emergency", "规划办主任", "bureau"),
    ("department", "演示·水务", "water", "联络员", "department"),
    ("county", "演示·新绛", "emergency-xinjiang", "县联络员", "county"),
    ("other", "演示·夏县", "emergency-xia", "县联络员", "county"),
    ("public", "演示·公众", "emergency", "公众读者", "public"),
    ("leader", "演示·带班", "emergency", "副局长", "department"),
    ("officer", "演示·值守", "emergency", "值班员", "department"),
)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[111.0, 35.4], [111.4, 35.4], [111.4, 35.8], [111.0, 35.8], [111.0, 35.4]]],
}
GOOD_CODE = "91350100M000100Y43"


def make_kept_city() -> None:
    """Counties lie below the city; Xinjiang has an outline; everybody of PEOPLE holds a post since 2021 and has a sign-in."""
    make_small_city(is_demonstration=True)
    with recording(
        action="tests.kept", actor=ADMINISTRATOR, now=NOW, request_id="kept-city"
    ) as rec:
        for code in ("xinjiang", "xia"):
            unit = rec.lock(ReportingUnit, ReportingUnit.objects.get(code=code).pk)
            unit.parent = ReportingUnit.objects.get(code="city")
            rec.save(unit)
        rec.add(
            RegionOutline(
                region=Region.objects.get(code="140825"),
                geometry=SQUARE,
                source_datum="CGCS2000",
                source="test",
                area_km2=1,
                label_longitude_deg=111.2,
                label_latitude_deg=35.6,
            )
        )
        for number, (login, name, body, title, role) in enumerate(PEOPLE):
            person = Person(name=name, mobile=f"1990000{7000 + number}", is_invented=True)
            rec.add(person)
            post = Post(body=Body.objects.get(code=body), title=title, role=role)
            rec.add(post)
            rec.add(Tenure(person=person, post=post, held_from=dt.date(2021, 1, 1)))
            rec.add(Account(login=login, person=person, password="!"))
        rec.add(Substance(name="氨", cas="7664-41-7", critical_quantity_t=10))


def acting(login: str) -> Actor:
    """The actor that a sign-in of PEOPLE is; `admin` is the program itself."""
    if login == "admin":
        return ADMINISTRATOR
    return queries.actor_for(Account.objects.get(login=login), TODAY)


def said(login: str = "bureau", request_id: str = "", **more: Any) -> dict[str, Any]:
    """What every action is told."""
    given = {
        "actor": acting(login),
        "now": NOW,
        "request_id": request_id or new_id().hex,
        "reason": "测试",
    }
    return given | more


def person(login: str) -> Person:
    found: Person = Account.objects.get(login=login).person
    return found


def enterprise_values(**more: Any) -> dict[str, Any]:
    values = {
        "name": "演示化工",
        "credit_code": GOOD_CODE,
        "unit": ReportingUnit.objects.get(code="xinjiang"),
        "region": Region.objects.get(code="140825"),
        "sector": "S1",
        "source": "演示",
        "mark": "X",
    }
    return values | more


def make_enterprise(**more: Any) -> Enterprise:
    from anlan.registers.actions.enterprises import add_enterprise

    result = add_enterprise(enterprise_values(**more), **said())
    found: Enterprise = Enterprise.objects.get(pk=result["id"])
    return found
