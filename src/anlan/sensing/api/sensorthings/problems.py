"""Refusals of the query language as answers of the API.

Refused
├── QueryRefused       400: the query cannot be read, or asks for what is not there
├── NothingThere       404: the address names nothing, or nothing in view
└── NotOfferedHere     501: the standard has it, this program does not
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext

from anlan.base.errors import Refused
from anlan.base.rules.labels import gettext_noop
from anlan.sensing.rules.sensorthings.refusals import BadQuery, NoSuchEntity, NotOffered


class QueryRefused(Refused):
    code = "bad-query"
    status = 400
    message = gettext_noop("{words}")


class NothingThere(QueryRefused):
    code = "not-found"
    status = 404


class NotOfferedHere(QueryRefused):
    code = "not-offered"
    status = 501


_ANSWERS: dict[type[BadQuery], type[QueryRefused]] = {
    NotOffered: NotOfferedHere,
    NoSuchEntity: NothingThere,
}


@contextmanager
def answered() -> Iterator[None]:
    """What the rules refuse, in the reader's language and with its status."""
    try:
        yield
    except BadQuery as error:
        answer = _ANSWERS.get(type(error), QueryRefused)
        raise answer(words=error.message.text(gettext)) from error
