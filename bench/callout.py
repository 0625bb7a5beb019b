"""callout: who is inside a warned area, and a round of calls opened for them.

Recipients are held against a loop over the same prepared polygons of shapely, in turns; both must
name the same people. Opening is the whole action with its rows, messages and terms; climbing is
one sweep in which everybody's first step has run out.
"""

import datetime as dt
import math
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from bench.rig.measure import Target, interleaved, seconds_of
from bench.rig.run import on_databases, require, say, start

FULL = {"addressees": 100_000, "opened": [10_000, 100_000], "rounds": 3}
SMALL = {"addressees": 2_000, "opened": [300], "rounds": 1}
RECIPIENT_RATIO = 5.0
CORNERS, POLYGONS = 400, 8


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    say(f"callout: recipients among {sizes['addressees']}")
    found = {"recipients": _recipients(sizes)}
    return found | on_databases("callout", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    ratio = figures["recipients"]["ratio_to_loop"]
    name = "recipients: in rates of a loop over prepared polygons"
    met = ratio >= RECIPIENT_RATIO
    return [Target(name=name, wanted=f">= {RECIPIENT_RATIO:g}", found=ratio, met=met)]


def _polygons() -> list[dict[str, Any]]:
    """Stars of many corners over the city, some of them overlapping, one with a hole."""
    found = []
    for number in range(POLYGONS):
        x, y = 110.3 + 0.2 * number, 34.8 + 0.12 * number
        ring = []
        for corner in range(CORNERS):
            turn = 2 * math.pi * corner / CORNERS
            r = 0.12 + 0.05 * math.sin(7 * turn + number) + 0.01 * math.cos(61 * turn)
            ring.append([x + r * math.cos(turn), y + r * math.sin(turn)])
        rings = [[*ring, ring[0]]]
        if number % 2:
            hole = [[x - 0.02, y - 0.02], [x - 0.02, y + 0.02], [x + 0.02, y + 0.02]]
            rings.append([*hole, hole[0]])
        found.append({"type": "Polygon", "coordinates": rings})
    return found


def _recipients(sizes: dict[str, Any]) -> dict[str, Any]:
    import numpy as np
    import shapely

    from anlan.warning.rules.recipients import Area, Contacts, Divisions, Found, recipients

    count = sizes["addressees"]
    generator = np.random.default_rng(2023)
    lons, lats = generator.uniform(110.1, 112.1, count), generator.uniform(34.6, 35.9, count)
    contacts = Contacts(
        regions=[f"14082{n % 10}{n % 997:06}" for n in range(count)],
        longitude_deg=lons,
        latitude_deg=lats,
        is_above=np.zeros(count, dtype=bool),
    )
    area = Area(outlines=tuple(_polygons()))
    nothing = Divisions(parents={}, outlines={})
    shapes = [shapely.geometry.shape(outline) for outline in area.outlines]
    for shape in shapes:
        shapely.prepare(shape)
    points = list(zip(lons.tolist(), lats.tolist(), strict=True))

    def ours() -> list[bool]:
        return [one is Found.POINT for one in recipients(area, contacts, nothing)]

    def loop() -> list[bool]:
        return [
            any(shapely.covers(shape, point) for shape in shapes)
            for point in (shapely.Point(lon, lat) for lon, lat in points)
        ]

    require("recipients", ours() == loop(), True)
    sides = interleaved({"ours": ours, "loop": loop}, sizes["rounds"])
    return {
        "addressees": count,
        "seconds": sides["ours"].median,
        "loop_seconds": sides["loop"].median,
        "ratio_to_loop": sides["loop"].median / sides["ours"].median,
    }


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    found: dict[str, Any] = {}
    known = 0
    _lay_instance()
    for count in sizes["opened"]:
        _lay_contacts(known, count)
        known = count
        say(f"callout: a round of {count} opened and climbed")
        message = _message(count)
        opened = seconds_of(partial(_open, message))
        climbed = seconds_of(partial(_climb, count))
        found[f"open_{count}_seconds"] = opened
        found[f"climb_{count}_rows_per_second"] = count / climbed
    return found


def _lay_instance() -> None:
    from django.conf import settings
    from django.core.management import call_command

    from anlan.base import clock
    from anlan.base.journal import keys
    from anlan.registers.models import Region, ReportingUnit
    from anlan.site import instance

    settings.ANLAN_HOME.mkdir(parents=True, exist_ok=True)
    keys.make_key_if_absent()
    call_command("migrate", verbosity=0, interactive=False)
    instance.claim(profile="bench", edition="1", now=clock.now())
    with _recorded("bench.city") as rec:
        city = Region(code="140800", name="市", level="city")
        rec.add(city)
        county = Region(code="140825", name="县", level="county", parent=city)
        rec.add(county)
        unit = ReportingUnit(
            code="county",
            name="县",
            short_name="县",
            kind="county",
            region=county,
            valid_from=dt.date(2021, 1, 1),
        )
        rec.add(unit)
        villages = [
            Region(code=f"140825{n:06}", name=f"村{n}", level="village", parent=county)
            for n in range(1000)
        ]
        rec.add_many(villages)


def _recorded(action: str) -> Any:
    from anlan.base import clock
    from anlan.base.identity import new_id
    from anlan.base.journal.recording import recording

    return recording(action=action, actor=_actor(), now=clock.now(), request_id=new_id().hex)


def _actor() -> Any:
    from anlan.base.actor import Actor
    from anlan.registers.rules.scope import PROGRAM

    return Actor(account="program:bench", scope=PROGRAM)


def _lay_contacts(first: int, until: int) -> None:
    """People and contacts past the journal: not part of any figure."""
    from django.db import transaction

    from anlan.base.dispatch import bulk
    from anlan.base.identity import new_id
    from anlan.registers.models import AreaContact, Person, Region, ReportingUnit

    unit = bulk.key(ReportingUnit.objects.get(code="county").pk)
    villages = bulk.as_keys(
        Region.objects.filter(level="village").order_by("code").values_list("pk", flat=True)
    )
    head = ("id", "owner_centre", "version")
    people = bulk.as_keys(new_id() for _ in range(first, until))
    person_columns = (*head, "name", "mobile", "landline", "initials", "is_invented", "erased_at")
    columns = (
        *head,
        *("person", "kind", "unit", "region", "place", "longitude_deg", "latitude_deg"),
        *("enterprise", "site", "deputy", "held_from", "held_until", "note", "source", "mark"),
    )
    since = dt.date(2026, 1, 1).isoformat()
    with transaction.atomic():
        bulk.append(
            Person,
            person_columns,
            ((key, "bench", 1, "演示", "19900000000", "", "", True, None) for key in people),
        )
        bulk.append(
            AreaContact,
            columns,
            (
                (
                    *(bulk.key(new_id()), "bench", 1, person, "village-contact", unit),
                    *(villages[n % 1000], f"{n}", None, None, None, None, None, since, None),
                    *("", "bench", "X"),
                )
                for n, person in enumerate(people)
            ),
        )


def _message(number: int) -> Any:
    from anlan.base import clock
    from anlan.registers.models import Region, ReportingUnit
    from anlan.warning.models import IssuedWarning, WarningArea, WarningMessage

    now = clock.now()
    with _recorded("bench.warning") as rec:
        warning = IssuedWarning(
            issuer=f"演示气象台{number}",
            unit=ReportingUnit.objects.get(code="county"),
            hazard="rainstorm",
            level="red",
            issued_at=now,
        )
        rec.add(warning)
        message = WarningMessage(
            warning=warning,
            change="issue",
            level="red",
            issued_at=now,
            received_at=now,
            text="演示",
            intake="pasted",
            recorded_by="bench",
        )
        rec.add(message)
        rec.add(WarningArea(message=message, region=Region.objects.get(code="140825")))
    return message


def _open(message: Any) -> None:
    from anlan.base import clock
    from anlan.base.identity import new_id
    from anlan.warning.actions.calling import open_round

    open_round(message.pk, actor=_actor(), now=clock.now(), request_id=new_id().hex)


def _climb(count: int) -> None:
    """Everybody's first step is over: one run of the sweep after the other, until none is left."""
    from anlan.base import clock
    from anlan.warning.actions.calling_sweep import climb_calls
    from anlan.warning.models import CallAddressee

    later, moved = clock.now() + dt.timedelta(minutes=6), 0
    while done := climb_calls(later):
        moved += done
    require("silent", CallAddressee.objects.filter(next_step_at__isnull=False).count(), 0)
    require("climbed", moved, count)


if __name__ == "__main__":
    sys.exit(
        start(
            "callout",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
