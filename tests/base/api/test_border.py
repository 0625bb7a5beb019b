"""What the border lets in, and how it says no: seen through the whole program."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

PROBLEM = "application/problem+json"
SignedIn = Callable[[str], Client]


def said(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == PROBLEM
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"]) == (status, code)
    return body


def post(client: Client, path: str, body: Any, **kwargs: Any) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json", **kwargs)


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1", "/api/v2/regions", "/api/v1/regions/", "/api/x", "/api/v1/x%0Ay%00"],
)
def test_an_unknown_address_is_a_problem(client_as: SignedIn, path: str) -> None:
    said(client_as("bureau").get(path), 404, "no-such-address")


def test_an_unknown_method_names_those_that_work(client_as: SignedIn) -> None:
    response = client_as("bureau").put("/api/v1/session")
    said(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "DELETE, POST"


@pytest.mark.parametrize(
    "query",
    ["lvel=county", "page=0", "page=x", "page_size=201", "sort=password", "q=%00", "q=a&q=b"],
)
def test_a_senseless_parameter_is_refused(client_as: SignedIn, query: str) -> None:
    body = said(client_as("bureau").get(f"/api/v1/regions?{query}"), 422, "invalid")
    assert body["errors"][0]["field"] == query.partition("=")[0]
    assert body["errors"][0]["location"] == "query"


def test_a_page_beyond_the_end_is_not_found(client_as: SignedIn) -> None:
    said(client_as("bureau").get("/api/v1/reporting-units?page=9"), 404, "page-not-found")


def test_pages_follow_each_other_without_gap_or_repeat(client_as: SignedIn) -> None:
    client, address, codes = client_as("bureau"), "/api/v1/bodies?page_size=9&kind=department", []
    while address:
        page = client.get(address).json()
        codes += [row["code"] for row in page["results"]]
        address = page["next"]
    assert page["previous"] is not None
    assert len(codes) == len(set(codes)) == page["count"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("{", "malformed-body"),
        ("[" * 100_000, "malformed-body"),
        ('{"login": NaN}', "malformed-body"),
        ('{"login": "a", "login": "b"}', "malformed-body"),
        (b'{"login": "\xff"}', "malformed-body"),
        ("9" * 5000, "malformed-body"),
    ],
)
def test_a_body_that_is_no_json_is_refused(
    client: Client, city: None, raw: Any, code: str
) -> None:
    said(post(client, "session", raw), 400, code)


@pytest.mark.parametrize("raw", ["null", "3", "[]", '"x"', "", '{"login": 3, "password": "x"}'])
def test_a_body_of_another_shape_is_refused(client: Client, city: None, raw: str) -> None:
    said(post(client, "session", raw), 422, "invalid")


@pytest.mark.parametrize("word", ["a\\u0000b", "\\ud800", "\\u001b[31m"])
def test_text_that_no_column_can_hold_is_refused(client: Client, city: None, word: str) -> None:
    body = said(post(client, "session", f'{{"login": "{word}", "password": "x"}}'), 422, "invalid")
    assert body["errors"][0]["field"] == "login"


def test_an_unknown_field_is_refused(client: Client, city: None) -> None:
    body = said(post(client, "session", {"login": "a", "password": "b", "x": 1}), 422, "invalid")
    assert body["errors"][0] == {
        "field": "x",
        "location": "body",
        "code": "extra_forbidden",
        "message": body["errors"][0]["message"],
    }


def test_a_body_that_is_too_large_is_refused(client: Client, city: None) -> None:
    large = json.dumps({"login": "a", "password": "x" * 1_100_000})
    said(post(client, "session", large), 413, "body-too-large")


def test_a_body_of_another_media_type_is_refused(client: Client, city: None) -> None:
    response = client.post("/api/v1/session", {"login": "a", "password": "b"})
    said(response, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("headers", "language", "title"),
    [
        ({}, "zh-hans", None),
        ({"Accept-Language": "en-GB,en;q=0.9"}, "en", "Not found"),
        ({"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.1"}, "zh-hans", None),
        ({"Accept-Language": "fr,en;q=0.5"}, "en", "Not found"),
        ({"Accept-Language": "*"}, "zh-hans", None),
        ({"Accept-Language": ",,;;q=\x7f"}, "zh-hans", None),
    ],
)
def test_words_come_in_the_language_that_is_asked_for(
    client_as: SignedIn, headers: dict[str, str], language: str, title: str | None
) -> None:
    response = client_as("bureau").get("/api/v1/regions/none", headers=headers)
    body = said(response, 404, "not-found")
    assert response.headers["Content-Language"] == language
    if title:
        assert body["title"] == title


def test_the_language_chosen_on_the_screens_wins(client_as: SignedIn) -> None:
    client = client_as("bureau")
    client.cookies["anlan_language"] = "en"
    response = client.get("/api/v1/regions/none", headers={"Accept-Language": "zh"})
    assert response.headers["Content-Language"] == "en"


def test_a_demonstration_marks_every_answer(client: Client, client_as: SignedIn) -> None:
    signed_in = client_as("bureau")
    for path in ("v1/regions", "v1/regions.geojson", "openapi.json", "v1/none"):
        assert signed_in.get(f"/api/{path}").headers["X-Anlan-Demonstration"] == "true"
    assert client.get("/api/v1/regions").headers["X-Anlan-Demonstration"] == "true"
    assert signed_in.get("/api/v1/bodies").json()["demonstration"] is True
    assert signed_in.get("/api/v1/regions.geojson").json()["demonstration"] is True


def test_a_real_instance_carries_no_mark(client_as: SignedIn) -> None:
    from anlan.base.models import InstanceStamp

    client = client_as("bureau")
    InstanceStamp.objects.update(is_demonstration=False)
    response = client.get("/api/v1/regions")
    assert "X-Anlan-Demonstration" not in response.headers
    assert response.json()["demonstration"] is False


def test_answers_are_not_kept_by_anybody(client_as: SignedIn) -> None:
    assert client_as("bureau").get("/api/v1/people").headers["Cache-Control"] == "no-store"
