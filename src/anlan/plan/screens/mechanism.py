"""The implementation mechanism: who confirmed this quarter and who did not; one tap to confirm."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed, NotFound, Refused
from anlan.base.identity import new_id
from anlan.base.parts import ANSWER_AND_DAY, DueSubject, Sweep
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.actions.mechanism import confirm_mechanism, may_confirm, open_quarters
from anlan.plan.forms.mechanism import MechanismForm
from anlan.plan.models import MechanismQuarter
from anlan.plan.queries.mechanism import (
    held_on,
    people_of,
    standing,
    standing_in_list,
    with_held,
)
from anlan.plan.rules.mechanism import Standing, quarter_of
from anlan.plan.screens.common import page_of, uuid_or_none
from anlan.plan.screens.loop.common import term_badge
from anlan.registers.rules.scope import Capability

LOOKS = {
    Standing.CONFIRMED: ("green", "check"),
    Standing.VACANT: ("orange", "warn"),
    Standing.WAITING: ("yellow", "info"),
    Standing.OVERDUE: ("red", "warn"),
    Standing.NOT_ASKED: ("grey", "info"),
}
HOURLY_S = 3600.0
CHOICES = (("yes", gettext_lazy("confirmed")), ("no", gettext_lazy("not confirmed yet")))


def mechanism_url(row: MechanismQuarter) -> str:
    return reverse("plan-mechanism-body", args=[row.pk])


def standing_badge(row: MechanismQuarter, stands: Standing | None = None) -> Badge:
    found = stands or standing(row, held_on([row], clock.today()), clock.today())
    tone, icon = LOOKS[found]
    return Badge(text=_(found.label), tone=tone, icon=icon)


def by_confirmation(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(confirmed_at__isnull=code == "no")


def quarters(scope: Any) -> list[tuple[str, str]]:
    seen = MechanismQuarter.objects.visible_to(scope).order_by("-year", "-number")
    found = dict.fromkeys(seen.values_list("year", "number"))
    return [(f"{year}-{n}", _("{year}, quarter {n}").format(year=year, n=n)) for year, n in found]


def of_quarter(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    year, _dash, number = code.partition("-")
    return rows.filter(year=year, number=number)


class MechanismList(RegisterList):
    model = MechanismQuarter
    capability = Capability.READ_INTERNAL
    title = gettext_lazy("Implementation mechanism")
    lead = gettext_lazy(
        "Office and named person of each body for the plan, confirmed each quarter by the end of "
        "its first month (house default). Who left is said, and somebody else is named."
    )
    empty = gettext_lazy("No quarter is opened yet; the program opens it by itself.")
    columns = (
        Column(
            name="body",
            label=gettext_lazy("body"),
            value=lambda r: r.body,
            link=mechanism_url,
            sort=("body__unit__position", "body__position"),
            is_title=True,
        ),
        Column(
            name="quarter",
            label=gettext_lazy("quarter"),
            value=lambda r: _("{year}, quarter {n}").format(year=r.year, n=r.number),
            sort=("year", "number"),
        ),
        Column(
            name="state",
            label=gettext_lazy("state"),
            value=lambda r: standing_badge(r, standing_in_list(r, clock.today())),
            sort=("confirmed_at",),
        ),
        Column(
            name="office",
            label=gettext_lazy("office in charge"),
            value=lambda r: r.office,
            sort=("office",),
            missing=gettext_lazy("not named"),
        ),
        Column(
            name="person",
            label=gettext_lazy("person in charge"),
            value=lambda r: r.person.name if r.person is not None else "",
            missing=gettext_lazy("not named"),
        ),
        Column(
            name="confirmed",
            label=gettext_lazy("confirmed at"),
            value=lambda r: r.confirmed_at,
            sort=("confirmed_at",),
        ),
        Column(
            name="reach",
            label=gettext_lazy("term reaches"),
            value=lambda r: r.due.get_reach_display() if r.due is not None else "",
            shown=False,
        ),
    )
    filters = (
        Filter(name="quarter", label=gettext_lazy("quarter"), choices=quarters, narrow=of_quarter),
        Filter(
            name="confirmed",
            label=gettext_lazy("state"),
            choices=lambda scope: CHOICES,
            narrow=by_confirmation,
        ),
    )
    search_fields = ("body__full_name__icontains", "body__initials__icontains")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_held(rows.select_related("body__unit", "person", "due"), clock.today())

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)

    def actions(self) -> Sequence[Action]:
        url = reverse("plan-measure", args=["mechanism-confirmed"])
        return (Action(label=_("The measure"), url=url, icon="info"),)


class MechanismPage(SignedIn, View):
    """The page of one body and quarter: confirm unchanged with one tap, or name somebody else."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        return self._page(request, self._row(request, pk))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = self._row(request, pk)
        if not may_confirm(scope_of(request), row):
            raise NotAllowed
        form = MechanismForm(request.POST, people=self._people(row))
        if not form.is_valid():
            return self._page(request, row, form, status=422)
        data = form.cleaned_data
        try:
            confirm_mechanism(
                row.pk,
                office=data["office"],
                person=uuid_or_none(data["person"]) or row.pk,
                expected_version=data["expected_version"] or 0,
                actor=request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
                request_id=data["request_id"],
            )
        except (NotAllowed, NotFound):
            raise
        except Conflict as conflict:
            form.add_error(None, conflict.text())
            return self._page(request, self._row(request, pk), form, status=409)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.text())
            return self._page(request, row, form, status=422)
        messages.success(request, _("Confirmed, and entered in the journal."))
        return redirect(mechanism_url(row))

    @staticmethod
    def _row(request: HttpRequest, pk: uuid.UUID) -> MechanismQuarter:
        seen = MechanismQuarter.objects.visible_to(scope_of(request))
        row: MechanismQuarter | None = (
            seen.select_related("body__unit", "person", "due").filter(pk=pk).first()
        )
        if row is None:
            raise NotFound
        return row

    @staticmethod
    def _people(row: MechanismQuarter) -> list[tuple[str, str]]:
        return [(str(one.pk), one.name) for one in people_of(row.body_id, clock.today())]

    def _page(
        self,
        request: HttpRequest,
        row: MechanismQuarter,
        form: MechanismForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        today, people = clock.today(), self._people(row)
        stands = standing(row, held_on([row], today), today)
        known = str(row.person_id or "")
        is_now = row.quarter == quarter_of(today)
        may = may_confirm(scope_of(request), row) and is_now
        initial = {
            "office": row.office,
            "person": known,
            "request_id": new_id().hex,
            "expected_version": row.version,
        }
        past = MechanismQuarter.objects.visible_to(scope_of(request)).filter(body=row.body_id)
        context = {
            "row": row,
            "quarter": _("{year}, quarter {n}").format(year=row.year, n=row.number),
            "badge": standing_badge(row, stands),
            "term": term_badge(row.due),
            "reach": row.due.get_reach_display() if row.due is not None else "",
            "confirmed_by": actor_label(row.confirmed_by) if row.confirmed_by else "",
            "may_confirm": may,
            "has_people": bool(people),
            "is_present": is_now,
            "one_tap": may and bool(row.office) and known in dict(people),
            "is_confirmed": stands is Standing.CONFIRMED,
            "request_id": new_id().hex,
            "form": form or MechanismForm(initial=initial, people=people),
            "past": past.exclude(pk=row.pk).select_related("body", "person")[:12],
        }
        return render(request, "plan/mechanism.html", context, status=status)


ACTIONS = (
    ("plan.mechanism.open", gettext_noop("Quarter of the implementation mechanism opened")),
    ("plan.mechanism.confirm", gettext_noop("Implementation mechanism confirmed")),
)
DUE_SUBJECTS = (
    DueSubject(
        model="plan.mechanismquarter",
        label=gettext_noop("implementation mechanism"),
        url=page_of("plan-mechanism-body", MechanismQuarter),
        own_acts=ANSWER_AND_DAY,
    ),
)
SWEEPS = (Sweep(name="mechanism", every_s=HOURLY_S, run=open_quarters, in_exercises=True),)
