"""What a write states about itself: who, when, which request, which version it is based on."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import ConfigDict, Field

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.api.problems import PreconditionRequired
from anlan.base.errors import Invalid
from anlan.base.identity import new_id, request_id_from
from anlan.base.rules.labels import gettext_noop

MAX_VERSION = 2**31 - 1
_TAG = re.compile(r'(?:W/)?"?(\d{1,10})"?', re.ASCII)
Line = Annotated[str, Field(max_length=300)]
Version = Annotated[int, Field(ge=1, le=MAX_VERSION)]


class BadRequestId(Invalid):
    code = "bad-request-id"
    message = gettext_noop(
        "A request id has 8 to 64 characters: letters, digits, - and _. A UUID is a good one."
    )


class DifferentRequestIds(Invalid):
    code = "different-request-ids"
    message = gettext_noop("Idempotency-Key and request_id differ. Send one of them.")


class BadVersion(Invalid):
    code = "bad-version"
    message = gettext_noop('If-Match takes the ETag of the record, e.g. "3".')


class DifferentVersions(Invalid):
    code = "different-versions"
    message = gettext_noop("If-Match and expected_version differ. Send one of them.")


class Input(Schema):
    """A body. Unknown fields are refused: a misspelt one must not be lost."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Write(Input):
    """What every write may say. A repeat with the same `request_id` (or the header
    Idempotency-Key) returns the first result and writes nothing."""

    request_id: Annotated[str, Field(max_length=64)] | None = None
    reason: Line = ""


class Change(Write):
    """A write to an existing record. `expected_version` may stand in the header If-Match."""

    expected_version: Version | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Arguments that every action takes. `kwargs()` hands them over."""

    actor: Actor
    now: dt.datetime
    request_id: str
    reason: str

    def kwargs(self) -> dict[str, Any]:
        return {
            "actor": self.actor,
            "now": self.now,
            "request_id": self.request_id,
            "reason": self.reason,
        }


def actor_of(request: HttpRequest) -> Actor:
    """Whom the border found behind the token or the session."""
    actor = request.auth  # type: ignore[attr-defined]
    if not isinstance(actor, Actor):
        raise TypeError("an address that asks for an actor must require a sign-in")
    return actor


def stated(request: HttpRequest, said: Write | None = None) -> Stated:
    """Actor, time and request id of a write."""
    return Stated(
        actor=actor_of(request),
        now=clock.now(),
        request_id=_request_id(request, said.request_id if said else None),
        reason=said.reason if said else "",
    )


def expected_version(request: HttpRequest, said: Change | None = None) -> int:
    """The version that a change is based on, from the body or If-Match."""
    given = said.expected_version if said else None
    tag = request.headers.get("If-Match", "").strip()
    if not tag:
        if given is None:
            raise PreconditionRequired(field="expected_version")
        return given
    found = _TAG.fullmatch(tag)
    if found is None or not 1 <= int(found[1]) <= MAX_VERSION:
        raise BadVersion(field="If-Match")
    if given is not None and given != int(found[1]):
        raise DifferentVersions(field="expected_version")
    return int(found[1])


def tagged(response: HttpResponse, version: int) -> None:
    """Give the version of a record as its ETag, so that a client can send it back."""
    response.headers["ETag"] = f'"{version}"'


def _request_id(request: HttpRequest, in_body: str | None) -> str:
    header = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if header and in_body and header != in_body:
        raise DifferentRequestIds(field="request_id")
    given = header or in_body
    if not given:
        return new_id().hex
    try:
        text = request_id_from(given)
    except ValueError as error:
        raise BadRequestId(field="Idempotency-Key" if header else "request_id") from error
    if not text.isascii():
        raise BadRequestId(field="Idempotency-Key" if header else "request_id")
    return text
