"""What several addresses of the registers share."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import StringConstraints

from anlan.base.api.writing import actor_of
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability, Scope

Password = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=128)]
"""As it was typed: blanks at its ends are part of it, as on the screens."""


class Proof(Schema):
    """Where a fact comes from; `mark` V seen in a public source, M from memory, D our default,
    ? doubtful, X invented."""

    source: str
    mark: str


class Span(Schema):
    """`valid_until` is the first day on which it no longer holds; null is open."""

    valid_from: dt.date | None
    valid_until: dt.date | None


def scope_for(request: HttpRequest, capability: Capability = Capability.READ_PUBLISHED) -> Scope:
    """The scope of whoever asks, when it holds the capability; NotAllowed otherwise."""
    return require(actor_of(request), capability)


def holds(row: Any, day: dt.date) -> bool:
    begun = row.valid_from is None or row.valid_from <= day
    return begun and (row.valid_until is None or day < row.valid_until)


def proof(row: Any) -> dict[str, str]:
    return {"source": row.source, "mark": row.mark}


def span(row: Any) -> dict[str, dt.date | None]:
    return {"valid_from": row.valid_from, "valid_until": row.valid_until}
