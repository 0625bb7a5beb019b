"""The OpenAPI document: complete, unambiguous, and reachable without a sign-in."""

from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

import ninja
import pytest
from django.test import Client
from django.urls import resolve

from anlan.base import clock
from anlan.site import instance


@pytest.fixture
def ready(db: None) -> Iterator[None]:
    """A demonstration instance without a city: enough for what needs no register."""
    instance.claim(profile="none", edition="none", now=clock.now())
    instance.mark_ready(clock.now())
    yield
    instance.forget()


@pytest.fixture
def document(client: Client, ready: None) -> dict[str, Any]:
    response = client.get("/api/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(p, m, op) for p, methods in document["paths"].items() for m, op in methods.items()]


def test_every_operation_documents_its_problems(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        statuses = set(operation["responses"])
        assert {"401", "403", "404", "405", "422", "503"} <= statuses, path
        if method != "get":
            assert {"400", "409", "413", "415", "428"} <= statuses, path
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"]


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert all("." in name for name in names)


def test_writes_take_an_idempotency_key_and_changes_a_version(document: dict[str, Any]) -> None:
    end = document["paths"]["/api/v1/memberships/{membership_id}/end"]["post"]
    assert {p["name"] for p in end["parameters"]} >= {"Idempotency-Key", "If-Match"}
    add = document["paths"]["/api/v1/statistics"]["post"]
    assert "Idempotency-Key" in {p["name"] for p in add["parameters"]}
    assert "x-states" not in str(document)


def test_lists_have_one_envelope(document: dict[str, Any]) -> None:
    pages = [n for n in document["components"]["schemas"] if n.startswith("Page_")]
    assert len(pages) >= 8
    for name in pages:
        fields = document["components"]["schemas"][name]["properties"]
        assert {"count", "next", "previous", "results", "demonstration"} <= set(fields)


def test_everything_but_signing_in_asks_for_a_sign_in(document: dict[str, Any]) -> None:
    open_to_all = [
        op["operationId"] for _, _, op in operations(document) if not op.get("security")
    ]
    # a carrier proves itself by a signature over what it sends
    assert sorted(open_to_all) == [
        "exchange.receive_receipts",
        "exchange.receive_replies",
        "registers.sign_in",
    ]


def test_no_address_is_hidden_behind_another(document: dict[str, Any]) -> None:
    """Two routers with one path: only the first would ever be asked."""
    nil = "00000000-0000-7000-8000-000000000000"
    for path, method, _ in operations(document):
        path = path.replace("{year}", "2026").replace("{number}", "1")
        concrete = "/".join(nil if part.startswith("{") else part for part in path.split("/"))
        route = resolve(concrete)
        assert route.url_name != "no-such-address", path
        response = Client().generic(method.upper(), concrete)
        assert response.status_code != 405, f"{method} {path} is hidden"


def test_no_two_schemas_share_a_name(document: dict[str, Any]) -> None:
    """A document has one space of names: the second class of a name would replace the first."""
    names: dict[str, str] = {}
    waiting = list(ninja.Schema.__subclasses__())
    while waiting:
        schema = waiting.pop()
        waiting += schema.__subclasses__()
        if schema.__module__.startswith("anlan."):
            for kind in (schema, *enums_of(schema)):
                here = f"{kind.__module__}.{kind.__qualname__}"
                assert names.setdefault(kind.__name__, here) == here


def enums_of(schema: type[ninja.Schema]) -> set[type[Enum]]:
    """The codes that a schema's columns take: they stand in the same space of names."""
    found: set[type[Enum]] = set()
    waiting: list[Any] = [field.annotation for field in schema.model_fields.values()]
    while waiting:
        kind = waiting.pop()
        waiting += get_args(kind)
        if isinstance(kind, type) and issubclass(kind, Enum):
            found.add(kind)
    return found


def test_the_page_of_foreign_hosts_is_not_served(client: Client, ready: None) -> None:
    assert client.get("/api/docs").status_code == 404
