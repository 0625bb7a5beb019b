"""What the screens of call-and-confirm share: addresses, badges, words."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Badge
from anlan.registers.choices import CONTACT_KIND_CHOICES
from anlan.warning.choices import WAY_CHOICES, WHO_CHOICES
from anlan.warning.models import CallAddressee, CallRound
from anlan.warning.rules.call_state import CallState
from anlan.warning.rules.ladder import Ladder, Step

STATE_TONES = {
    CallState.WAITING: "orange",
    CallState.CALLED: "yellow",
    CallState.READ: "blue",
    CallState.ANSWERED: "green",
    CallState.SILENT: "red",
    CallState.UNREACHABLE: "red",
    CallState.RELEASED: "grey",
}
LEVEL_TONES = {"red": "red", "orange": "orange", "yellow": "yellow", "blue": "blue"}
DEFAULT_LADDER = _(
    "Our default, not a regulation: no table for the whole country was found. A city or county "
    "sets its own."
)


def board_url(row: CallRound) -> str:
    return reverse("call-board", args=[row.pk])


def addressee_url(row: CallAddressee) -> str:
    return reverse("call-addressee", args=[row.pk])


def record_url(row: CallAddressee) -> str:
    return reverse("call-record", args=[row.pk])


def level_badge(row: Any) -> Badge:
    tone = LEVEL_TONES.get(row.level, "grey")
    return Badge(text=row.get_level_display(), tone=tone, icon="warn")


def state_badge(row: CallAddressee) -> Badge:
    state = CallState(row.state)
    icon = "check" if state is CallState.ANSWERED else "warn"
    text = row.get_state_display()
    if row.is_late:
        text = gettext("{state}, late").format(state=text)
    if row.is_carried:
        text = gettext("{state} in the round before").format(state=text)
    return Badge(text=str(text), tone=STATE_TONES[state], icon=icon)


def step_text(step: Step) -> str:
    who, way = dict(WHO_CHOICES)[step.who.value], dict(WAY_CHOICES)[step.way.value]
    if step.minutes is None:
        return gettext("{who}: {way}, without a term").format(who=who, way=way)
    said = gettext("{who}: {way}, {minutes} minutes")
    return said.format(who=who, way=way, minutes=step.minutes)


def present_step(row: CallAddressee, ladder: Ladder) -> str:
    """The step an addressee stands at, in words."""
    if row.next_step_at is None and CallState(row.state) in (
        CallState.ANSWERED,
        CallState.RELEASED,
    ):
        return ""
    if row.step < 0:
        return gettext("place not known: not called yet")
    if row.step >= len(ladder.steps):
        return gettext("end of the ladder: call or send somebody")
    return step_text(ladder.steps[row.step])


def kinds_text(ladder: Ladder) -> str:
    labels = dict(CONTACT_KIND_CHOICES)
    return "、".join(str(labels[kind.value]) for kind in sorted(ladder.kinds))


def round_badge(row: CallRound) -> Badge:
    if row.closed_at is None:
        return Badge(text=gettext("calls under way"), tone="blue", icon="info")
    return Badge(text=row.get_closed_because_display(), tone="grey", icon="close")


def place_text(row: CallAddressee) -> str:
    upper = row.region.parent
    name = row.region.name
    if row.region.level == "village" and upper is not None:
        name = f"{upper.name} {name}"
    return f"{name} {row.contact.place}".strip()
