"""What the border lets in, and how it says no: seen through the whole program."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from anlan.base import clock, instance_stamp
from anlan.site import instance

PROBLEM = "application/problem+json"
SignedIn = Callable[[str], Client]


@pytest.fixture
def ready(db: None) -> Iterator[None]:
    """A demonstration instance without a city: enough for what needs no register."""
    instance.claim(profile="none", edition="none", now=clock.now())
    instance.mark_ready(clock.now())
    yield
    instance.forget()


def said(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == PROBLEM
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"]) == (status, code)
    return body


def post(client: Client, path: str, body: Any, **kwargs: Any) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json", **kwargs)


def test_an_unknown_address_is_a_problem(client: Client, ready: None) -> None:
    for path in ("/api/v1", "/api/v2/regions", "/api/v1/regions/", "/api/x", "/api/v1/x%0Ay%00"):
        said(client.get(path), 404, "no-such-address")
    said(client.get("/api/"), 404, "not-found")


def test_an_unknown_method_names_those_that_work(client_as: SignedIn) -> None:
    response = client_as("bureau").put("/api/v1/session")
    said(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "DELETE, POST"


def test_a_senseless_parameter_is_refused(client_as: SignedIn) -> None:
    client = client_as("bureau")
    senseless = "lvel=county page=0 page=x page_size=201 sort=password q=%00 q=a&q=b level=none"
    for query in senseless.split():
        body = said(client.get(f"/api/v1/regions?{query}"), 422, "invalid")
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


NO_JSON = (
    "{",
    "[" * 100_000,
    '{"login": NaN}',
    '{"login": "a", "login": "b"}',
    b'{"login": "\xff"}',
    "9" * 5000,
)
ANOTHER_SHAPE = ("null", "3", "[]", '"x"', "", '{"login": 3, "password": "x"}')


def test_a_body_that_cannot_be_read_is_refused(client: Client, ready: None) -> None:
    for raw in NO_JSON:
        said(post(client, "session", raw), 400, "malformed-body")
    for raw in ANOTHER_SHAPE:
        said(post(client, "session", raw), 422, "invalid")


def test_text_that_no_column_can_hold_is_refused(client: Client, ready: None) -> None:
    for word in ("a\\u0000b", "\\ud800", "\\u001b[31m"):
        raw = f'{{"login": "{word}", "password": "x"}}'
        body = said(post(client, "session", raw), 422, "invalid")
        assert body["errors"][0]["field"] == "login"


def test_an_unknown_field_is_refused(client: Client, ready: None) -> None:
    body = said(post(client, "session", {"login": "a", "password": "b", "x": 1}), 422, "invalid")
    assert body["errors"][0] == {
        "field": "x",
        "location": "body",
        "code": "extra_forbidden",
        "message": body["errors"][0]["message"],
    }


def test_a_body_that_is_too_large_is_refused(client: Client, ready: None) -> None:
    large = json.dumps({"login": "a", "password": "x" * 1_100_000})
    said(post(client, "session", large), 413, "body-too-large")


def test_a_body_of_another_media_type_is_refused(client: Client, ready: None) -> None:
    response = client.post("/api/v1/session", {"login": "a", "password": "b"})
    said(response, 415, "unsupported-media-type")


LANGUAGES = (
    ("", "zh-hans"),
    ("en-GB,en;q=0.9", "en"),
    ("zh-CN,zh;q=0.9,en;q=0.1", "zh-hans"),
    ("fr,en;q=0.5", "en"),
    ("*", "zh-hans"),
    (",,;;q=\x7f", "zh-hans"),
)


def test_words_come_in_the_language_that_is_asked_for(client: Client, ready: None) -> None:
    for asked, language in LANGUAGES:
        response = client.get("/api/v1/none", headers={"Accept-Language": asked} if asked else {})
        body = said(response, 404, "no-such-address")
        assert response.headers["Content-Language"] == language
        if language == "en":
            assert body["title"] == "Not found"


def test_the_language_chosen_on_the_screens_wins(client: Client, ready: None) -> None:
    client.cookies["anlan_language"] = "en"
    response = client.get("/api/v1/none", headers={"Accept-Language": "zh"})
    assert response.headers["Content-Language"] == "en"


def test_a_demonstration_marks_every_answer(client: Client, client_as: SignedIn) -> None:
    signed_in = client_as("bureau")
    for path in ("v1/regions", "v1/regions.geojson", "openapi.json", "v1/none"):
        assert signed_in.get(f"/api/{path}").headers["X-Anlan-Demonstration"] == "true"
    assert client.get("/api/v1/regions").headers["X-Anlan-Demonstration"] == "true"
    assert signed_in.get("/api/v1/bodies").json()["demonstration"] is True
    assert signed_in.get("/api/v1/regions.geojson").json()["demonstration"] is True


def test_a_real_instance_carries_no_mark(client_as: SignedIn, settings: Any) -> None:
    from anlan.base.models import InstanceStamp

    settings.ANLAN_PASSWORD_AGE_DAYS = 0  # those of the demonstration are years old
    client = client_as("bureau")
    InstanceStamp.objects.update(is_demonstration=False)
    response = client.get("/api/v1/regions")
    assert "X-Anlan-Demonstration" not in response.headers
    assert response.json()["demonstration"] is False


def test_answers_are_not_kept_by_anybody(client_as: SignedIn) -> None:
    assert client_as("bureau").get("/api/v1/people").headers["Cache-Control"] == "no-store"


def test_a_database_that_is_down_is_a_problem_too(
    client: Client, ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down() -> bool:
        raise OperationalError("could not connect")

    assert instance.is_ready()  # remembered by the process
    monkeypatch.setattr(instance_stamp, "read_stamp", down)
    said(client.get("/api/v1/none"), 503, "busy")
