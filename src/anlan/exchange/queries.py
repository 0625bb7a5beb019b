"""Reads of what goes out and what arrived."""

import datetime as dt
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.models.dispatch import Dispatch
from anlan.base.rules.dispatch import AddresseeKind, DispatchState
from anlan.exchange.models import InboxMessage, PublicRelease
from anlan.registers import queries as registers

OPEN = frozenset({DispatchState.WAITING.value, DispatchState.LEASED.value})
SHOWN_DIGITS = 4


def masked_number(row: Dispatch) -> str:
    """The last four digits of the number, wherever a row is shown; none of a shorter one."""
    hidden = len(row.number) - SHOWN_DIGITS
    return "*" * hidden + row.number[hidden:] if hidden > 0 else "*" * len(row.number)


def next_attempt(row: Dispatch) -> dt.datetime | None:
    """When a row is looked at next; None once nothing will be tried by itself."""
    return row.next_at if row.state in OPEN else None


def inbox_of(actor: Actor, now: dt.datetime) -> QuerySet[InboxMessage]:
    """Messages to this sign-in, its person, the posts held today and their bodies, and nobody
    else's; a message that was recalled stays, for it was read."""
    mine = registers.addresses_of(actor.account, now.astimezone(CITY_ZONE).date())
    if not mine.login:
        return InboxMessage.objects.none()
    condition = Q(addressee_kind=AddresseeKind.ACCOUNT, addressee=mine.login)
    condition |= Q(addressee_kind=AddresseeKind.BODY, addressee__in=mine.bodies)
    condition |= Q(addressee_kind=AddresseeKind.POST, addressee__in=mine.posts)
    if mine.person is not None:
        condition |= Q(addressee_kind=AddresseeKind.PERSON, addressee=str(mine.person))
    rows = InboxMessage.objects.filter(condition).select_related("dispatch__message")
    return rows.order_by("-received_at", "-pk")


def unconfirmed(rows: QuerySet[InboxMessage]) -> QuerySet[InboxMessage]:
    return rows.exclude(dispatch__state=DispatchState.ACKNOWLEDGED)


class Names:
    """What addressees are called; read once a page, whatever its length."""

    @cached_property
    def _bodies_and_posts(self) -> dict[str, str]:
        return registers.addressee_names()

    def of(self, row: Dispatch) -> str:
        """Empty when nothing of that name is known any more. A person's name is that of
        `with_names`."""
        if row.addressee_kind == AddresseeKind.ACCOUNT:
            return row.addressee
        if row.addressee_kind == AddresseeKind.PERSON:
            return getattr(row, "person_name", None) or ""
        return self._bodies_and_posts.get(row.addressee, "")

    def of_body(self, code: str) -> str:
        return self._bodies_and_posts.get(code, "")


def with_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Outgoing rows with their message and, as `person_name`, whom they go to."""
    people = registers.people_named().filter(pk=OuterRef("person")).values("name")[:1]
    named: QuerySet[Any] = rows.select_related("message").annotate(person_name=Subquery(people))
    return named


def public_release() -> PublicRelease:
    """The setting; off where nobody has set it."""
    found: PublicRelease | None = PublicRelease.objects.first()
    return found if found is not None else PublicRelease(version=0)
