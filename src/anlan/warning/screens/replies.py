"""SMS replies: the list of all, the box on the last-mile board, and looking at one."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Filter, RegisterList
from anlan.base.screens.signed_in import scope_of
from anlan.registers.forms.common import OfferingForm
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.keeping import KeptForm
from anlan.warning.actions.replies import (
    NotOpenReply,
    NotUnknown,
    dismiss_reply,
    name_reply,
    read_reply,
)
from anlan.warning.choices import ReplyState
from anlan.warning.forms.replies import COUNTS, NameReplyForm, ReadReplyForm
from anlan.warning.models import CallReply
from anlan.warning.queries.replies import nameable, nameable_like, replies
from anlan.warning.screens.calling_common import addressee_url, board_url
from anlan.warning.screens.reply_words import (
    look_url,
    may_look,
    reply_badge,
    words_text,
    writer_text,
)

TITLE = _("SMS replies")
SHOWN = 20
"""So many of those who may have written it stand on the page; more are searched for."""


def state_choices(scope: Scope) -> Sequence[tuple[str, Text]]:
    return ReplyState.choices


class ReplyList(RegisterList):
    model = CallReply
    capability = Capability.READ_PEOPLE
    title = TITLE
    lead = _(
        "What called people wrote back. “1” and “收到” confirm by themselves where one call is "
        "meant; everything else waits for somebody to read it."
    )
    empty = _("No reply has come in. They come once an SMS gateway hands them over.")
    filters = (Filter(name="state", label=_("state"), choices=state_choices, field="state"),)
    default_sort = "-known"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found = replies(scope_of(self.request)).filter(pk__in=rows.values("pk"))
        return found.select_related("addressee__contact", "addressee__round__warning")

    def all_columns(self) -> tuple[Column, ...]:
        scope = scope_of(self.request)

        def link(row: CallReply) -> str | None:
            return look_url(row) if may_look(row, scope) else None

        return (
            Column(name="writer", label=_("who wrote it"), value=writer_text, is_title=True),
            Column(
                name="text", label=_("what was written"), value=words_text, missing=_("nothing")
            ),
            Column(name="state", label=_("state"), value=reply_badge, sort=("state", "-known_at")),
            Column(
                name="look",
                label=_("look at it"),
                value=lambda row: gettext("Look at it") if link(row) else "",
                link=link,
                missing="",
            ),
            Column(
                name="call",
                label=_("call"),
                value=lambda row: str(row.addressee.round.warning) if row.addressee else None,
                link=lambda row: addressee_url(row.addressee) if row.addressee else None,
                missing=_("no call"),
            ),
            Column(
                name="said", label=_("replied at"), value=lambda r: r.said_at, sort=("said_at",)
            ),
            Column(
                name="known", label=_("known at"), value=lambda r: r.known_at, sort=("known_at",)
            ),
            Column(
                name="by",
                label=_("looked at by"),
                value=lambda r: r.settled_by,
                missing="",
                shown=False,
            ),
        )

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("call-round-list"), _("Call-and-confirm")),)


class ReplyForm(KeptForm):
    """What looking at one shares."""

    state: str = ReplyState.UNREAD.value
    template_name = "warning/reply_form.html"

    def current(self) -> CallReply:
        row: CallReply = self.one(CallReply, pk=self.kwargs["pk"])
        if row.state != self.state:
            is_other = self.state == ReplyState.UNKNOWN and row.state == ReplyState.UNREAD
            raise NotUnknown if is_other else NotOpenReply
        return row

    def back(self) -> str:
        return reverse("call-reply-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("call-round-list"), _("Call-and-confirm")),
            (reverse("call-reply-list"), TITLE),
        ]

    def more_context(self) -> dict[str, Any]:
        row = self.current()
        return {
            "row": row,
            "writer": writer_text(row),
            "words": words_text(row),
            "call_url": addressee_url(row.addressee) if row.addressee is not None else "",
            "dismiss_url": reverse("call-reply-dismiss", args=[row.pk])
            if row.state == ReplyState.UNKNOWN.value
            else "",
        }


class ReplyRead(ReplyForm):
    form_class = ReadReplyForm
    title = _("Read a reply")
    submit = _("Settle it")

    def back(self) -> str:
        row = CallReply.objects.filter(pk=self.kwargs["pk"]).select_related("addressee__round")
        found = row.first()
        if found is None or found.addressee is None:
            return super().back()
        return board_url(found.addressee.round)

    def perform(self, asked: Asked) -> str:
        where = self.back()
        read_reply(
            self.kwargs["pk"],
            counts=asked.values["counts"] == COUNTS,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return where


class ReplyName(ReplyForm):
    """An unknown number."""

    state = ReplyState.UNKNOWN.value
    form_class = NameReplyForm
    title = _("Whose reply is it")
    submit = _("It is this person's")

    template_name = "warning/reply_name.html"

    def form_arguments(self) -> dict[str, Any]:
        more = {"addressees": nameable(self.scope), "offered": self._found()[:SHOWN]}
        return super().form_arguments() | more

    def _asked(self) -> str:
        return self.request.GET.get("q", "").strip()[:60]

    def _found(self) -> QuerySet[Any]:
        return nameable_like(self.scope, self._asked())

    def more_context(self) -> dict[str, Any]:
        number = self._found().count()
        searched = {"asked": self._asked(), "number": number, "is_more": number > SHOWN}
        return super().more_context() | searched | {"shown": SHOWN}

    def perform(self, asked: Asked) -> str:
        name_reply(
            self.kwargs["pk"],
            asked.values["addressee"].pk,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return reverse("call-reply-read", args=[self.kwargs["pk"]])


class ReplyDismiss(ReplyForm):
    state = ReplyState.UNKNOWN.value
    form_class = OfferingForm
    title = _("A reply of nobody who was called")
    lead = _("Its number and its words are destroyed; that it came stays on record.")
    submit = _("Destroy number and words")

    def perform(self, asked: Asked) -> str:
        dismiss_reply(
            self.kwargs["pk"], expected_version=asked.expected_version, **self.told(asked)
        )
        return self.back()
