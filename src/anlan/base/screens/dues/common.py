"""What the screens of dues share: words for ends and for what is left, badges, columns."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.due.queries import When, state_of
from anlan.base.errors import NotFound
from anlan.base.models import Due
from anlan.base.parts import registry
from anlan.base.rules.due.addressee import Reach
from anlan.base.rules.due.clock import ClockKind, last_day_of
from anlan.base.rules.due.state import DueState, is_late
from anlan.base.screens.cells import Badge, Column
from anlan.base.screens.signed_in import scope_of

READ = "read-internal"
STATE_TONES = {
    DueState.EXPECTED: ("grey", "info"),
    DueState.RUNNING: ("blue", ""),
    DueState.PAUSED: ("yellow", "lock"),
    DueState.OVERDUE: ("red", "warn"),
    DueState.ANSWERED: ("green", "check"),
    DueState.WITHDRAWN: ("grey", "close"),
}
WHEN_TONES = {
    When.OVERDUE: "red",
    When.SOON: "orange",
    When.LATER: "blue",
    When.WAITING: "grey",
}
HOURS_UNTIL_DAYS = 48


def due_url(due: Due) -> str:
    return reverse("due", args=[due.pk])


def visible_due(request: HttpRequest, key: Any) -> Due:
    due: Due | None = Due.objects.visible_to(scope_of(request)).filter(pk=key).first()
    if due is None:
        raise NotFound
    return due


def is_of_days(due: Due) -> bool:
    return not ClockKind(due.clock).is_elapsed


def due_text(due: Due) -> str:
    """The end in words: its last day, or the instant of hours and minutes; empty without one."""
    if due.due_at is None:
        return ""
    if is_of_days(due):
        text = last_day_of(due.due_at).isoformat()
    else:
        text = due.due_at.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M")
    if due.is_provisional:
        return _("{day} (provisional)").format(day=text)
    return text


def term_text(due: Due) -> str:
    kind = ClockKind(due.clock)
    if kind in (ClockKind.FIXED_DAY, ClockKind.NOT_SET):
        return _(kind.label)
    return _("{amount} {unit}").format(amount=due.amount, unit=_(kind.label))


def state_badge(due: Due, now: dt.datetime) -> Badge:
    state = state_of(due, now)
    tone, icon = STATE_TONES[state]
    if state is DueState.ANSWERED and is_late(due.answered_at, due.due_at):
        return Badge(text=_("answered late"), tone="orange", icon="check")
    return Badge(text=_(state.label), tone=tone, icon=icon)


def left_badge(due: Due, now: dt.datetime) -> Badge:
    """What is left, or by how much it is late."""
    state = state_of(due, now)
    if state not in (DueState.RUNNING, DueState.OVERDUE) or due.due_at is None:
        return state_badge(due, now)
    tone, icon = ("red", "warn") if state is DueState.OVERDUE else ("blue", "")
    if not is_of_days(due) and abs(due.due_at - now) < dt.timedelta(hours=HOURS_UNTIL_DAYS):
        hours = abs(due.due_at - now) // dt.timedelta(hours=1)
        said = _("{n} hours late") if state is DueState.OVERDUE else _("{n} hours left")
        return Badge(text=said.format(n=hours), tone="orange" if not icon else tone, icon=icon)
    days = (last_day_of(due.due_at) - now.astimezone(CITY_ZONE).date()).days
    if state is DueState.OVERDUE:
        return Badge(text=_("{n} days late").format(n=max(0, -days)), tone=tone, icon=icon)
    if days <= 0:
        return Badge(text=_("ends today"), tone="orange", icon="warn")
    return Badge(text=_("{n} days left").format(n=days), tone="orange" if days <= 3 else tone)


def subject_label(due: Due) -> str:
    subject = registry.due_subject(due.subject_model)
    return _(subject.label) if subject else ""


def subject_url(due: Due) -> str:
    subject = registry.due_subject(due.subject_model)
    return subject.url(due.subject_key) if subject else ""


def addressee_text(due: Due, names: Mapping[str, str]) -> str:
    """Body or unit by name, and the post or person that is named inside it."""
    addressee = due.addressee()
    whole = names.get(addressee.whole) or _("a body that is not in the register")
    if not addressee.named:
        return whole
    inside = names.get(addressee.named) or _("somebody who is not in the register")
    return f"{whole} · {inside}"


def reach_text(due: Due, names: Mapping[str, str]) -> str:
    """How it reached whom it reached; empty when it is as addressed."""
    reach = Reach(due.reach)
    if reach is Reach.NAMED:
        return ""
    if reach is Reach.CONTACT and due.doer in names:
        return _("{how} ({name})").format(how=_(reach.label), name=names[due.doer])
    return _(reach.label)


def columns(names: Mapping[str, str], *, with_body: bool = True) -> tuple[Column, ...]:
    """The columns of every list of dues."""
    now = clock.now()
    return (
        Column(
            name="title",
            label=gettext_lazy("what is expected"),
            value=lambda due: due.title,
            link=due_url,
            sort=("title",),
            is_title=True,
        ),
        Column(
            name="due",
            label=gettext_lazy("until"),
            value=due_text,
            sort=("due_at",),
            missing=gettext_lazy("no day yet"),
        ),
        Column(
            name="left",
            label=gettext_lazy("left"),
            value=lambda due: left_badge(due, now),
            sort=("due_at",),
        ),
        Column(
            name="addressee",
            label=gettext_lazy("addressed to"),
            value=lambda due: addressee_text(due, names),
            sort=("unit", "body"),
            shown=with_body,
        ),
        Column(
            name="reach",
            label=gettext_lazy("reached"),
            value=lambda due: reach_text(due, names),
            sort=("reach",),
            missing=gettext_lazy("as addressed"),
            shown=False,
        ),
        Column(
            name="subject",
            label=gettext_lazy("about"),
            value=subject_label,
            link=lambda due: reverse("due-subject", args=[due.pk]),
        ),
        Column(name="term", label=gettext_lazy("term"), value=term_text, sort=("clock", "amount")),
        Column(
            name="level",
            label=gettext_lazy("level reached"),
            value=lambda due: due.level,
            sort=("level",),
            align="end",
            shown=False,
        ),
        Column(
            name="state",
            label=gettext_lazy("state"),
            value=lambda due: state_badge(due, now),
            sort=("state",),
            shown=False,
        ),
        Column(
            name="source",
            label=gettext_lazy("source"),
            value=lambda due: due.source,
            sort=("source",),
            shown=False,
        ),
    )
