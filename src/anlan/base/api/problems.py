"""Errors as RFC 9457 problem details.

Every error of the API has this form; `code` is stable and for programs, `title` and `detail` are
for people, in the reader's language. `type` is a name, not an address: `urn:anlan:problem:<code>`.

Refusals of the border itself (the tree of expected refusals is in `base.errors`):

    Refused
    ├── SignInRequired         nobody is signed in, or the token is not valid
    ├── CrossSiteRefused       a write with a session cookie but without its CSRF token
    ├── MalformedBody          the body is not JSON
    ├── BodyTooLarge           the body is larger than the border lets in
    ├── UnsupportedMedia       the body has another media type
    ├── MethodNotAllowed       the address exists, the method does not
    └── PreconditionRequired   a change without the version that it is based on
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext

from anlan.base.errors import Conflict, Refused
from anlan.base.rules.labels import gettext_noop

MEDIA_TYPE: Final = "application/problem+json"
TITLES: Final[Mapping[int, str]] = {
    400: gettext_noop("The request cannot be read"),
    401: gettext_noop("Sign-in required"),
    403: gettext_noop("Not permitted"),
    404: gettext_noop("Not found"),
    405: gettext_noop("Method not allowed"),
    409: gettext_noop("Conflict with the present state"),
    413: gettext_noop("The request is too large"),
    415: gettext_noop("Media type not supported"),
    422: gettext_noop("A value was refused"),
    428: gettext_noop("The version is missing"),
    500: gettext_noop("The program failed"),
    501: gettext_noop("Not offered here"),
    503: gettext_noop("Busy for the moment"),
}


class SignInRequired(Refused):
    code = "sign-in-required"
    status = 401
    message = gettext_noop(
        "Sign in with POST /api/v1/session, or send a valid token: Authorization: Bearer anlan_…"
    )


class CrossSiteRefused(Refused):
    code = "csrf-failed"
    status = 403
    message = gettext_noop(
        "A write with a session cookie needs its CSRF token in the header X-CSRFToken. "
        "Take it from the answer of the sign-in."
    )


class MalformedBody(Refused):
    code = "malformed-body"
    status = 400
    message = gettext_noop("The body is not valid JSON: {reason}")


class BodyTooLarge(Refused):
    code = "body-too-large"
    status = 413
    message = gettext_noop("The body has more than {limit} bytes. Send less at a time.")


class UnsupportedMedia(Refused):
    code = "unsupported-media-type"
    status = 415
    message = gettext_noop("A body of this media type is not read here. Send {accepted}.")


class MethodNotAllowed(Refused):
    code = "method-not-allowed"
    status = 405
    message = gettext_noop("This address does not know {method}. Use {allowed}.")


class PreconditionRequired(Refused):
    code = "version-required"
    status = 428
    message = gettext_noop(
        "Say which version you change: expected_version in the body, or the header If-Match."
    )


def problem(
    *,
    status: int,
    code: str,
    detail: str,
    field: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    """A problem response. `more` are extension members."""
    title = TITLES.get(status) or TITLES[400 if status < 500 else 500]
    body: dict[str, Any] = {
        "type": f"urn:anlan:problem:{code}",
        "title": gettext(title),
        "status": status,
        "detail": detail,
        "code": code,
    }
    if field:
        body["field"] = field
    body |= more
    text = json.dumps(body, ensure_ascii=False, default=str)
    response = HttpResponse(text.encode("utf-8", "replace"), status=status)
    response.headers["Content-Type"] = MEDIA_TYPE
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def refused(refusal: Refused) -> HttpResponse:
    """An expected refusal as a problem."""
    headers: dict[str, str] = {}
    more: dict[str, Any] = {}
    if refusal.status == SignInRequired.status:
        headers["WWW-Authenticate"] = 'Bearer realm="anlan"'
    if isinstance(refusal, MethodNotAllowed):
        headers["Allow"] = str(refusal.params["allowed"])
    if isinstance(refusal, Conflict):
        more = {
            "expected_version": refusal.expected,
            "current_version": refusal.current,
            "current": refusal.row,
        }
    return problem(
        status=refusal.status,
        code=refusal.code,
        detail=refusal.text(),
        field=refusal.field,
        headers=headers,
        **more,
    )


def values_refused(errors: Iterable[dict[str, str]]) -> HttpResponse:
    """Several values refused at once; `errors` rows: field, location, code, message."""
    rows = list(errors)
    detail = " ".join(f"{row['field']}: {row['message']}" for row in rows[:5])
    return problem(
        status=422,
        code="invalid",
        detail=detail,
        field=rows[0]["field"] if rows else "",
        errors=rows,
    )


def failed(incident: uuid.UUID) -> HttpResponse:
    """An unexpected failure, without anything of its inside."""
    return problem(
        status=500,
        code="internal-error",
        detail=gettext(
            "Nothing was changed. Try again; when it fails again, give your administrator "
            "this number: {incident}"
        ).format(incident=incident),
        instance=f"urn:uuid:{incident}",
    )
