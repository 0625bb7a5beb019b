"""My work (我的待办), the first screen of those who are not the chief, and the week (本周应办)."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.due.queries import (
    BodyLoad,
    When,
    end_of_week,
    loads,
    names,
    names_of,
    owed_this_week,
    work_list,
)
from anlan.base.models import Due
from anlan.base.rules.due.clock import last_day_of
from anlan.base.screens.cells import Column
from anlan.base.screens.dues.common import READ, WHEN_TONES, columns
from anlan.base.screens.list_state import WHOLE
from anlan.base.screens.register_list import EXPORTS
from anlan.base.screens.register_object import Relation
from anlan.base.screens.sheets import Sheet, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of

SHOWN_OF_A_GROUP = 15
SHOWN_OF_THE_WEEK = 200


def is_first_screen_of(scope: Any) -> bool:
    """Whether "my work" is where somebody begins: whoever works here and is not the chief."""
    return bool(scope.may(READ) and not scope.is_city_wide)


class MyWork(SignedIn, View):
    """Overdue, due in 7 days, later, waiting: the first rows of each, the rest a click away."""

    capability = READ

    def get(self, request: HttpRequest) -> HttpResponse:
        work = work_list(scope_of(request), clock.now(), shown=SHOWN_OF_A_GROUP)
        named = names_of(due for part in work.shown.values() for due in part)
        shape = _shape(named, with_body=work.addressees > 1)
        context = {
            "groups": [
                _group(when, part, work.counts[when], shape)
                for when, part in work.shown.items()
                if part
            ],
            "figures": [
                (_(when.label), count, f"#{when.value}" if count else "", WHEN_TONES[when])
                for when, count in work.counts.items()
            ],
            "total": work.total,
            "provisional": work.provisional,
            "passed": work.passed,
            "list_url": reverse("my-work-list"),
        }
        return render(request, "base/due/my_work.html", context)


def _shape(named: dict[str, str], *, with_body: bool) -> tuple[Column, ...]:
    return tuple(column for column in columns(named, with_body=with_body) if column.shown)


def _group(when: When, rows: list[Due], count: int, shape: tuple[Column, ...]) -> Relation:
    return Relation(
        label=_(when.label),
        columns=shape,
        rows=rows,
        empty="",
        count=count,
        url=f"{reverse('my-work-list')}?{urlencode({'when': when.value} | WHOLE)}",
        anchor=when.value,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLine:
    """What one body owes, as the template draws it."""

    name: str
    overdue: int
    this_week: int
    url: str
    overdue_url: str


class OwedThisWeek(SignedIn, View):
    """What bodies owe until Sunday, who is most behind first."""

    capability = READ

    def get(self, request: HttpRequest) -> HttpResponse:
        now, scope = clock.now(), scope_of(request)
        rows = owed_this_week(scope, now)
        export = EXPORTS.get(request.GET.get("format", ""))
        if export is not None:
            return export(_sheet(list(rows)))
        found = loads(scope, now)
        shown = list(rows[:SHOWN_OF_THE_WEEK])
        named = names_of(shown) | names(load.key for load in found)
        context = {
            "lines": [_line(load, named) for load in found],
            "overdue": sum(load.overdue for load in found),
            "this_week": sum(load.this_week for load in found),
            "bodies": len(found),
            "until": last_day_of(end_of_week(now)),
            "relation": _week(shown, named, sum(load.overdue + load.this_week for load in found)),
            "provisional": sum(due.is_provisional for due in shown),
        }
        return render(request, "base/due/owed.html", context)


def _line(load: BodyLoad, named: dict[str, str]) -> LoadLine:
    where = reverse("due-list")
    chosen = {"addressee": load.key} | WHOLE
    return LoadLine(
        name=named.get(load.key) or _("a body that is not in the register"),
        overdue=load.overdue,
        this_week=load.this_week,
        url=f"{where}?{urlencode(chosen)}",
        overdue_url=f"{where}?{urlencode(chosen | {'when': When.OVERDUE.value})}",
    )


def _week(rows: list[Due], named: dict[str, str], total: int) -> Relation:
    return Relation(
        label=_("One by one"),
        columns=_shape(named, with_body=True),
        rows=rows,
        empty="",
        count=total,
        url=reverse("due-list"),
    )


def _sheet(rows: list[Due]) -> Sheet:
    every = tuple(replace(column, link=None) for column in columns(names_of(rows)))
    return Sheet(
        title=_("What we owe this week"),
        columns=every,
        rows=rows,
        now=clock.now(),
        mark=demonstration_mark(),
    )
