"""What the dues offer: my work, what is owed, the working-day calendar, their sweeps."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.due.holiday_notices import load_calendar
from anlan.base.due.queries import dues
from anlan.base.due.sweeping import climb_ladders, follow_people
from anlan.base.models import IS_OPEN
from anlan.base.parts import Loader, NavigationItem, Parts, Search, Sweep
from anlan.base.rules.labels import gettext_noop

WORK = gettext_noop("Work")
REGISTERS = gettext_noop("Registers")


def permitted(capability: str) -> Callable[[Any], bool]:
    return lambda scope: scope is not None and scope.may(capability)


def find_dues(scope: Any, text: str, limit: int) -> list[tuple[str, str, str]]:
    rows = dues(scope).filter(IS_OPEN, title__icontains=text).order_by("due_at", "id")
    return [(due.title, _("due"), reverse("due", args=[due.pk])) for due in rows[:limit]]


def _entry(label: str, url_name: str, order: int, group: str, capability: str) -> NavigationItem:
    return NavigationItem(
        label=label, url_name=url_name, group=group, order=order, permits=permitted(capability)
    )


PARTS = Parts(
    stage="base",
    navigation=(
        _entry(gettext_noop("My work"), "my-work", 10, WORK, "read-internal"),
        _entry(gettext_noop("What we owe this week"), "owed-this-week", 20, WORK, "read-internal"),
        _entry(gettext_noop("Dues"), "due-list", 30, WORK, "read-internal"),
        _entry(
            gettext_noop("Working-day calendar"),
            "holiday-year-list",
            570,
            REGISTERS,
            "read-published",
        ),
    ),
    loaders=(Loader(name="calendar", order=15, load=load_calendar),),
    searches=(Search(name=gettext_noop("Dues"), find=find_dues),),
    sweeps=(
        Sweep(name="due-ladder", every_s=5, run=climb_ladders, in_exercises=True),
        Sweep(name="due-addressee", every_s=300, run=follow_people, in_exercises=True),
    ),
    actions=(
        ("base.due.open", gettext_noop("Due opened")),
        ("base.due.pause", gettext_noop("Clock stopped")),
        ("base.due.resume", gettext_noop("Clock set running")),
        ("base.due.answer", gettext_noop("Answered")),
        ("base.due.withdraw", gettext_noop("Withdrawn")),
        ("base.due.day", gettext_noop("Day set")),
        ("base.due.escalate", gettext_noop("Level reached")),
        ("base.due.readdress", gettext_noop("Passed on, the post changed hands")),
        ("base.holidayyear.set", gettext_noop("Holiday notice entered, terms counted anew")),
        ("base.holidayyear.load", gettext_noop("Holiday notices loaded")),
    ),
)
