"""The duty roster: list, month as a calendar, who is on duty now, shifts, swaps, handovers."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import NotFound
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers import duty_queries
from anlan.registers.choices import ShiftRole
from anlan.registers.models import Body, DutyShift, HandoverSignature
from anlan.registers.rules.duty_roster import Fault, Finding
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.bodies import body_url
from anlan.registers.screens.common import unit_choices
from anlan.registers.screens.keeping import kept_bodies

FAULT_TONES = {
    Fault.GAP: "red",
    Fault.OVERLAP: "orange",
    Fault.NO_LEADER: "red",
    Fault.NO_OFFICER: "orange",
}
NOBODY = _("vacant")


def shift_url(row: DutyShift) -> str:
    return reverse("duty-shift", args=[row.pk])


def month_url(body: Body, day: dt.date) -> str:
    return reverse("duty-month", args=[body.code, day.year, day.month])


def city_text(instant: dt.datetime) -> str:
    return instant.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M")


def city_day(instant: dt.datetime) -> dt.date:
    return instant.astimezone(CITY_ZONE).date()


def names_of(row: DutyShift, role: str) -> list[str]:
    return [a.person.name for a in row.assignments.all() if a.role == role]


def leader_text(row: DutyShift) -> Any:
    names = names_of(row, ShiftRole.LEADER)
    return names or Badge(text=NOBODY, tone="red", icon="warn")


def officers_text(row: DutyShift) -> Any:
    names = names_of(row, ShiftRole.OFFICER)
    return names or Badge(text=NOBODY, tone="orange", icon="warn")


def fault_badge(finding: Finding) -> Badge:
    return Badge(text=gettext(finding.fault.label), tone=FAULT_TONES[finding.fault], icon="warn")


def body_choices(scope: Scope) -> list[tuple[str, Text]]:
    """Bodies that have a shift the reader may see."""
    shifts = DutyShift.objects.visible_to(scope)
    bodies = Body.objects.visible_to(scope).filter(pk__in=shifts.values("body"))
    return [(body.code, body.short_name) for body in bodies]


def when_choices(scope: Scope) -> list[tuple[str, Text]]:
    return [("running", _("now")), ("coming", _("still to come")), ("past", _("past"))]


def at_time(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    now = clock.now()
    if code == "running":
        return rows.filter(starts_at__lte=now, ends_at__gt=now)
    return rows.filter(starts_at__gt=now) if code == "coming" else rows.filter(ends_at__lte=now)


class DutyList(RegisterList):
    model = DutyShift
    capability = Capability.READ_INTERNAL
    title = _("Duty roster")
    lead = _("Who leads and who is on duty, body by body, shift by shift.")
    empty = _("No shift is entered that your post may see. Enter a shift or fill a span above.")
    columns = (
        Column(
            name="start",
            label=_("starts at"),
            value=lambda s: s.starts_at,
            link=shift_url,
            sort=("starts_at", "body__position"),
            is_title=True,
        ),
        Column(name="end", label=_("ends at"), value=lambda s: s.ends_at, sort=("ends_at",)),
        Column(
            name="body",
            label=_("body"),
            value=lambda s: s.body.short_name,
            link=lambda s: month_url(s.body, city_day(s.starts_at)),
            sort=("body__unit__position", "body__position", "starts_at"),
        ),
        Column(name="leader", label=_("leader on duty"), value=leader_text),
        Column(name="officers", label=_("duty officers"), value=officers_text),
        Column(name="note", label=_("note"), value=lambda s: s.note, shown=False),
    )
    filters = (
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="body__unit__code"),
        Filter(name="body", label=_("body"), choices=body_choices, field="body__code"),
        Filter(name="when", label=_("time"), choices=when_choices, narrow=at_time),
    )
    search_fields = ("body__short_name__icontains", "assignments__person__name__icontains")
    default_sort = "-start"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return duty_queries.with_people(rows)

    def actions(self) -> Sequence[Action]:
        found = [
            Action(label=_("On duty now"), url=reverse("duty-now")),
            Action(label=_("Month as a calendar"), url=reverse("duty-months")),
        ]
        if scope_of(self.request).may(Capability.KEEP_OWN):
            found += [
                Action(label=_("Fill a span"), url=reverse("duty-fill-any")),
                Action(
                    label=_("Enter a shift"),
                    url=reverse("duty-add-any"),
                    icon="plus",
                    is_primary=True,
                ),
            ]
        return found


class DutyNow(SignedIn, View):
    """Who is on duty at this instant, body by body; a body without anybody is said."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest) -> HttpResponse:
        scope, now = scope_of(request), clock.now()
        running = {shift.body_id: shift for shift in duty_queries.on_duty(scope, now)}
        lines = [
            (body, running.get(body.pk), month_url(body, clock.today()))
            for body in rostered(scope)
        ]
        context = {"lines": lines, "now": now, "vacant": sum(1 for _b, s, _u in lines if not s)}
        return render(request, "registers/duty_now.html", context)


