"""Every error of the API is a problem (RFC 9457), whatever went wrong."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.test import RequestFactory
from django.utils import translation
from ninja.errors import AuthenticationError, HttpError, ValidationError

from anlan.base.api.answers import problem_for
from anlan.base.api.problems import (
    BodyTooLarge,
    CrossSiteRefused,
    MalformedBody,
    MethodNotAllowed,
    PreconditionRequired,
    SignInRequired,
    UnsupportedMedia,
)
from anlan.base.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    RequestReused,
    UnjournaledWrite,
)
from anlan.base.rules.catalogue import UnknownRule


def answer(error: Exception) -> tuple[HttpResponse, dict[str, Any]]:
    response = problem_for(RequestFactory().get("/api/v1/regions"), error)
    return response, json.loads(response.content)


ERRORS = [
    (Refused(), 422, "refused"),
    (Invalid(field="year"), 422, "invalid"),
    (NotAllowed(), 403, "not-allowed"),
    (NotFound(), 404, "not-found"),
    (RequestReused(), 409, "request-reused"),
    (Conflict(expected=1, current=2), 409, "conflict"),
    (SignInRequired(), 401, "sign-in-required"),
    (CrossSiteRefused(), 403, "csrf-failed"),
    (MalformedBody(reason="x"), 400, "malformed-body"),
    (BodyTooLarge(limit=1), 413, "body-too-large"),
    (UnsupportedMedia(accepted="x"), 415, "unsupported-media-type"),
    (MethodNotAllowed(method="PUT", allowed="GET"), 405, "method-not-allowed"),
    (PreconditionRequired(), 428, "version-required"),
    (ValidationError([{"loc": ("query", "page"), "type": "int_parsing"}]), 422, "invalid"),
    (UnknownRule("x", ()), 422, "rule-refused"),
    (AuthenticationError(), 401, "sign-in-required"),
    (HttpError(400, "Cannot parse request body"), 400, "bad-request"),
    (Http404(), 404, "not-found"),
    (PermissionDenied(), 403, "not-allowed"),
    (RequestDataTooBig(), 413, "body-too-large"),
    (SuspiciousOperation(), 400, "bad-request"),
    (MultiPartParserError("x"), 400, "bad-request"),
    (UnreadablePostError("x"), 400, "bad-request"),
    (UnicodeError("x"), 400, "bad-request"),
    (OperationalError("database is locked"), 503, "busy"),
    (IntegrityError("UNIQUE constraint failed: secret"), 409, "already-there"),
    (UnjournaledWrite(model="Body"), 500, "internal-error"),
    (ZeroDivisionError("secret"), 500, "internal-error"),
]


@pytest.mark.parametrize(("error", "status", "code"), ERRORS, ids=lambda v: type(v).__name__)
def test_every_class_of_error_is_a_problem(error: Exception, status: int, code: str) -> None:
    response, body = answer(error)
    assert response.status_code == status == body["status"]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert body["code"] == code
    assert body["type"] == f"urn:anlan:problem:{code}"
    assert body["title"]
    assert body["detail"]
    assert "{" not in body["detail"]


def test_a_failure_shows_nothing_of_its_inside(caplog: pytest.LogCaptureFixture) -> None:
    response, body = answer(ZeroDivisionError("password of the database"))
    assert b"password" not in response.content
    assert body["instance"].startswith("urn:uuid:")
    assert body["instance"].removeprefix("urn:uuid:") in caplog.text


def test_constraint_names_do_not_leak() -> None:
    response, _ = answer(IntegrityError("UNIQUE constraint failed: registers_body.code"))
    assert b"registers_body" not in response.content


def test_the_cause_behind_an_unreadable_body_is_what_is_said() -> None:
    error = HttpError(400, "Cannot parse request body")
    error.__cause__ = UnsupportedMedia(accepted="application/json")
    response, _ = answer(error)
    assert response.status_code == 415


def test_a_conflict_tells_both_versions_and_the_present_row() -> None:
    _, body = answer(Conflict(expected=1, current=3, row={"name": "盐湖区"}))
    assert (body["expected_version"], body["current_version"]) == (1, 3)
    assert body["current"] == {"name": "盐湖区"}


def test_sign_in_is_asked_for_with_its_header() -> None:
    response, _ = answer(SignInRequired())
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_busy_database_says_when_to_come_back() -> None:
    response, _ = answer(OperationalError("database is locked"))
    assert int(response.headers["Retry-After"]) > 0


def test_refused_values_are_named_one_by_one() -> None:
    errors = [
        {"loc": ("query", "page"), "type": "less_than_equal", "ctx": {"le": 200}},
        {"loc": ("body", "body", "year"), "type": "missing"},
        {"loc": ("body", "body"), "type": "missing"},
        {"loc": ("query", "level"), "type": "enum", "ctx": {"expected": "'a', 'b' or 'c'"}},
        {"loc": ("query", "odd"), "type": "a_kind_that_pydantic_adds_later"},
    ]
    with translation.override("en"):
        _, body = answer(ValidationError(errors))
    rows = {row["field"]: row for row in body["errors"]}
    assert rows["page"]["message"] == "Give a value not above 200."
    assert rows["year"] == {
        "field": "year",
        "location": "body",
        "code": "missing",
        "message": "This value is required.",
    }
    assert rows["body"]["location"] == "body"
    assert rows["level"]["message"] == "Choose one of 'a', 'b', 'c'."
    assert rows["odd"]["message"] == "This value was refused."
    assert body["field"] == "page"


def test_an_unencodable_word_does_not_break_the_answer() -> None:
    _, body = answer(Invalid("{word}", word="\ud800"))
    assert body["detail"] == "?"
