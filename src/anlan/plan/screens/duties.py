"""Duties as a page shows them: by role, groups with their members on a day, open names marked."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.screens.cells import Badge, Text
from anlan.plan.choices import DutyRole, MatchState
from anlan.plan.models import Duty, PlanItem
from anlan.plan.screens.common import SIGN_OF, body_url, match_badge
from anlan.registers import queries as registers

ROLES = (DutyRole.LEAD, DutyRole.JOINT, DutyRole.SUPPORT)
NAME_CLASSES = {DutyRole.LEAD: "is-lead", DutyRole.SUPPORT: "is-support"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A body of a group; `url` is empty when the reader's post does not see it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """One printed name, what it means, and how it was found."""

    printed: str
    body: str
    url: str
    badge: Badge | None
    is_open: bool
    group_url: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleBox:
    """The names of one role in printed order."""

    sign: str
    label: Text
    code: str
    lines: tuple[DutyLine, ...]


def boxes_of(duties: Sequence[Duty], scope: Any, day: dt.date) -> list[RoleBox]:
    """Only roles that the clause gives; an absent lead is said elsewhere, never filled in."""
    boxes = []
    for role in ROLES:
        lines = tuple(_line(duty, scope, day) for duty in duties if duty.role == role)
        if lines:
            sign = SIGN_OF[role.value]
            boxes.append(RoleBox(sign=sign.sign, label=sign.label, code=sign.code, lines=lines))
    return boxes


def _line(duty: Duty, scope: Any, day: dt.date) -> DutyLine:
    body, group = duty.body, duty.group
    members: tuple[Member, ...] = ()
    if group is not None:
        members = tuple(
            _member(member, scope) for member in registers.group_members(group.pk, day)
        )
    seen = body is not None and registers.sees_body(scope, body)
    return DutyLine(
        printed=duty.printed_name,
        body=body.full_name if body is not None else "",
        url=body_url(body.code) if body is not None and seen else "",
        badge=match_badge(duty),
        is_open=duty.match == MatchState.OPEN,
        group_url=reverse("body-group", args=[group.code]) if group is not None else "",
        members=members,
    )


def _member(body: Any, scope: Any) -> Member:
    seen = registers.sees_body(scope, body)
    return Member(name=body.short_name, url=body_url(body.code) if seen else "")


def marked_names(duties: Iterable[Duty]) -> list[tuple[str, str]]:
    """(printed name, CSS class) for the clause text."""
    return [
        (
            duty.printed_name,
            "is-open"
            if duty.match == MatchState.OPEN
            else NAME_CLASSES.get(DutyRole(duty.role), "is-joint"),
        )
        for duty in duties
    ]


def silences(item: PlanItem, duties: Sequence[Duty]) -> list[str]:
    """What the notice does not say about an item. Nothing of it is guessed."""
    said: list[str] = []
    if item.mode == "joint":
        said.append(
            _(
                "It names no lead body: the bodies are responsible by their own duties. None is "
                "put first."
            )
        )
    if item.mode == "none":
        said.append(_("It names no body for this clause."))
    if item.open_ended:
        said.append(
            _("The list of bodies ends with 等: more may be meant, but it does not say which.")
        )
    if any(duty.group_id for duty in duties):
        said.append(
            _(
                "It names a group instead of bodies: the members shown are those of the register "
                "on the day."
            )
        )
    if not item.deadline_years:
        said.append(_("It names no year for this clause."))
    if item.indicator_operator in ("up", "down"):
        said.append(_("It does not say against which base the change is measured."))
    elif item.indicator_operator and not item.indicator_unit:
        said.append(_("It prints the target without a unit of measure."))
    return said


def target_words(item: PlanItem) -> str:
    """The strictness of a target in words: “<0.03” is not “≤0.03”."""
    if item.indicator_value is None:
        return ""
    number = f"{item.indicator_value.normalize():f}{item.indicator_unit}"
    templates = {
        "<": _("< {n}: strictly below; exactly {n} is not met"),
        "<=": _("≤ {n}: at most; exactly {n} is met"),
        ">": _("> {n}: strictly above; exactly {n} is not met"),
        ">=": _("≥ {n}: at least; exactly {n} is met"),
        "=": _("= {n}: exactly this value"),
        "down": _("↓ {n}: a fall by this much"),
        "up": _("↑ {n}: a rise by this much"),
    }
    return templates.get(item.indicator_operator, "{n}").format(n=number)
