"""What the screens of SMS replies share: badges, words, addresses, the box on the board."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from anlan.base.screens.cells import Badge, shown
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.choices import ReplyState
from anlan.warning.models import CallReply, CallRound
from anlan.warning.queries.replies import waiting
from anlan.warning.screens.calling_common import place_text

MOST_ON_BOARD = 20
TONES = {
    ReplyState.CONFIRMED.value: ("green", "check"),
    ReplyState.UNREAD.value: ("orange", "warn"),
    ReplyState.READ.value: ("grey", "check"),
    ReplyState.UNKNOWN.value: ("red", "warn"),
    ReplyState.DISMISSED.value: ("grey", "close"),
}


def reply_badge(row: CallReply) -> Badge:
    tone, icon = TONES[row.state]
    return Badge(text=row.get_state_display(), tone=tone, icon=icon)


def writer_text(row: CallReply) -> str:
    """Who wrote it; of an unknown one the number, for whoever may see the row at all."""
    if row.person is not None:
        return row.person.name
    return row.other_number or gettext("number destroyed")


def words_text(row: CallReply) -> str:
    return row.text or row.other_text


def look_url(row: CallReply) -> str | None:
    """Where an open one is looked at."""
    if row.state == ReplyState.UNREAD.value:
        return reverse("call-reply-read", args=[row.pk])
    if row.state == ReplyState.UNKNOWN.value:
        return reverse("call-reply-name", args=[row.pk])
    return None


def may_look(row: CallReply, scope: Scope) -> bool:
    if row.addressee is None:
        return scope.may(Capability.KEEP_REGISTERS)
    return scope.may_keep_for(row.addressee.unit.code)


def board_lines(scope: Scope, round_: CallRound) -> list[dict[str, Any]]:
    """Replies of a round that nobody has read, for its board."""
    return [
        {
            "name": writer_text(row),
            "place": place_text(row.addressee) if row.addressee is not None else "",
            "text": words_text(row),
            "at": shown(row.said_at),
            "url": look_url(row) if may_look(row, scope) else None,
            "record": reverse("call-record", args=[row.addressee_id]),
        }
        for row in waiting(scope, round_).select_related("addressee__contact")[:MOST_ON_BOARD]
    ]
