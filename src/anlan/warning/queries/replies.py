"""Reads of SMS replies: whose number it is, which calls of it are open, what waits."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet

from anlan.registers.models import Person
from anlan.warning.choices import ReplyState
from anlan.warning.models import CallAddressee, CallReply, CallRound
from anlan.warning.queries.calling import not_begun
from anlan.warning.rules.call_state import CLOSED
from anlan.warning.rules.ladder import Who
from anlan.warning.rules.reply import OpenCall, asked_by_sms

OWN_DIGITS: Final = 11
MOST_WORDS: Final = 4
COUNTRY: Final = ("0086", "86")
WAITING: Final = (ReplyState.UNREAD.value, ReplyState.UNKNOWN.value)


def plain_number(number: str) -> str:
    """Digits of a mobile number without the code of the country."""
    digits = "".join(each for each in number if each.isascii() and each.isdigit())
    for code in COUNTRY:
        if digits.startswith(code) and len(digits) == OWN_DIGITS + len(code):
            return digits[len(code) :]
    return digits


def people_of(number: str) -> list[uuid.UUID]:
    """Those in the register with this mobile number."""
    plain = plain_number(number)
    if not plain:
        return []
    rows = Person.objects.filter(mobile__in=(plain, f"+86{plain}", f"86{plain}"))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def calls_to(people: Iterable[uuid.UUID]) -> QuerySet[Any]:
    """Calls to people, as contact or deputy, of the newest round first."""
    keys = list(people)
    rows: QuerySet[Any] = CallAddressee.objects.filter(Q(person__in=keys) | Q(deputy__in=keys))
    return rows.select_related("round").order_by("-round__opened_at", "pk")


def open_calls(people: Sequence[uuid.UUID]) -> list[CallAddressee]:
    """Those that were begun and wait for an answer."""
    closed = [state.value for state in CLOSED]
    rows = calls_to(people).filter(round__closed_at__isnull=True).exclude(not_begun())
    return list(rows.exclude(state__in=closed))


def as_open(row: CallAddressee, people: Sequence[uuid.UUID]) -> OpenCall:
    return OpenCall(
        key=str(row.pk),
        round=str(row.round_id),
        opened_at=row.round.opened_at,
        is_by_sms=asked_by_sms(row.round.to_ladder(), row.step, who_of(row, people)),
    )


def who_of(row: CallAddressee, people: Sequence[uuid.UUID]) -> Who:
    return Who.SELF if row.person_id in people else Who.DEPUTY


def replies(scope: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = CallReply.objects.visible_to(scope)
    return rows.select_related("person", "addressee__unit", "addressee__region__parent").order_by(
        "-known_at", "pk"
    )


def waiting(scope: Any, round_: CallRound | None = None) -> QuerySet[Any]:
    """Replies that nobody has looked at; of one round, or of all."""
    rows = replies(scope).filter(state__in=WAITING)
    return rows if round_ is None else rows.filter(addressee__round=round_)


def nameable(scope: Any) -> QuerySet[Any]:
    """Addressees of rounds under way, to one of whom an unknown number may belong."""
    rows: QuerySet[Any] = CallAddressee.objects.visible_to(scope)
    running = rows.filter(round__closed_at__isnull=True)
    return running.select_related("person", "region__parent", "contact", "round__warning")


def nameable_like(scope: Any, asked: str) -> QuerySet[Any]:
    """Those of them whose name, deputy, place or division has the words; all without words."""
    rows = nameable(scope).order_by("person__name", "pk")
    for word in asked.split()[:MOST_WORDS]:
        rows = rows.filter(
            Q(person__name__icontains=word)
            | Q(deputy__name__icontains=word)
            | Q(contact__place__icontains=word)
            | Q(region__name__icontains=word)
            | Q(region__parent__name__icontains=word)
        )
    return rows
