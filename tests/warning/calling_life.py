"""A small city with villages, contacts and a warning in force: for tests of call-and-confirm."""

import datetime as dt
from typing import Any

from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.registers.models import (
    Account,
    AreaContact,
    Body,
    Person,
    Post,
    Region,
    ReportingUnit,
    Tenure,
)
from anlan.warning.models import IssuedWarning, WarningArea, WarningMessage
from tests.registers.kept import make_kept_city
from tests.registers.small_city import ADMINISTRATOR, NOW, TODAY

TEXT = "运城市气象台2026年11月24日10时00分发布暴雨红色预警信号：请做好防范。"
REGIONS = (
    ("140825100", "演示镇", "township", "140825"),
    ("140825100001", "演示一村", "village", "140825100"),
    ("140825100002", "演示二村", "village", "140825100"),
    ("140828100", "演示夏镇", "township", "140828"),
    ("140828100001", "演示夏村", "village", "140828100"),
)


def make_called_city() -> None:
    """The kept city with its divisions below one another, townships and villages."""
    make_kept_city()
    with recording(
        action="tests.called", actor=ADMINISTRATOR, now=NOW, request_id="called-city"
    ) as rec:
        city = rec.lock(Region, Region.objects.get(code="140800").pk)
        city.level = "city"
        rec.save(city)
        for code in ("140825", "140828"):
            county = rec.lock(Region, Region.objects.get(code=code).pk)
            county.parent = city
            rec.save(county)
        for code, name, level, parent in REGIONS:
            upper = Region.objects.get(code=parent)
            rec.add(Region(code=code, name=name, level=level, parent=upper))


def make_contact(**more: Any) -> AreaContact:
    """A village contact of 演示一村 with a number and a deputy, unless told otherwise."""
    given: dict[str, Any] = {
        "kind": "village-contact",
        "unit": "xinjiang",
        "region": "140825100001",
        "name": f"演示·{new_id().hex[-6:]}",
        "mobile": "19900001000",
        "deputy": "演示·副",
        "point": None,
        "login": "",
        "place": new_id().hex[-8:],
    } | more
    with recording(
        action="tests.contact", actor=ADMINISTRATOR, now=NOW, request_id=new_id().hex
    ) as rec:
        person = Person(name=given["name"], mobile=given["mobile"], is_invented=True)
        rec.add(person)
        deputy = None
        if given["deputy"]:
            deputy = Person(name=given["deputy"], mobile="19900002000", is_invented=True)
            rec.add(deputy)
        if given["login"]:
            _sign_in(rec, person, given["login"])
        longitude, latitude = given["point"] or (None, None)
        row = AreaContact(
            person=person,
            kind=given["kind"],
            unit=ReportingUnit.objects.get(code=given["unit"]),
            region=Region.objects.get(code=given["region"]),
            place=given["place"],
            longitude_deg=longitude,
            latitude_deg=latitude,
            deputy=deputy,
            held_from=dt.date(2026, 1, 1),
            source="演示",
            mark="X",
        )
        rec.add(row)
    return row


def _sign_in(rec: Any, person: Person, login: str) -> None:
    body = Body.objects.get(code="emergency-xinjiang")
    post = Post(body=body, title=f"村级责任人{login}", role="public")
    rec.add(post)
    rec.add(Tenure(person=person, post=post, held_from=dt.date(2026, 1, 1)))
    rec.add(Account(login=login, person=person, password="!"))


def make_message(**more: Any) -> WarningMessage:
    """A red rainstorm warning of the city's station for Xinjiang, in force."""
    given: dict[str, Any] = {
        "unit": "city",
        "level": "red",
        "hazard": "rainstorm",
        "change": "issue",
        "at": NOW,
        "regions": ("140825",),
        "outlines": (),
        "warning": None,
        "expires_at": None,
    } | more
    with recording(
        action="tests.warning", actor=ADMINISTRATOR, now=NOW, request_id=new_id().hex
    ) as rec:
        warning = given["warning"]
        if warning is None:
            warning = IssuedWarning(
                issuer="演示市气象台",
                unit=ReportingUnit.objects.get(code=given["unit"]),
                hazard=given["hazard"],
                level=given["level"],
                issued_at=given["at"],
                expires_at=given["expires_at"],
            )
            rec.add(warning)
        else:
            warning = rec.lock(IssuedWarning, warning.pk)
            warning.level, warning.expires_at = given["level"], given["expires_at"]
            rec.save(warning)
        message = WarningMessage(
            warning=warning,
            change=given["change"],
            level=given["level"],
            issued_at=given["at"],
            received_at=given["at"],
            expires_at=given["expires_at"],
            text=TEXT,
            intake="pasted",
            recorded_by="admin",
        )
        rec.add(message)
        for code in given["regions"]:
            rec.add(WarningArea(message=message, region=Region.objects.get(code=code)))
        for outline in given["outlines"]:
            rec.add(WarningArea(message=message, name="画定区域", outline=outline))
    return message


def lift(warning: IssuedWarning, at: dt.datetime) -> None:
    with recording(
        action="tests.lift", actor=ADMINISTRATOR, now=at, request_id=new_id().hex
    ) as rec:
        row = rec.lock(IssuedWarning, warning.pk)
        row.ended_at = at
        rec.save(row)


def told(login: str, at: dt.datetime = NOW, **more: Any) -> dict[str, Any]:
    """What every action is told."""
    from anlan.registers import queries

    actor = ADMINISTRATOR
    if login != "admin":
        actor = queries.actor_for(Account.objects.get(login=login), TODAY)
    return {"actor": actor, "now": at, "request_id": new_id().hex, "reason": "测试"} | more


def minutes(number: float) -> dt.datetime:
    return NOW + dt.timedelta(minutes=number)