def rostered(scope: Scope) -> QuerySet[Body]:
    """Visible bodies that keep a roster: those with any shift."""
    shifts = DutyShift.objects.visible_to(scope)
    bodies: QuerySet[Body] = Body.objects.visible_to(scope).select_related("unit")
    return bodies.filter(pk__in=shifts.values("body"))


class DutyMonths(SignedIn, View):
    """Leads to this month of the reader's own body, or of the first that keeps a roster."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest) -> HttpResponse:
        scope = scope_of(request)
        bodies = rostered(scope)
        body = bodies.filter(code__in=scope.bodies).first() or bodies.first()
        if body is None:
            return redirect("duty-list")
        return redirect(month_url(body, clock.today()))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """A day of the calendar: `shifts` touch it, `faults` concern it."""

    day: dt.date
    is_in_month: bool
    is_today: bool
    shifts: tuple[tuple[DutyShift, str, Any, Any], ...]
    faults: tuple[Badge, ...]


class DutyMonth(SignedIn, View):
    """A month of one body as a calendar, with what is missing, to be printed."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, code: str, year: int, month: int) -> HttpResponse:
        scope = scope_of(request)
        body = Body.objects.visible_to(scope).select_related("unit").filter(code=code).first()
        if body is None or not 1 <= month <= 12 or not 2000 <= year <= 2199:
            raise NotFound
        first = dt.date(year, month, 1)
        start, end = duty_queries.month_span(first)
        shifts = list(duty_queries.shifts_between(scope, start, end, body.code))
        verdict = duty_queries.roster_findings(shifts, start, end)
        findings = verdict.known()
        context = {
            "body": body,
            "first": first,
            "weeks": weeks_of(first, shifts, findings),
            "findings": [
                (fault_badge(f), city_text(f.starts_at), city_text(f.ends_at)) for f in findings
            ],
            "shifts": [(s, leader_text(s), officers_text(s), shift_url(s)) for s in shifts],
            "reason": verdict.reasons[0],
            "source": gettext(verdict.reasons[0].source),
            "status": gettext(verdict.reasons[0].status.label),
            "previous": month_url(body, first - dt.timedelta(days=1)),
            "following": month_url(body, first + dt.timedelta(days=31)),
            "others": [(b, month_url(b, first)) for b in rostered(scope)],
            "may_keep": scope.may_keep_for(body.unit.code, body.code),
        }
        return render(request, "registers/duty_month.html", context)


def weeks_of(
    first: dt.date, shifts: Sequence[DutyShift], findings: Sequence[Finding]
) -> list[list[DayCell]]:
    """Weeks from Monday to Sunday that hold the month."""
    day = first - dt.timedelta(days=first.weekday())
    weeks = []
    while day < first or day.month == first.month:
        weeks.append(
            [_cell(day + dt.timedelta(days=i), first, shifts, findings) for i in range(7)]
        )
        day += dt.timedelta(days=7)
    return weeks


def _cell(
    day: dt.date, month: dt.date, shifts: Sequence[DutyShift], findings: Sequence[Finding]
) -> DayCell:
    start = dt.datetime.combine(day, dt.time(), CITY_ZONE)
    end = start + dt.timedelta(days=1)
    inside = day.month == month.month
    here = [s for s in shifts if start <= s.starts_at < end] if inside else []
    faults = {f.fault for f in findings if f.starts_at < end and start < f.ends_at and inside}
    return DayCell(
        day=day,
        is_in_month=inside,
        is_today=day == clock.today(),
        shifts=tuple(
            (
                s,
                f"{s.starts_at.astimezone(CITY_ZONE):%H:%M}–{s.ends_at.astimezone(CITY_ZONE):%H:%M}",
                leader_text(s),
                officers_text(s),
            )
            for s in here
        ),
        faults=tuple(
            Badge(text=gettext(fault.label), tone=FAULT_TONES[fault], icon="warn")
            for fault in sorted(faults)
        ),
    )


