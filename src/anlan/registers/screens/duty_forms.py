"""Forms of the duty roster: a shift, a span of shifts, a swap, a vacancy filled, a signature."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import NotAllowed
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers import queries
from anlan.registers.actions.duty import (
    NewShift,
    Rotation,
    add_shift,
    assign_duty,
    fill_roster,
    next_shift,
    sign_handover,
    swap_duty,
)
from anlan.registers.forms.duty import AssignForm, RotationForm, ShiftForm, SignForm, SwapForm
from anlan.registers.models import Body, DutyAssignment, DutyShift, Person
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.duty import (
    city_day,
    city_text,
    first_kept_body,
    month_url,
    shift_url,
)
from anlan.registers.screens.keeping import KeptForm, kept_bodies, with_posts_today

USUAL_START = dt.time(8, 30)
"""House rule: proposed beginning of a shift; the office says the real one."""
USUAL_HOURS = 24


class DutyAny(SignedIn, View):
    """Leads to a form for the reader's own body."""

    capability = Capability.KEEP_OWN
    url_name = "duty-add"

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(self.url_name, first_kept_body(scope_of(request)).code)


class BodyForm(KeptForm):
    """A form about the roster of one body; above it the other bodies to choose from."""

    template_name = "registers/duty_form.html"
    url_name = ""

    def body(self) -> Body:
        body: Body = self.one(Body, code=self.kwargs["code"])
        if not self.scope.may_keep_for(body.unit.code, body.code):
            raise NotAllowed
        return body

    def people(self, day: dt.date) -> QuerySet[Person]:
        return with_posts_today(queries.people_of_body(self.body().pk, day))

    def back(self) -> str:
        return month_url(self.body(), clock.today())

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("duty-list"), _("Duty roster")), (self.back(), self.body().short_name)]

    def more_context(self) -> dict[str, Any]:
        bodies = [(b, reverse(self.url_name, args=[b.code])) for b in kept_bodies(self.scope)]
        return {"body": self.body(), "bodies": bodies}


class ShiftAdd(BodyForm):
    form_class = ShiftForm
    title = _("Enter a shift")
    lead = _("Who holds a post in the body today can be chosen.")
    url_name = "duty-add"

    def initial(self) -> dict[str, Any]:
        last = DutyShift.objects.filter(body=self.body()).order_by("ends_at").last()
        usual = dt.datetime.combine(clock.today(), USUAL_START, CITY_ZONE)
        start = last.ends_at if last is not None else usual
        return {"starts_at": start, "ends_at": start + dt.timedelta(hours=USUAL_HOURS)}

    def offered(self) -> dict[str, QuerySet[Any]]:
        people = self.people(clock.today())
        return {"leader": people, "officers": people}

    def perform(self, asked: Asked) -> str:
        values, body = asked.values, self.body()
        result = add_shift(
            NewShift(
                body=body.pk,
                starts_at=values["starts_at"],
                ends_at=values["ends_at"],
                leader=values["leader"] and values["leader"].pk,
                officers=tuple(person.pk for person in values["officers"]),
                note=values["note"],
            ),
            **self.told(asked),
        )
        return reverse("duty-shift", args=[result["id"]])


class RosterFill(BodyForm):
    form_class = RotationForm
    title = _("Fill a span of the roster")
    lead = _("Shifts follow one another; people take turns. All shifts are entered, or none.")
    submit = _("Fill the roster")
    url_name = "duty-fill"

    def initial(self) -> dict[str, Any]:
        last = DutyShift.objects.filter(body=self.body()).order_by("ends_at").last()
        first = city_day(last.ends_at) if last is not None else clock.today()
        return {
            "first": first,
            "last": first + dt.timedelta(days=6),
            "begins": USUAL_START,
            "hours": USUAL_HOURS,
            "officers_each": 1,
        }

    def offered(self) -> dict[str, QuerySet[Any]]:
        people = self.people(clock.today())
        return {"leaders": people, "officers": people}

    def perform(self, asked: Asked) -> str:
        values, body = asked.values, self.body()
        fill_roster(
            Rotation(
                body=body.pk,
                first=values["first"],
                last=values["last"],
                begins=values["begins"],
                hours=values["hours"],
                leaders=tuple(person.pk for person in values["leaders"]),
                officers=tuple(person.pk for person in values["officers"]),
                officers_each=values["officers_each"],
            ),
            **self.told(asked),
        )
        return month_url(body, values["first"])


class ShiftForms(KeptForm):
    """A form about one shift."""

    def shift(self) -> DutyShift:
        shift: DutyShift = self.one(DutyShift, pk=self.kwargs["pk"])
        if not self.scope.may_keep_for(shift.body.unit.code, shift.body.code):
            raise NotAllowed
        return shift

    def people(self) -> QuerySet[Person]:
        shift = self.shift()
        return with_posts_today(queries.people_of_body(shift.body_id, city_day(shift.starts_at)))

    def back(self) -> str:
        return shift_url(self.shift())

    def crumbs(self) -> list[tuple[str, Text]]:
        shift = self.shift()
        return [
            (reverse("duty-list"), _("Duty roster")),
            (month_url(shift.body, city_day(shift.starts_at)), shift.body.short_name),
            (shift_url(shift), city_text(shift.starts_at)),
        ]


class DutyAssign(ShiftForms):
    form_class = AssignForm
    title = _("Fill a duty")

    def current(self) -> DutyShift:
        return self.shift()

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"person": self.people()}

    def perform(self, asked: Asked) -> str:
        assign_duty(
            self.kwargs["pk"],
            person=asked.values["person"].pk,
            role=asked.values["role"],
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()


class DutySwap(ShiftForms):
    form_class = SwapForm
    title = _("Swap a duty")
    submit = _("Swap")

    def current(self) -> DutyAssignment:
        row: DutyAssignment = self.one(DutyAssignment, pk=self.kwargs["pk"])
        return row

    def shift(self) -> DutyShift:
        shift = self.current().shift
        if not self.scope.may_keep_for(shift.body.unit.code, shift.body.code):
            raise NotAllowed
        return shift

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"person": self.people().exclude(pk=self.current().person_id)}

    def more_context(self) -> dict[str, Any]:
        row = self.current()
        text = _("{person} has this duty now ({duty}).")
        return {"lead": text.format(person=row.person.name, duty=row.get_role_display())}

    def perform(self, asked: Asked) -> str:
        swap_duty(
            self.kwargs["pk"],
            person=asked.values["person"].pk,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()


class HandoverSign(ShiftForms):
    form_class = SignForm
    title = _("Sign the handover")
    lead = _("Who hands over is on this shift, who takes over is on the next one.")
    submit = _("Sign")

    def current(self) -> DutyShift:
        return self.shift()

    def offered(self) -> dict[str, QuerySet[Any]]:
        shift = self.shift()
        following = next_shift(shift)
        both = [shift.pk] + ([following.pk] if following else [])
        assigned = DutyAssignment.objects.filter(shift__in=both)
        return {
            "person": with_posts_today(Person.objects.filter(pk__in=assigned.values("person")))
        }

    def perform(self, asked: Asked) -> str:
        sign_handover(
            self.kwargs["pk"],
            side=asked.values["side"],
            person=asked.values["person"].pk,
            note=asked.values["note"],
            **self.told(asked),
        )
        return self.back()
