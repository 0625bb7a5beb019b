"""Loads the registers of a city from its profile: one journal entry a file, safe to repeat.

What a city changed later is never overwritten: a load is known by the profile's edition, and a
row whose code exists already is left as it is.
"""

import datetime as dt
import decimal
from collections.abc import Callable, Iterable
from typing import Any

from pypinyin import Style, lazy_pinyin

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.journal.content import canonical, plain_digest
from anlan.base.journal.recording import recording
from anlan.base.parts import Progress
from anlan.base.profile import Profile
from anlan.base.records import Record
from anlan.registers.models import (
    Body,
    BodyGroup,
    BodyName,
    GroupMembership,
    Region,
    RegionOutline,
    ReportingUnit,
    Statistic,
)

OUTLINES = "outlines-screen.geojson"
LOADER = Actor.program("profile")
REGION_ORDER = ("province", "city", "county", "township", "statistical", "village")


def initials(name: str) -> str:
    """Pinyin initials of a Chinese name, lower case: 盐湖区 is `yhq`."""
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore")
    return "".join(letters).lower()[:60]


def load_registers(profile: Profile, progress: Progress) -> None:
    """Load everything this stage keeps. Each file is one transaction."""
    steps: tuple[tuple[str, Callable[[Profile], Iterable[Record]]], ...] = (
        ("regions", _regions),
        ("outlines", _outlines),
        ("reporting-units", _units),
        ("bodies", _bodies),
        ("body-names", _names),
        ("body-groups", _groups),
        ("group-memberships", _memberships),
        ("statistics", _statistics),
    )
    for name, make in steps:
        edition = _outline_edition(profile) if name == "outlines" else profile.edition
        if edition is None:
            progress("outlines: not built on this machine, the map will say so")
            continue
        count = _load(name, edition, make, profile)
        progress(f"{name}: {count}")


def _load(
    name: str, edition: str, make: Callable[[Profile], Iterable[Record]], profile: Profile
) -> int:
    request_id = f"profile-{name}-{edition}"[:64]
    with recording(
        action="registers.profile.load",
        actor=LOADER,
        now=clock.now(),
        request_id=request_id,
        reason=f"城市档案 {edition}",
        payload={"file": name, "edition": edition},
    ) as rec:
        if rec.repeated:
            return int(rec.result["rows"])
        rows = list(make(profile))
        rec.add_many(rows)
        rec.note(file=name, edition=edition)
        rec.result = {"rows": len(rows)}
        return len(rows)


def _regions(profile: Profile) -> Iterable[Record]:
    seats = {row["region_code"]: row for row in profile.rows("counties.csv")}
    rows = [*profile.rows("regions.csv"), *profile.rows("villages.csv")]
    rows.sort(key=lambda row: (REGION_ORDER.index(row["level"]), row["code"]))
    known = {region.code: region for region in Region.objects.all()}
    for row in rows:
        if row["code"] in known:
            continue
        seat = seats.get(row["code"], {})
        region = Region(
            code=row["code"],
            name=row["name"],
            name_en=row.get("name_en", ""),
            level=row["level"],
            is_division=row["is_division"] == "true",
            parent=known.get(row["parent_code"]),
            initials=initials(row["name"]),
            seat=seat.get("seat", ""),
            longitude_deg=_number(seat.get("seat_lon", "")),
            latitude_deg=_number(seat.get("seat_lat", "")),
            edition=row["edition"],
            note=row.get("note", ""),
            **_proof(profile, row),
        )
        known[region.code] = region
        yield region


def _outline_edition(profile: Profile) -> str | None:
    built = profile.built(OUTLINES)
    return None if built is None else plain_digest(canonical(built["anlan"]).encode())[:16]


def _outlines(profile: Profile) -> Iterable[Record]:
    built = profile.built(OUTLINES) or {"features": []}
    regions = {region.code: region for region in Region.objects.filter(outline__isnull=True)}
    for feature in built["features"]:
        about = feature["properties"]
        region = regions.get(about["code"])
        if region is None:
            continue
        yield RegionOutline(
            region=region,
            geometry=feature["geometry"],
            source_datum=about["datum_source"],
            source=f"{about['source']} {about['source_version']} ({about['licence']})",
            area_km2=about["area_km2"],
            label_longitude_deg=about["label_longitude_deg"],
            label_latitude_deg=about["label_latitude_deg"],
        )