class ShiftObject(RegisterObject):
    model = DutyShift
    capability = Capability.READ_INTERNAL
    url_name = "duty-shift"
    subject = "registers.dutyshift"
    order_key = ("starts_at", "pk")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return duty_queries.with_people(rows)

    def heading(self, row: DutyShift) -> Text:
        return f"{row.body.short_name} {city_text(row.starts_at)}"

    def neighbours_among(self, row: DutyShift) -> QuerySet[Any] | None:
        visible: QuerySet[Any] = DutyShift.objects.visible_to(scope_of(self.request))
        return visible.filter(body=row.body_id)

    def crumbs(self, row: DutyShift) -> Sequence[tuple[str, Text]]:
        month = month_url(row.body, city_day(row.starts_at))
        return ((reverse("duty-list"), _("Duty roster")), (month, row.body.short_name))

    def api_url(self, row: DutyShift) -> str:
        return f"/api/v1/duty-shifts/{row.pk}"

    def may_keep(self, row: DutyShift) -> bool:
        return bool(scope_of(self.request).may_keep_for(row.body.unit.code, row.body.code))

    def actions(self, row: DutyShift) -> Sequence[Action]:
        if not self.may_keep(row):
            return ()
        return (
            Action(label=_("Fill a duty"), url=reverse("duty-assign", args=[row.pk])),
            Action(
                label=_("Sign the handover"),
                url=reverse("duty-sign", args=[row.pk]),
                is_primary=True,
            ),
        )

    def facts(self, row: DutyShift) -> Sequence[Fact]:
        return (
            fact(_("body"), row.body.full_name, url=body_url(row.body)),
            fact(_("starts at"), row.starts_at),
            fact(_("ends at"), row.ends_at),
            fact(_("leader on duty"), leader_text(row)),
            fact(_("duty officers"), officers_text(row)),
            fact(_("note"), row.note),
        )

    def relations(self, row: DutyShift) -> Sequence[Relation]:
        return (self._people(row), self._signatures(row))

    def _people(self, row: DutyShift) -> Relation:
        rows = list(row.assignments.all())
        columns: tuple[Column, ...] = (
            Column(name="person", label=_("person"), value=lambda a: a.person.name, is_title=True),
            Column(name="role", label=_("duty"), value=lambda a: a.get_role_display()),
        )
        if self.may_keep(row):
            swap = Column(
                name="swap",
                label=_("change"),
                value=lambda a: _("Swap"),
                link=lambda a: reverse("duty-swap", args=[a.pk]),
            )
            columns = (*columns, swap)
        return Relation(
            label=_("On this shift"),
            columns=columns,
            rows=rows,
            count=len(rows),
            empty=_("Nobody is on this shift: fill a duty above."),
        )

    def _signatures(self, row: DutyShift) -> Relation:
        visible = HandoverSignature.objects.visible_to(scope_of(self.request)).filter(shift=row)
        rows = list(visible.select_related("person"))
        return Relation(
            label=_("Handover"),
            columns=(
                Column(name="side", label=_("side"), value=lambda s: s.get_side_display()),
                Column(
                    name="person",
                    label=_("signed by"),
                    value=lambda s: s.person.name,
                    is_title=True,
                ),
                Column(name="at", label=_("signed at"), value=lambda s: s.signed_at),
                Column(name="note", label=_("what is passed on"), value=lambda s: s.note),
            ),
            rows=rows,
            count=len(rows),
            empty=_("Nobody has signed the handover of this shift yet."),
        )


def first_kept_body(scope: Scope) -> Body:
    """The body whose roster the reader most likely enters: the own one, else the first."""
    bodies = kept_bodies(scope)
    body = bodies.filter(code__in=scope.bodies).first() or bodies.first()
    if body is None:
        raise NotFound
    return body
