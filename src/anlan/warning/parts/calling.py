"""Call-and-confirm."""

from typing import Any

from django.urls import reverse

from anlan.base.keeping.pointing import page, points
from anlan.base.parts import (
    EVERY_ACT,
    DueSubject,
    NavigationItem,
    OutcomeHandler,
    Panel,
    Parts,
    Story,
    Sweep,
)
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.actions.calling_rows import PURPOSE
from anlan.warning.actions.calling_sweep import climb_calls, on_outcome
from anlan.warning.actions.calling_units import SUBJECT
from anlan.warning.actions.demonstration_calling import calling_scenes
from anlan.warning.models import (
    CallAddressee,
    CallReply,
    CallRound,
)
from anlan.warning.parts.common import WARNING
from anlan.warning.queries import (
    calling_measures,
)
from anlan.warning.screens.calling import calling_panel

_BOARD = page("call-addressee")


def _replies(row: CallReply) -> str:
    return reverse("call-reply-list")


def may_call(scope: Any) -> bool:
    return isinstance(scope, Scope) and scope.may(Capability.READ_PEOPLE)


def may_be_called(scope: Any) -> bool:
    return isinstance(scope, Scope) and bool(scope.person)


def round_url(key: str) -> str:
    found = CallRound.objects.filter(pk=key).exists()
    return reverse("call-board", args=[key]) if found else ""


CALLING = Parts(
    stage="warning",
    navigation=(
        NavigationItem(
            label=gettext_noop("Call-and-confirm"),
            url_name="call-round-list",
            group=WARNING,
            order=252,
            permits=may_call,
        ),
        NavigationItem(
            label=gettext_noop("My calls"),
            url_name="my-calls",
            group=WARNING,
            order=254,
            permits=may_be_called,
        ),
        NavigationItem(
            label=gettext_noop("Ladders of calls"),
            url_name="call-ladder-list",
            group=WARNING,
            order=256,
            permits=may_call,
        ),
    ),
    stories=(Story(name="calls", order=40, scenes=calling_scenes),),
    outcome_handlers=(OutcomeHandler(purpose=PURPOSE, apply=on_outcome),),
    sweeps=(Sweep(name="call-ladder", every_s=5.0, run=climb_calls, in_exercises=True),),
    panels=(
        Panel(
            subject="warning.warning",
            order=30,
            label=gettext_noop("Call-and-confirm"),
            render=calling_panel,
        ),
    ),
    due_subjects=(
        DueSubject(
            model=SUBJECT,
            label=gettext_noop("round of calls"),
            url=round_url,
            own_acts=EVERY_ACT,
        ),
    ),
    references=(
        points(
            CallReply,
            "person",
            gettext_noop("SMS replies of this person"),
            _replies,
            joins=("person",),
        ),
        points(
            CallAddressee,
            "person",
            gettext_noop("Calls to this person"),
            _BOARD,
            joins=("person", "region"),
        ),
        points(
            CallAddressee,
            "deputy",
            gettext_noop("Calls to this person as deputy"),
            _BOARD,
            joins=("deputy", "region"),
        ),
        points(
            CallAddressee,
            "answered_by",
            gettext_noop("Calls this person answered"),
            _BOARD,
            joins=("answered_by", "region"),
        ),
    ),
    measures=tuple(calling_measures.MEASURES),
    actions=(
        ("warning.call.open", gettext_noop("Round of calls opened")),
        ("warning.call.close", gettext_noop("Round of calls ended by hand")),
        ("warning.call.release", gettext_noop("Round of calls released")),
        ("warning.call.include", gettext_noop("Called those whose place is not known")),
        ("warning.call.record", gettext_noop("Call recorded")),
        ("warning.call.answer", gettext_noop("Call answered")),
        ("warning.call.climb", gettext_noop("Next steps of the calls")),
        ("warning.reply.take", gettext_noop("SMS reply taken in")),
        ("warning.reply.read", gettext_noop("SMS reply read")),
        ("warning.reply.name", gettext_noop("Unknown number of a reply named")),
        ("warning.reply.dismiss", gettext_noop("SMS reply dismissed")),
        ("warning.ladder.set", gettext_noop("Ladder of calls set")),
    ),
)
