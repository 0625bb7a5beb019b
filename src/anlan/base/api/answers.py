"""Which problem answers which exception."""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.log import log_response
from django.utils.translation import gettext
from ninja.errors import AuthenticationError, HttpError, ValidationError

from anlan.base.api import problems
from anlan.base.api.values import shown_errors
from anlan.base.errors import NotAllowed, NotFound, Refused
from anlan.base.identity import new_id
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused

logger = logging.getLogger(__name__)
BUSY_FOR_S = 2
NOT_OFFERED = 501
DEFECT = 500
"""The status of what nobody expected. 501 and 503 are refusals that say what to do."""


class TooLarge(Refused):
    code = "body-too-large"
    status = 413
    message = gettext_noop("The request is too large. Send less at a time.")


class Unreadable(Refused):
    code = "bad-request"
    status = 400
    message = gettext_noop("The request cannot be read.")


class AlreadyThere(Refused):
    code = "already-there"
    status = 409
    message = gettext_noop(
        "This contradicts what is recorded already; somebody may have entered it at the same "
        "moment. Read it again before you repeat."
    )


def _rule(error: RuleRefused) -> HttpResponse:
    return problems.problem(
        status=422,
        code="rule-refused",
        detail=error.message.text(gettext),
        field=str(getattr(error, "argument", "")),
    )


def _busy(error: OperationalError) -> HttpResponse:
    logger.warning("api request postponed", extra={"cause": str(error)[:100]})
    return problems.problem(
        status=503,
        code="busy",
        detail=gettext("The database is busy. Nothing was changed; try again."),
        headers={"Retry-After": str(BUSY_FOR_S)},
    )


def _as(refusal: type[Refused]) -> Callable[[Any], HttpResponse]:
    return lambda error: problems.refused(refusal())


ANSWERS: Final[tuple[tuple[type[Exception], Callable[[Any], HttpResponse]], ...]] = (
    (Refused, problems.refused),
    (RuleRefused, _rule),
    (ValidationError, lambda error: problems.values_refused(shown_errors(error.errors))),
    (AuthenticationError, _as(problems.SignInRequired)),
    (Http404, _as(NotFound)),
    (PermissionDenied, _as(NotAllowed)),
    (RequestDataTooBig, _as(TooLarge)),
    (HttpError, _as(Unreadable)),
    (SuspiciousOperation, _as(Unreadable)),
    (MultiPartParserError, _as(Unreadable)),
    (UnreadablePostError, _as(Unreadable)),
    (UnicodeError, _as(Unreadable)),
    (OperationalError, _busy),
    (IntegrityError, _as(AlreadyThere)),
)


def _quiet(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Not offered is a refusal like those of the client: the framework would call it an error."""
    if response.status_code == NOT_OFFERED:
        said = ("%s: %s", response.reason_phrase, request.path)
        log_response(*said, response=response, request=request, level="warning")
    return response


def problem_for(request: HttpRequest, error: Exception) -> HttpResponse:
    """The problem that answers an exception. What nobody expected is logged, not shown, and so is
    a refusal of ours that says the program itself failed (500); 503 asks to come again."""
    cause = error.__cause__ if isinstance(error, HttpError) else None
    for known in (cause, error):
        for kind, answer in ANSWERS:
            if isinstance(known, kind) and getattr(known, "status", 0) != DEFECT:
                return _quiet(answer(known), request)
    incident = new_id()
    logger.error(
        "api request failed: incident %s",
        incident,
        exc_info=error,
        extra={"method": request.method, "path": request.path},
    )
    return problems.failed(incident)
