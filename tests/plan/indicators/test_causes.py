"""From a figure to who adds to it, what is linked, what is late, what is proven; as every role."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.base import clock
from anlan.base.worlds.past import as_of
from anlan.losses.queries.behind import enterprises_behind, focus_with_deaths, sums_by_hazard
from anlan.plan.queries.indicators.causes import Causes, causes
from anlan.plan.rules.indicators.choices import Basis, ChoiceKind
from anlan.registers.rules.scope import PROGRAM
from tests.plan.indicators.conftest import SmallCity

WIDE = replace(PROGRAM, units=frozenset({"city", "a", "b"}))
PATHS = tuple(f"/plan/indicators/I{n}/causes/" for n in range(1, 8))


def found(small: SmallCity, key: str = "I1", year: int | None = None) -> Causes:
    result = causes(small.notice, key, scope=WIDE, year=year)
    assert result is not None
    return result


def values(small: SmallCity, key: str = "I1", year: int | None = None) -> dict[str, Any]:
    rows = found(small, key, year).ranking.known().rows
    return {row.unit: row.value for row in rows}


def test_units_are_ranked_by_what_they_add(small: SmallCity) -> None:
    small.accident("a", 2023, 1)
    small.accident("b", 2023, 2)
    small.accident("b", 2024, 1)
    rows = found(small).ranking.known().rows
    assert [(row.unit, row.value, row.rank) for row in rows[:2]] == [("b", 3, 1), ("a", 1, 2)]
    assert values(small, year=2024)["b"] == 1


def test_a_unit_without_a_record_is_missing_until_a_paper_says_complete(small: SmallCity) -> None:
    small.accident("a", 2024, 1)
    assert values(small, year=2024) == {"a": 1, "b": None}
    small.choose(ChoiceKind.COVERAGE, basis=Basis.ACCIDENTS.value, first_year=2024)
    assert values(small, year=2024) == {"a": 1, "b": 0}
    assert values(small, year=2023) == {"a": None, "b": None}


def test_a_record_that_does_not_say_is_counted_apart(small: SmallCity) -> None:
    small.accident("a", 2024, None)
    row = next(r for r in found(small, year=2024).ranking.known().rows if r.unit == "a")
    assert (row.value, row.records, row.silent) == (None, 1, 1)


def test_coal_alone_counts_for_the_coal_indicator(small: SmallCity) -> None:
    small.accident("a", 2024, 4)
    small.accident("b", 2024, 1, sector="coal")
    assert values(small, "I3", 2024) == {"a": None, "b": 1}
    assert [row.code for row in found(small, "I3", 2024).groups] == ["coal"]
    assert [row.code for row in found(small, "I1", 2024).groups] == ["road", "coal"]


def test_a_disaster_is_shown_by_hazard_in_the_unit_of_the_figure(small: SmallCity) -> None:
    small.disaster("a", 2024, loss_fen=10**10)
    group = found(small, "I6", 2024).groups[0]
    assert (group.code, group.value, group.records) == ("flood", Decimal(1), 1)
    nothing = sums_by_hazard(["a"], field="deaths", years=[2019])
    assert nothing == ()


def test_a_hazard_of_which_no_record_says_its_number_is_not_zero(small: SmallCity) -> None:
    small.disaster("a", 2024, persons=None)
    group = found(small, "I5", 2024).groups[0]
    assert (group.value, group.records, group.unknown) == (None, 1, 1)


def test_accidents_without_an_enterprise_say_so(small: SmallCity) -> None:
    small.accident("a", 2024, 2)
    rows = enterprises_behind(WIDE, years=[2024])
    assert [(row.enterprise, row.name, row.deaths) for row in rows] == [(None, "", 2)]


def test_a_sector_without_a_focus_links_no_item(small: SmallCity) -> None:
    small.accident("a", 2024, 2)
    assert focus_with_deaths(years=[2024]) == frozenset()
    assert [each.item.key for each in found(small).items] == ["I1"]


def test_a_replaced_statement_no_longer_counts_and_the_past_keeps_it(small: SmallCity) -> None:
    row = small.accident("a", 2024, 1)
    before = small.at
    small.restate(row, 3)
    assert values(small, year=2024)["a"] == 3
    with clock.at(small.at + dt.timedelta(days=1)), as_of(before):
        assert values(small, year=2024)["a"] == 1
        assert found(small, year=2024).groups[0].value == 1


def test_other_keys_have_no_causes(small: SmallCity) -> None:
    assert causes(small.notice, "I7", scope=PROGRAM) is None
    assert causes(small.notice, "T1", scope=PROGRAM) is None


def queries_of(client: Any, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("login", ["bureau", "county", "department"])
def test_every_page_answers_whoever_works_in_the_plan(client_as: Any, login: str) -> None:
    client = client_as(login)
    for path in (*PATHS, "/plan/indicators/I1/causes/?year=2024"):
        for form in ("", "csv", "xlsx"):
            assert client.get(path, {"format": form} if form else {}).status_code == 200, path
    assert client.get("/api/v1/indicators/I4/causes?year=2023").status_code == 200


def test_the_public_and_strangers_are_refused_and_unknown_is_not_found(
    client_as: Any, client: Any
) -> None:
    public, bureau = client_as("public"), client_as("bureau")
    for path in (*PATHS, "/api/v1/indicators/I1/causes", "/api/v1/indicators/I7/causes"):
        assert public.get(path).status_code in (403, 404), path
        assert client.get(path).status_code in (302, 401), path
    for path in (
        "/plan/indicators/I9/causes/",
        "/plan/indicators/I1/causes/?year=1999",
        "/api/v1/indicators/I9/causes",
        "/api/v1/indicators/I7/causes?year=2024",
        "/api/v1/indicators/I1/causes?year=1999",
    ):
        assert bureau.get(path).status_code == 404, path


def test_every_number_opens_its_records(client_as: Any) -> None:
    client = client_as("bureau")
    text = client.get("/plan/indicators/I1/causes/?year=2024").content.decode()
    links = re.findall(r'href="(/plan/indicators/I1/2024/\?unit=\w+)"[^>]*>2024：(\d+)<', text)
    assert links
    for url, number in links:
        rows = client.get(url).content.decode()
        assert re.search(rf"计入\D*{number}\b", re.sub(r"<[^>]+>", " ", rows)), url


def test_a_county_sees_itself_and_one_sum_of_the_others(client_as: Any) -> None:
    path = "/api/v1/indicators/I1/causes?year=2024"
    whole, own = client_as("bureau").get(path).json(), client_as("county").get(path).json()
    assert whole["others"] is None
    assert len(whole["units"]) == 14
    assert len(own["units"]) == 1
    assert own["units"][0]["rank"] is None
    assert own["total"] == whole["total"]
    mine = Decimal(own["units"][0]["value"] or 0)
    assert mine + Decimal(own["others"]["value"]) == Decimal(own["total"])
    unit = own["units"][0]["unit"]
    assert (
        next(row for row in whole["units"] if row["unit"] == unit)["value"]
        == (own["units"][0]["value"])
    )
    deaths = sum(row["deaths"] or 0 for row in own["enterprises"])
    assert deaths == mine


def test_an_item_without_evidence_says_that_nothing_is_stated(client_as: Any) -> None:
    client = client_as("bureau")
    items = client.get("/api/v1/indicators/I1/causes").json()["items"]
    assert items[0]["links"] == [{"link": "itself", "by": ""}]
    empty = [item for item in items if not item["evidence"]]
    text = client.get("/plan/indicators/I1/causes/").content.decode()
    assert text.count("没有证据记录，本页不作判断") == len(empty) > 0
    assert "不是原因" in text
    assert any(item["late"] for item in items) or "没有记录到逾期" in text
    keys = {item["key"] for item in items}
    assert "S2" in keys
    assert "T27" not in keys


def test_what_is_late_is_what_the_registers_say(client_as: Any) -> None:
    client = client_as("bureau")
    rows = client.get("/api/v1/indicators/I6/causes").json()
    late = [one for item in rows["items"] for one in item["late"]]
    assert late
    assert sum(body["late"] for body in rows["bodies"]) <= len(late)
    shown = {(one["kind"], one["text"]) for one in late}
    county = client_as("county").get("/api/v1/indicators/I6/causes").json()
    theirs = {(one["kind"], one["text"]) for item in county["items"] for one in item["late"]}
    assert theirs <= shown


def test_the_number_of_queries_does_not_grow_with_what_is_found(client_as: Any) -> None:
    client = client_as("bureau")
    queries_of(client, PATHS[2])
    few, many = queries_of(client, PATHS[2]), queries_of(client, PATHS[0])
    assert many <= few + 2


def test_the_page_of_an_indicator_leads_here_and_the_past_keeps_its_day(client_as: Any) -> None:
    client = client_as("bureau")
    assert (
        'href="/plan/indicators/I4/causes/"' in client.get("/plan/indicators/I4/").content.decode()
    )


def test_the_measure_of_an_indicator_leads_here(client_as: Any) -> None:
    page = client_as("bureau").get("/plan/measures/indicator-i4/").content.decode()
    assert 'href="/plan/indicators/I4/causes/"' in page
    other = client_as("bureau").get("/plan/measures/signed-in-time/").content.decode()
    assert "/causes/" not in other


def test_whoever_is_late_stands_among_the_bodies(client_as: Any) -> None:
    found = client_as("bureau").get("/api/v1/indicators/I1/causes").json()
    late = [one["body"] for item in found["items"] for one in item["late"] if one["body"]]
    assert late
    bodies = {row["name"]: row["late"] for row in found["bodies"]}
    assert {name: late.count(name) for name in late} == {
        name: count for name, count in bodies.items() if count
    }
    assert "I7" not in {item["key"] for item in found["items"]}


def test_the_enterprise_of_an_accident_is_named_to_who_sees_it(client_as: Any) -> None:
    path, name = "/plan/indicators/I1/causes/?year=2025", "演示古绛焦化有限公司"
    assert name in client_as("bureau").get(path).content.decode()
    county = client_as("county")
    assert name not in county.get(path).content.decode()
    assert name not in county.get(f"{path}&format=csv").content.decode()


@pytest.mark.parametrize(
    "login", ["bureau", "department", "county", "public", "admin", "security", "audit"]
)
def test_it_answers_exactly_who_may_read_the_indicator(client_as: Any, login: str) -> None:
    client = client_as(login)
    for page, behind in (
        ("/plan/indicators/I2/", "/plan/indicators/I2/causes/"),
        ("/api/v1/indicators/I2", "/api/v1/indicators/I2/causes"),
        ("/plan/indicators/I7/", "/plan/indicators/I7/causes/"),
    ):
        assert client.get(behind).status_code == client.get(page).status_code


@pytest.mark.parametrize("year", ["²²²²", "二〇二四", "20 24", "-2024", "abc"])
def test_what_is_no_year_shows_the_whole_period(client_as: Any, year: str) -> None:
    client = client_as("bureau")
    for path in ("/plan/indicators/I4/causes/", "/plan/indicators/I4/"):
        assert client.get(path, {"year": year}).status_code == 200


def test_a_department_finds_enterprises_of_what_it_may_open(client_as: Any) -> None:
    path = "/api/v1/indicators/I1/causes?year=2025"
    whole = client_as("bureau").get(path).json()["enterprises"]
    own = client_as("department").get(path).json()["enterprises"]
    assert sum(row["records"] for row in own) < sum(row["records"] for row in whole)


@pytest.mark.parametrize("path", ["/plan/item-measures/", "/plan/indicators/"])
def test_lists_lead_to_what_stands_behind_each_figure(client_as: Any, path: str) -> None:
    page = client_as("bureau").get(path).content.decode()
    found = re.findall(r'href="/plan/indicators/(\w+)/causes/"', page)
    assert sorted(found) == ["I1", "I2", "I3", "I4", "I5", "I6", "I7"]
