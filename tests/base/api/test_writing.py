"""What a write states: request id and version, from the header or the body."""

from contextlib import suppress
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.actor import Actor
from anlan.base.api.problems import PreconditionRequired
from anlan.base.api.writing import (
    BadRequestId,
    BadVersion,
    Change,
    DifferentRequestIds,
    DifferentVersions,
    Write,
    actor_of,
    expected_version,
    stated,
)


def request(**headers: str) -> Any:
    made = RequestFactory().post("/", headers={k.replace("_", "-"): v for k, v in headers.items()})
    made.auth = Actor(account="bureau")  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("headers", "in_body", "result"),
    [
        ({"Idempotency_Key": "abc-12345"}, None, "abc-12345"),
        ({"Idempotency_Key": '"abc-12345"'}, None, "abc-12345"),
        ({}, "abc-12345", "abc-12345"),
        ({"Idempotency_Key": "abc-12345"}, "abc-12345", "abc-12345"),
    ],
)
def test_a_request_id_comes_from_header_or_body(
    headers: dict[str, str], in_body: str | None, result: str
) -> None:
    assert stated(request(**headers), Write(request_id=in_body)).request_id == result


def test_without_a_request_id_each_write_is_its_own() -> None:
    first, second = stated(request()), stated(request())
    assert first.request_id != second.request_id
    assert first.actor.account == "bureau"


@pytest.mark.parametrize(
    "given_id", ["short", "x" * 65, "with space", "semi;colon", "编号编号编号编号"]
)
def test_an_unfit_request_id_is_refused(given_id: str) -> None:
    with pytest.raises(BadRequestId):
        stated(request(), Write.model_construct(request_id=given_id, reason=""))


def test_two_request_ids_that_differ_are_refused() -> None:
    with pytest.raises(DifferentRequestIds):
        stated(request(Idempotency_Key="abc-12345"), Write(request_id="abc-54321"))


@pytest.mark.parametrize(
    ("headers", "in_body", "result"),
    [
        ({}, 3, 3),
        ({"If_Match": '"3"'}, None, 3),
        ({"If_Match": "3"}, None, 3),
        ({"If_Match": 'W/"3"'}, 3, 3),
    ],
)
def test_a_version_comes_from_header_or_body(
    headers: dict[str, str], in_body: int | None, result: int
) -> None:
    assert expected_version(request(**headers), Change(expected_version=in_body)) == result


def test_a_change_without_a_version_is_refused() -> None:
    with pytest.raises(PreconditionRequired):
        expected_version(request(), Change())


def test_two_versions_that_differ_are_refused() -> None:
    with pytest.raises(DifferentVersions):
        expected_version(request(If_Match='"2"'), Change(expected_version=3))


@given(st.text(min_size=1, max_size=20).filter(lambda tag: tag.isprintable()))
def test_a_tag_is_a_version_or_refused(tag: str) -> None:
    with suppress(BadVersion, PreconditionRequired):
        assert expected_version(request(If_Match=tag), Change()) >= 1


def test_an_address_without_sign_in_has_no_actor() -> None:
    made = RequestFactory().get("/")
    made.auth = None  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        actor_of(made)
