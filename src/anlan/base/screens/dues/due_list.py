"""All dues in view as a list, and my open ones: search, filters, export, print."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.due.queries import When, dues, my_work, names, narrowed
from anlan.base.models import Due
from anlan.base.rules.due.state import DueState
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.dues.common import READ, columns
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.signed_in import scope_of

CLOSED = (DueState.ANSWERED, DueState.WITHDRAWN)
YES = "yes"


def when_choices(scope: Any) -> Sequence[tuple[str, Text]]:
    open_ones = [(when.value, _(when.label)) for when in When]
    return [*open_ones, *((state.value, _(state.label)) for state in CLOSED)]


def by_when(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    if code in {state.value for state in CLOSED}:
        return rows.filter(state=code)
    return narrowed(rows, When(code), clock.now())


def addressee_choices(scope: Any) -> Sequence[tuple[str, Text]]:
    """The bodies and units that visible dues are addressed to."""
    pairs = dues(scope).order_by().values_list("body", "unit").distinct()
    keys = {f"body:{body}" if body else f"unit:{unit}" for body, unit in pairs}
    named = names(keys)
    return sorted((key, named[key]) for key in keys if key in named)


def by_addressee(rows: QuerySet[Any], key: str) -> QuerySet[Any]:
    kind, _colon, code = key.partition(":")
    return rows.filter(body=code) if kind == "body" else rows.filter(body="", unit=code)


def by_provisional(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(is_provisional=code == YES)


WHEN = Filter(name="when", label=gettext_lazy("state"), choices=when_choices, narrow=by_when)
PROVISIONAL = Filter(
    name="provisional",
    label=gettext_lazy("provisional"),
    choices=lambda scope: [(YES, _("Yes")), ("no", _("No"))],
    narrow=by_provisional,
)


class DueList(RegisterList):
    model = Due
    capability = READ
    title = gettext_lazy("Dues")
    lead = gettext_lazy(
        "Everything that is expected of somebody by a day: running, standing still, answered."
    )
    empty = gettext_lazy(
        "A due is opened by the work itself: a duty with a day, a request with a reply clock, a "
        "report. None is in view of your post yet."
    )
    filters = (
        WHEN,
        Filter(
            name="addressee",
            label=gettext_lazy("addressed to"),
            choices=addressee_choices,
            narrow=by_addressee,
        ),
        PROVISIONAL,
    )
    search_fields = ("title__icontains", "source__icontains")
    default_sort = "due"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.defer("policy")

    @cached_property
    def _columns_of_all(self) -> tuple[Column, ...]:
        pairs = dues(scope_of(self.request)).order_by()
        kinds = pairs.values_list("body", "unit", "post", "person", "account", "doer").distinct()
        keys: set[str] = set()
        for body, unit, post, person, account, doer in kinds:
            named = {"body": body, "unit": unit, "post": post, "person": person}
            named["account"] = account
            keys |= {f"{kind}:{code}" for kind, code in named.items() if code} | {doer}
        return columns(names(keys))

    def all_columns(self) -> tuple[Column, ...]:
        return self._columns_of_all

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("my-work"), _("My work")),)


class MyWorkList(DueList):
    """My open dues, as a list that is exported and printed."""

    title = gettext_lazy("My work as a list")
    lead = ""
    filters = (WHEN, PROVISIONAL)

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        mine = my_work(scope_of(self.request)).order_by().values("pk")
        return super().arrange(rows).filter(pk__in=mine)

    def actions(self) -> Sequence[Action]:
        return (Action(label=_("All dues in view"), url=reverse("due-list")),)