def _units(profile: Profile) -> Iterable[Record]:
    regions = {region.code: region for region in Region.objects.exclude(level="village")}
    known = {unit.code: unit for unit in ReportingUnit.objects.all()}
    for row in profile.rows("reporting_units.csv"):
        if row["code"] in known:
            continue
        unit = ReportingUnit(
            code=row["code"],
            name=row["name"],
            short_name=row["short_name"],
            kind=row["kind"],
            region=regions[row["region_code"]],
            parent=known.get(row["parent_code"]),
            position=int(row["position"]),
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_until=_date(row["valid_until"]),
            **_proof(profile, row),
        )
        known[unit.code] = unit
        yield unit


def _bodies(profile: Profile) -> Iterable[Record]:
    units = {unit.code: unit for unit in ReportingUnit.objects.all()}
    known = set(Body.objects.values_list("code", flat=True))
    for position, row in enumerate(profile.rows("bodies.csv"), start=1):
        if row["code"] in known:
            continue
        yield Body(
            code=row["code"],
            full_name=row["full_name"],
            short_name=row["short_name"],
            kind=row["kind"],
            unit=units[row["unit"]],
            in_line_of_command=row["in_line_of_command"] == "true",
            initials=initials(row["short_name"].removeprefix("市")),
            position=position,
            valid_from=_date(row["valid_from"]),
            valid_until=_date(row["valid_until"]),
            note=row["note"],
            **_proof(profile, row),
        )


def _names(profile: Profile) -> Iterable[Record]:
    bodies = {body.code: body for body in Body.objects.all()}
    for row in profile.rows("body_names.csv"):
        yield BodyName(
            body=bodies[row["body_code"]],
            kind=row["kind"],
            name=row["name"],
            only_in_unit=row["only_in_unit"] == "true",
            valid_from=_date(row["valid_from"]),
            valid_until=_date(row["valid_until"]),
            note=row["note"],
            **_proof(profile, row),
        )


def _groups(profile: Profile) -> Iterable[Record]:
    units = {unit.code: unit for unit in ReportingUnit.objects.all()}
    names: dict[str, list[str]] = {}
    for row in profile.rows("body_group_names.csv"):
        names.setdefault(row["group_code"], []).append(row["name"])
    for row in profile.rows("body_groups.csv"):
        yield BodyGroup(
            code=row["code"],
            name=row["name"],
            names=names.get(row["code"], [row["name"]]),
            unit=units[row["unit"]],
            note=row["note"],
            **_proof(profile, row),
        )


def _memberships(profile: Profile) -> Iterable[Record]:
    groups = {group.code: group for group in BodyGroup.objects.all()}
    bodies = {body.code: body for body in Body.objects.all()}
    for row in profile.rows("body_group_members.csv"):
        yield GroupMembership(
            group=groups[row["group_code"]],
            body=bodies[row["body_code"]],
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_until=_date(row["valid_until"]),
            **_proof(profile, row),
        )


def _statistics(profile: Profile) -> Iterable[Record]:
    regions = {region.code: region for region in Region.objects.exclude(level="village")}
    for row in profile.rows("statistics.csv"):
        yield Statistic(
            region=regions[row["region_code"]],
            year=int(row["year"]),
            indicator=row["indicator"],
            value=decimal.Decimal(row["value"]) if row["value"] else None,
            unit_of_measure=row["unit_of_measure"],
            state=row["state"],
            edition=row["edition"],
            published_on=_date(row.get("published_on", "")),
            note=row["note"],
            **_proof(profile, row),
        )


def _proof(profile: Profile, row: dict[str, str]) -> dict[str, Any]:
    mark = row["mark"] if row["mark"] in ("V", "M", "D", "?", "X") else "?"
    return {"source": profile.source(row["source"])[:200], "mark": mark}


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _number(text: str) -> float | None:
    return float(text) if text else None
