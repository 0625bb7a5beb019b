"""A register of a few units and bodies, quick to make: for tests that need no whole city."""

import datetime as dt
from typing import Any

from anlan.base.actor import Actor
from anlan.base.journal.recording import recording
from anlan.base.models import InstanceStamp
from anlan.registers.models import Body, BodyName, Region, ReportingUnit
from anlan.registers.rules.scope import PROGRAM

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)
ADMINISTRATOR = Actor(account="admin", scope=PROGRAM)
UNITS = (
    ("city", "运城市", "市本级", "city", "140800"),
    ("xinjiang", "新绛县", "新绛", "county", "140825"),
    ("xia", "夏县", "夏县", "county", "140828"),
)
BODIES = (
    ("emergency", "运城市应急管理局", "市应急局", "city", "V"),
    ("water", "运城市水务局", "市水务局", "city", "V"),
    ("airport", "市民航机场建设中心", "市民航机场建设中心", "city", "M"),
    ("emergency-xinjiang", "新绛县应急管理局", "新绛县应急局", "xinjiang", "M"),
    ("emergency-xia", "夏县应急管理局", "夏县应急局", "xia", "M"),
)


def make_small_city(*, is_demonstration: bool) -> None:
    """Units, bodies and their names, and the stamp."""
    InstanceStamp.objects.create(
        is_demonstration=is_demonstration, centre="140800", profile="small", made_at=NOW
    )
    with recording(
        action="tests.small_city", actor=ADMINISTRATOR, now=NOW, request_id="small-city"
    ) as rec:
        units: dict[str, ReportingUnit] = {}
        for code, name, short_name, kind, region_code in UNITS:
            region = Region(code=region_code, name=name, level="county")
            rec.add(region)
            units[code] = ReportingUnit(
                code=code,
                name=name,
                short_name=short_name,
                kind=kind,
                region=region,
                valid_from=dt.date(2021, 1, 1),
            )
            rec.add(units[code])
        for code, full_name, short_name, unit, mark in BODIES:
            proof: dict[str, Any] = {"source": "fact sheet", "mark": mark}
            body = Body(
                code=code, full_name=full_name, short_name=short_name, unit=units[unit], **proof
            )
            rec.add(body)
            rec.add(BodyName(body=body, kind="full", name=full_name, **proof))
            rec.add(BodyName(body=body, kind="short", name=short_name, **proof))
            if unit != "city":
                shared = BodyName(body=body, kind="alias", name="县应急局", only_in_unit=True)
                rec.add(shared)
