"""Reads of the registers over the API."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

SignedIn = Callable[[str], Client]


def rows(client: Client, path: str) -> list[dict[str, Any]]:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def test_regions_filter_by_level_parent_and_name(client_as: SignedIn) -> None:
    client = client_as("public")
    assert len(rows(client, "regions?level=county&parent=140800")) == 13
    assert [r["code"] for r in rows(client, "regions?level=county&q=盐湖")] == ["140802"]
    assert "140802" in {r["code"] for r in rows(client, "regions?level=county&q=yhq")}
    codes = [r["code"] for r in rows(client, "regions?level=county&sort=-code")]
    assert codes == sorted(codes, reverse=True)


def test_a_region_by_code_or_id_counts_its_children(client_as: SignedIn) -> None:
    client = client_as("public")
    by_code = client.get("/api/v1/regions/140800")
    region = by_code.json()
    assert client.get(f"/api/v1/regions/{region['id']}").json() == region
    assert by_code.headers["ETag"] == f'"{region["version"]}"'
    assert {"level": "county", "count": 13} in region["children"]
    assert region["statistics"]
    assert all(
        (figure["value"] is None) == (figure["state"] == "unknown")
        for figure in region["statistics"]
    )


def test_places_are_longitude_then_latitude(client_as: SignedIn) -> None:
    for region in rows(client_as("public"), "regions?level=county"):
        if region["place"]:
            longitude, latitude = region["place"]["coordinates"]
            assert 110 < longitude < 112.5
            assert 34 < latitude < 36.5


def test_outlines_are_geojson_with_their_datum(client_as: SignedIn) -> None:
    response = client_as("county").get("/api/v1/regions.geojson?level=county")
    assert response.headers["Content-Type"] == "application/geo+json"
    collection = response.json()
    assert collection["type"] == "FeatureCollection"
    assert collection["datum"] == "CGCS2000"
    assert collection["note"]
    if not collection["features"]:
        pytest.skip("not run: the outlines are not built on this machine")
    assert len(collection["features"]) == 13
    one = client_as("county").get("/api/v1/regions/140802/outline").json()["features"]
    assert [feature["id"] for feature in one] == ["140802"]


def test_a_region_without_an_outline_says_so(client_as: SignedIn) -> None:
    village = rows(client_as("county"), "regions?level=village&page_size=1")[0]
    answer = client_as("county").get(f"/api/v1/regions/{village['code']}/outline")
    assert (answer.status_code, answer.json()["code"]) == (404, "outline-missing")


def test_units_are_the_city_its_counties_and_the_zone(client_as: SignedIn) -> None:
    units = rows(client_as("public"), "reporting-units")
    kinds = [unit["kind"] for unit in units]
    assert (kinds.count("city"), kinds.count("county"), kinds.count("zone")) == (1, 13, 1)


def test_a_body_is_found_by_any_of_its_names(client_as: SignedIn) -> None:
    client = client_as("public")
    body = client.get("/api/v1/bodies/water").json()
    assert body["names"]
    for name in body["names"]:
        assert "water" in {r["code"] for r in rows(client, f"bodies?q={name['name']}")}


def test_groups_of_a_body_are_those_of_the_day(client_as: SignedIn) -> None:
    client = client_as("bureau")
    group = rows(client, "body-groups")[0]
    member = client.get(f"/api/v1/body-groups/{group['code']}").json()["members"][0]
    address = f"/api/v1/bodies/{member['body']['code']}"
    assert group["code"] in {g["code"] for g in client.get(address).json()["groups"]}
    before = dt.date.fromisoformat(member["valid_from"]) - dt.timedelta(days=1)
    earlier = client.get(f"{address}?on={before}").json()["groups"]
    assert group["code"] not in {g["code"] for g in earlier}
    assert client.get(f"{address}?on=yesterday").status_code == 422


def test_numbers_of_other_bodies_are_masked(client_as: SignedIn) -> None:
    own = rows(client_as("department"), "people?body=water")[0]
    assert not own["is_masked"]
    assert own["mobile"].isdigit()
    everybody = rows(client_as("bureau"), "people")
    assert all(person["mobile"].isdigit() for person in everybody)


def test_masking_keeps_four_digits_of_a_number_and_none_of_a_short_one() -> None:
    from anlan.registers.api.people import masked

    assert masked("19900000001") == "*******0001"
    assert masked("8888") == "****"
    assert masked("") == ""


def test_a_county_reader_of_a_shared_unit_sees_masked_numbers(
    client_as: SignedIn, actor_as: Callable[[str], Any]
) -> None:
    """A colleague in the own unit but in another body is visible, the number is not."""
    admin = client_as("admin")
    bodies = rows(admin, "bodies?page_size=200")
    own = next(b for b in bodies if b["code"] == "emergency-xinjiang")
    other = next(b for b in bodies if b["unit"] == own["unit"] and b["code"] != own["code"])
    made = admin.post(
        "/api/v1/accounts",
        {
            "name": "演示·邻座",
            "mobile": "19900000099",
            "login": "neighbour",
            "password": "a-long-enough-one-1",
        },
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    given = client_as("security").post(
        f"/api/v1/accounts/{made.json()['id']}/posts",
        {
            "body": other["id"],
            "title": "联络员",
            "role": "county",
            "held_from": "2024-01-01",
        },
        content_type="application/json",
    )
    assert given.status_code == 201, given.content
    seen = rows(client_as("county"), "people?q=演示·邻座")[0]
    assert (seen["mobile"], seen["is_masked"]) == ("*******0099", True)


def test_me_names_posts_capabilities_and_units(client_as: SignedIn) -> None:
    me = client_as("county").get("/api/v1/me").json()
    assert [post["body"]["code"] for post in me["posts"]] == ["emergency-xinjiang"]
    assert "read-internal" in me["capabilities"]
    assert len(me["units"]) == 2
    assert client_as("public").get("/api/v1/me").json()["units"] == []


def test_the_journal_is_newest_first_and_names_what_it_touched(client_as: SignedIn) -> None:
    entries = rows(client_as("bureau"), "journal?page_size=200")
    loads = rows(client_as("bureau"), "journal?action=registers.profile.load&page_size=200")
    assert max(e["subject_count"] for e in loads) > 1000
    assert all(len(e["subjects"]) <= 50 for e in entries)
    assert rows(client_as("bureau"), "journal?action=registers.colleague")
    first = client_as("bureau").get("/api/v1/journal?page_size=1").json()
    assert first["results"][0]["id"] == entries[0]["id"]


def test_verification_is_reported(client_as: SignedIn, anchor: Any, now: dt.datetime) -> None:
    from anlan.base.journal import sealing

    sealing.seal(now)
    report = client_as("bureau").get("/api/v1/journal/verify").json()
    assert report["ok"], report
    assert report["sealed"] > 0
    anchor.write_text("")
    report = client_as("bureau").get("/api/v1/journal/verify").json()
    assert not report["ok"]
    assert report["finding"] and report["finding_text"]


MOST_QUERIES = {
    "regions?page_size=200": 8,
    "bodies?page_size=200": 8,
    "statistics?page_size=200": 8,
    "people?page_size=200": 9,
    "items?page_size=200": 8,
    "body-groups/safety-committee-members": 12,
}


def test_lists_cost_the_same_queries_whatever_their_length(
    client_as: SignedIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_as("bureau")
    client.get("/api/v1/me")  # the first request of a sign-in notes when its session began
    for path, most in MOST_QUERIES.items():
        with django_assert_max_num_queries(most):
            assert client.get(f"/api/v1/{path}").status_code in (200, 404)
