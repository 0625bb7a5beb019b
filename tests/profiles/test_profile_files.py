"""The files of the Yuncheng profile agree with each other and with what was counted elsewhere."""

import csv
import datetime as dt
import re
import tomllib
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROFILE = ROOT / "profiles" / "yuncheng"
ADMIN = ROOT.parent / "shared" / "data" / "admin"
MARKS = {"V", "M", "D"}
INVENTED = sorted(PROFILE.glob("demonstration-*.csv"))
FACTS = sorted(set(PROFILE.glob("*.csv")) - set(INVENTED))

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (PROFILE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def profile() -> dict:
    return tomllib.loads((PROFILE / "profile.toml").read_text(encoding="utf-8"))


def test_every_file_is_listed_and_there() -> None:
    files = dict(profile()["files"])
    named = {*files.pop("notices"), *files.values(), "profile.toml", "README.md"}
    assert named <= {path.name for path in PROFILE.iterdir()}
    assert {path.name for path in FACTS} <= named


@pytest.mark.parametrize("path", INVENTED, ids=lambda path: path.name)
def test_invented_rows_say_so(path: Path) -> None:
    for row in rows(path.name):
        assert (row["source"], row["mark"]) == ("演示数据", "X"), row


@pytest.mark.parametrize("path", FACTS, ids=lambda path: path.name)
def test_every_row_has_a_known_source_and_mark(path: Path) -> None:
    sources = tomllib.loads((PROFILE / "sources.toml").read_text(encoding="utf-8"))
    for row in rows(path.name):
        assert None not in row and None not in row.values(), row
        used = {value for key, value in row.items() if key in ("source", "chosen_source")}
        assert used <= set(sources) and used, row
        marks = {value for key, value in row.items() if key.endswith("mark")} - {""}
        assert marks <= MARKS and (marks or path.name == "counties.csv"), row
        for key, value in row.items():
            if key in ("valid_from", "valid_until", "as_of", "published_on") and value:
                dt.date.fromisoformat(value)
            if key.startswith(("is_", "in_", "only_")):
                assert value in ("true", "false"), row


def test_counts_of_regions() -> None:
    regions = rows("regions.csv")
    assert Counter(row["level"] for row in regions) == {
        "city": 1,
        "county": 13,
        "township": 147,
        "statistical": 14,
    }
    kinds = Counter(row["kind"] for row in regions)
    assert (kinds["subdistrict"], kinds["town"], kinds["township"]) == (15, 94, 38)
    assert len(rows("villages.csv")) == 2395


def test_regions_make_one_tree() -> None:
    everything = rows("regions.csv") + rows("villages.csv")
    by_code = {row["code"]: row for row in everything}
    assert len(by_code) == len(everything)
    for row in everything:
        parent = row["parent_code"]
        assert (parent in by_code) if parent else (row["level"] == "city")
        assert row["name"] == row["name"].strip()
        if row["level"] == "statistical":
            assert row["is_division"] == "false"
    assert by_code["140802404"]["is_division"] == "false"


def test_names_are_those_of_the_statistics_list() -> None:
    for ours, theirs, code in (
        ("regions.csv", "townships.csv", "code9"),
        ("villages.csv", "villages.csv", "code12"),
    ):
        path = ADMIN / theirs
        if not path.exists():
            pytest.skip(f"not run: {path.name} is not on this machine")
        with path.open(encoding="utf-8-sig", newline="") as file:
            expected = {row[code]: row["name"] for row in csv.DictReader(file)}
        length = len(next(iter(expected)))
        assert {r["code"]: r["name"] for r in rows(ours) if len(r["code"]) == length} == expected


def test_differences_between_the_code_lists_are_recorded() -> None:
    differences = rows("code_differences.csv")
    assert len(differences) == 14
    regions = {row["code"]: row for row in rows("regions.csv")}
    for row in differences:
        chosen = regions[row["chosen_code"]]
        assert chosen["name"] == row["name"]
        assert row["other_code"] in chosen["note"]
    assert {"北景乡", "裴庄镇", "部官镇", "洪池镇", "下化乡"} <= {
        row["name"] for row in differences
    }


def test_fourteen_units_report_beside_each_other() -> None:
    units = rows("reporting_units.csv")
    below = [row for row in units if row["parent_code"] == "city"]
    assert len(units) == 15 and len(below) == 14
    assert [row["kind"] for row in below] == ["county"] * 13 + ["zone"]
    assert all(len(row["code"]) <= 12 for row in units)
    regions = {row["code"] for row in rows("regions.csv")}
    assert {row["region_code"] for row in units} <= regions


def test_bodies_and_their_names() -> None:
    bodies = rows("bodies.csv")
    codes = {row["code"] for row in bodies}
    units = {row["code"] for row in rows("reporting_units.csv")}
    assert len(codes) == len(bodies) == 70
    assert Counter(row["in_notice"] for row in bodies)["true"] == 38
    assert all(row["parent_code"] in codes | {""} and row["unit"] in units for row in bodies)
    assert len({(row["unit"], row["short_name"]) for row in bodies}) == len(bodies)
    names = rows("body_names.csv")
    assert {row["body_code"] for row in names} == codes
    assert len({(r["body_code"], r["kind"], r["name"]) for r in names}) == len(names)
    assert {row["kind"] for row in names} == {"full", "short", "alias", "former", "successor"}


def test_one_name_in_one_unit_is_one_body() -> None:
    in_unit: dict[tuple[str, str], set[str]] = defaultdict(set)
    anywhere: dict[str, set[str]] = defaultdict(set)
    for row in rows("body_names.csv"):
        in_unit[row["name"], row["unit"]].add(row["body_code"])
        if row["only_in_unit"] == "false":
            anywhere[row["name"]].add(row["body_code"])
    assert all(len(found) == 1 for found in in_unit.values())
    assert all(len(found) == 1 for found in anywhere.values())
    assert in_unit["市应急局", "city"] == {"emergency"}
    assert in_unit["市应急局", "yongji"] == {"emergency-yongji"}
    assert in_unit["县应急局", "linyi"] != in_unit["县应急局", "xia"]


def test_every_unit_below_the_city_has_a_government_and_an_emergency_bureau() -> None:
    codes = {row["code"] for row in rows("bodies.csv")}
    for unit in rows("reporting_units.csv"):
        if unit["parent_code"]:
            assert {f"gov-{unit['code']}", f"emergency-{unit['code']}"} <= codes


def test_bodies_outside_the_line_of_command() -> None:
    outside = {r["code"] for r in rows("bodies.csv") if r["in_line_of_command"] == "false"}
    assert {
        "meteorology",
        "post",
        "financial-regulator",
        "military-subdistrict",
        "armed-police",
    } <= outside
    assert "emergency" not in outside and "gov-zone" not in outside


def test_groups() -> None:
    groups = {row["code"] for row in rows("body_groups.csv")}
    bodies = {row["code"] for row in rows("bodies.csv")}
    members = rows("body_group_members.csv")
    assert {row["group_code"] for row in members} == groups
    assert {row["body_code"] for row in members} <= bodies
    assert {row["group_code"] for row in rows("body_group_names.csv")} == groups
    assert len({(r["group_code"], r["body_code"]) for r in members}) == len(members)
    counts = Counter(row["group_code"] for row in members)
    assert counts["county-governments"] == counts["county-governments-short"] == 13
    assert counts["command-office-members"] == 17
    assert all(row["valid_from"] for row in members)


def test_statistics_keep_editions_and_unknowns() -> None:
    figures = rows("statistics.csv")
    keys = [(r["region_code"], r["year"], r["indicator"], r["edition"]) for r in figures]
    assert len(set(keys)) == len(keys)
    regions = {row["code"] for row in rows("regions.csv")}
    for row in figures:
        assert row["region_code"] in regions
        assert re.fullmatch(r"[a-z0-9-]{1,40}", row["indicator"])
        assert row["state"] == ("known" if row["value"] else "unknown")
        if row["value"]:
            assert Decimal(row["value"]) >= 0 and Decimal(row["rounded_to"]) > 0
    unknown = {(r["region_code"], r["year"], r["indicator"]) for r in figures if not r["value"]}
    assert ("140800", "2024", "gdp-yuan") in unknown
    assert ("140800", "2020", "work-safety-deaths") in unknown
    assert ("140882", "2023", "raw-coal-output-t") in unknown
    assert ("140821", "2023", "gdp-yuan") in unknown


def test_statistics_add_up_as_published() -> None:
    figures = rows("statistics.csv")

    def county_sum(indicator: str, edition: str) -> Decimal:
        return sum(
            (
                Decimal(row["value"])
                for row in figures
                if (row["indicator"], row["edition"]) == (indicator, edition)
                and len(row["region_code"]) == 6
                and row["region_code"] != "140800"
            ),
            Decimal(0),
        )

    assert county_sum("area-km2", "地名录") == 14_106
    assert county_sum("geohazard-points", "地灾防治规划2021") == 660
    rounded = county_sum("population-persons", "2020年普查（取整）")
    assert abs(rounded - 4_774_508) <= 13 * 50
    yanhu = [
        r["value"] for r in figures if (r["region_code"], r["indicator"]) == ("140802", "area-km2")
    ]
    assert yanhu == ["1237", "1205"]
