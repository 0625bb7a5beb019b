"""Bodies that are too large never reach Django, and the reader is told so."""

import asyncio
from typing import Any

import pytest
from django.test import Client

from anlan.site.body_size import BODY_AT_MOST, without_large_bodies

LARGE = 200 * 1024 * 1024


def served(
    sizes: list[int], declared: int | None, seen_scope: dict[str, Any] | None = None
) -> tuple[list[dict[str, Any]], int]:
    """What the application behind the guard received, and how many chunks were taken."""
    taken = 0
    seen: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        last = taken == len(sizes)
        return {"type": "http.request", "body": b"x" * sizes[taken - 1], "more_body": not last}

    async def send(message: Any) -> None:
        raise AssertionError

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while not seen or seen[-1].get("more_body"):
            seen.append(await receive())
        if seen_scope is not None:
            seen_scope.update(scope)

    headers = [] if declared is None else [(b"content-length", str(declared).encode())]
    scope = {"type": "http", "headers": headers}
    asyncio.run(without_large_bodies(app)(scope, receive, send))
    return seen, taken


def test_a_small_body_passes() -> None:
    seen, _ = served([10, 5], 15)
    assert [len(message["body"]) for message in seen] == [10, 5]


@pytest.mark.parametrize("declared", [BODY_AT_MOST, BODY_AT_MOST + 1])
def test_the_limit_itself_passes(declared: int) -> None:
    seen, taken = served([7, 8], declared)
    assert taken == 2
    assert sum(len(message["body"]) for message in seen) == (15 if declared == BODY_AT_MOST else 0)


def test_a_body_without_declared_size_ends_where_it_grows_too_large() -> None:
    megabyte = 1024 * 1024
    scope: dict[str, Any] = {"type": "http", "headers": []}
    seen, taken = served([megabyte] * 100, None, scope)
    assert sum(len(message["body"]) for message in seen) == BODY_AT_MOST
    assert taken == 100
    assert scope["headers"] == [(b"content-length", str(100 * megabyte).encode())]


@pytest.mark.parametrize("declared", [10, LARGE])
def test_what_follows_the_body_is_the_end_of_the_connection(declared: int) -> None:
    """Django goes on listening while it answers and takes nothing but a disconnect there."""
    messages = [
        {"type": "http.request", "body": b"x", "more_body": False},
        {"type": "http.disconnect"},
    ]
    seen: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.extend([await receive(), await receive()])

    headers = [(b"content-length", str(declared).encode())]
    asyncio.run(without_large_bodies(app)({"type": "http", "headers": headers}, receive, receive))
    assert [message["type"] for message in seen] == ["http.request", "http.disconnect"]


def oversized(client: Client, path: str) -> Any:
    return client.post(
        path,
        data=b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(LARGE),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/notices/preview", "/api/v1/notices/import"])
def test_the_api_says_it_as_a_problem(city: None, path: str) -> None:
    response = oversized(Client(enforce_csrf_checks=True), path)
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "document-too-large"


@pytest.mark.django_db
def test_a_page_says_it_in_words(city: None) -> None:
    response = oversized(Client(enforce_csrf_checks=True), "/sign-in/")
    assert response.status_code == 413
    assert "文件大小为 200 MB，最多可读取 30 MB" in response.content.decode()
