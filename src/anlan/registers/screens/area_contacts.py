"""Area contacts: who is responsible in which place, and whether the number is proven."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers import contact_queries
from anlan.registers.actions.area_contacts import add_area_contact, change_area_contact
from anlan.registers.choices import CONTACT_KIND_CHOICES
from anlan.registers.forms.area_contacts import AreaContactForm
from anlan.registers.models import AreaContact, Enterprise, Person
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.common import (
    MARK_COLUMN,
    OPEN_END,
    SOURCE_COLUMN,
    mark_choices,
    unit_choices,
)
from anlan.registers.screens.contacts import WithThresholds, age_text, state_badge, verdict_of
from anlan.registers.screens.keeping import KeptForm, columns_of, kept_units, people_seen
from anlan.registers.screens.people import masked, person_url
from anlan.registers.screens.regions import region_url, upper_choices

COLUMNS = (
    "unit",
    "kind",
    "place",
    "person",
    "deputy",
    "longitude_deg",
    "latitude_deg",
    "enterprise",
    "held_from",
    "held_until",
    "note",
    "source",
    "mark",
)
NO_POINT = _("no point: called by its region")
IN_FORCE = "in-force"


def area_contact_url(row: AreaContact) -> str:
    return reverse("area-contact", args=[row.pk])


def callable_number(person: Person, unit: str, scope: Scope) -> str:
    """In full for whoever may call people of the unit; else the last four digits."""
    return person.mobile if scope.may_keep_for(unit) else masked(person.mobile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """When a number was last answered, and last found wrong."""

    answered_at: dt.datetime | None
    wrong_at: dt.datetime | None


def proof_badge(row: Any, thresholds: Any, prefix: str = "") -> Badge:
    """Proof of the number of the row's person, by the threshold of its unit."""
    own = contact_queries.threshold_of([row.unit.code], thresholds)
    found = Proven(
        answered_at=getattr(row, f"{prefix}answered_at"),
        wrong_at=getattr(row, f"{prefix}wrong_at"),
    )
    return state_badge(verdict_of(found, row.person.mobile, own, clock.now()))


def kind_choices(scope: Scope) -> Sequence[tuple[str, Text]]:
    return CONTACT_KIND_CHOICES


def proof_choices(scope: Scope) -> Sequence[tuple[str, Text]]:
    return (
        ("unproven", _("Never answered, stale or wrong")),
        ("alive", _("Answered lately")),
        ("no-number", _("No number entered")),
    )


def contacts_in_state(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    if code == "no-number":
        return rows.filter(person__mobile="")
    weak = contact_queries.unproven(
        clock.now(),
        contact_queries.thresholds_on(clock.today()),
        lambda codes: Q(unit__code__in=codes),
    )
    entered = rows.exclude(person__mobile="")
    return entered.filter(weak) if code == "unproven" else entered.exclude(weak)


def point_choices(scope: Scope) -> Sequence[tuple[str, Text]]:
    return (("with", _("with a point")), ("without", NO_POINT))


def term_choices(scope: Scope) -> Sequence[tuple[str, Text]]:
    return ((IN_FORCE, _("holding today")), ("ended", _("ended")))


def by_term(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    today = clock.today()
    ended = Q(held_until__isnull=False, held_until__lte=today)
    return rows.filter(~ended, held_from__lte=today) if code == IN_FORCE else rows.filter(ended)


def in_region(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    found = Q(region__code=code)
    for path in ("region__parent", "region__parent__parent", "region__parent__parent__parent"):
        found |= Q(**{f"{path}__code": code})
    return rows.filter(found)


class AreaContactList(WithThresholds, RegisterList):
    model = AreaContact
    capability = Capability.READ_PEOPLE
    title = _("Area contacts")
    lead = _("Who is responsible in which place, and is called when the place is warned.")
    empty = _("No contact is entered that your post may see. Enter the first, or bring a file in.")
    filters = (
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="unit__code"),
        Filter(name="in", label=_("within"), choices=upper_choices, narrow=in_region),
        Filter(name="kind", label=_("responsible as"), choices=kind_choices, field="kind"),
        Filter(
            name="state",
            label=_("proof of the number"),
            choices=proof_choices,
            narrow=contacts_in_state,
        ),
        Filter(
            name="point",
            label=_("point (CGCS2000)"),
            choices=point_choices,
            narrow=lambda rows, code: rows.filter(longitude_deg__isnull=code == "without"),
        ),
        Filter(name="term", label=_("term of the contact"), choices=term_choices, narrow=by_term),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = (
        "person__name__icontains",
        "person__initials__icontains",
        "region__name__icontains",
        "place__icontains",
    )
    default_sort = "region"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        joined = rows.select_related("person", "region__parent", "unit", "deputy")
        return contact_queries.with_area_answers(joined)

    def all_columns(self) -> tuple[Column, ...]:
        scope, now, thresholds = scope_of(self.request), clock.now(), self.thresholds
        return (
            Column(
                name="name",
                label=_("name of the person"),
                value=lambda c: c.person.name,
                link=area_contact_url,
                sort=("person__initials", "person__name"),
                is_title=True,
            ),
            Column(
                name="kind",
                label=_("responsible as"),
                value=lambda c: c.get_kind_display(),
                sort=("kind", "region__code"),
            ),
            Column(
                name="region",
                label=_("region"),
                value=lambda c: c.region.name,
                link=lambda c: region_url(c.region),
                sort=("region__code", "kind"),
            ),
            Column(name="place", label=_("place"), value=lambda c: c.place),
            Column(
                name="unit",
                label=_("unit"),
                value=lambda c: c.unit.short_name,
                sort=("unit__position", "region__code"),
            ),
            Column(
                name="mobile",
                label=_("mobile"),
                value=lambda c: callable_number(c.person, c.unit.code, scope),
                missing=_("not entered"),
            ),
            Column(
                name="state",
                label=_("proof of the number"),
                value=lambda c: proof_badge(c, thresholds),
            ),
            Column(
                name="age",
                label=_("last answered"),
                value=lambda c: age_text(c.answered_at, now),
                sort=("answered_at", "region__code"),
                missing=_("never"),
            ),
            Column(
                name="deputy",
                label=_("deputy"),
                value=lambda c: c.deputy and c.deputy.name,
                missing=_("nobody named"),
            ),
            Column(
                name="point",
                label=_("point (CGCS2000)"),
                value=lambda c: point_text(c),
                missing=NO_POINT,
                shown=False,
            ),
            Column(
                name="until",
                label=_("held until (excluded)"),
                value=lambda c: c.held_until,
                missing=OPEN_END,
                sort=("held_until",),
                shown=False,
            ),
            MARK_COLUMN,
            SOURCE_COLUMN,
        )

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.KEEP_OWN):
            return ()
        url = reverse("area-contact-add")
        return (Action(label=_("Enter an area contact"), url=url, icon="plus", is_primary=True),)


def point_text(row: AreaContact) -> str:
    if row.longitude_deg is None or row.latitude_deg is None:
        return ""
    return f"{row.longitude_deg:.5f}°E, {row.latitude_deg:.5f}°N"


class AreaContactObject(WithThresholds, RegisterObject):
    model = AreaContact
    capability = Capability.READ_PEOPLE
    url_name = "area-contact"
    subject = "registers.areacontact"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        joined = rows.select_related("person", "region__parent", "unit", "deputy", "enterprise")
        return contact_queries.with_area_answers(joined)

    def badges(self, row: AreaContact) -> Sequence[Badge]:
        return (proof_badge(row, self.thresholds),)

    def crumbs(self, row: AreaContact) -> Sequence[tuple[str, Text]]:
        listed = reverse("area-contact-list")
        return ((listed, _("Area contacts")), (f"{listed}?unit={row.unit.code}", str(row.unit)))

    def api_url(self, row: AreaContact) -> str:
        return f"/api/v1/area-contacts/{row.pk}"

    def actions(self, row: AreaContact) -> Sequence[Action]:
        if not scope_of(self.request).may_keep_for(row.unit.code):
            return ()
        return (
            Action(label=_("Change"), url=reverse("area-contact-change", args=[row.pk])),
            Action(
                label=_("Record an attempt"),
                url=reverse("person-try", args=[row.person_id]),
                icon="plus",
            ),
        )

    def facts(self, row: Any) -> Sequence[Fact]:
        scope = scope_of(self.request)
        keys = [row.person_id, row.deputy_id]
        seen = set(
            Person.objects.visible_to(scope).filter(pk__in=keys).values_list("pk", flat=True)
        )

        def named(label: Text, person: Person | None) -> Fact:
            url = person_url(person) if person is not None and person.pk in seen else ""
            return fact(label, person and person.name, url=url, missing=_("nobody named"))

        number = callable_number(row.person, row.unit.code, scope)
        enterprise = row.enterprise
        return (
            named(_("person"), row.person),
            fact(_("mobile"), number, missing=_("not entered")),
            fact(_("proof of the number"), proof_badge(row, self.thresholds)),
            fact(_("last answered"), row.answered_at, missing=_("never")),
            fact(_("responsible as"), row.get_kind_display()),
            fact(_("region"), row.region.name, url=region_url(row.region)),
            fact(_("place"), row.place),
            fact(_("point (CGCS2000)"), point_text(row), missing=NO_POINT),
            fact(_("unit"), row.unit.name, url=reverse("unit", args=[row.unit.code])),
            named(_("deputy"), row.deputy),
            fact(_("enterprise"), enterprise and enterprise.name),
            fact(_("held from"), row.held_from),
            fact(_("held until (excluded)"), row.held_until, missing=OPEN_END),
            fact(_("note"), row.note),
        )


class AreaContactAdd(KeptForm):
    form_class = AreaContactForm
    title = _("Enter an area contact")
    lead = _("With a point the contact is found inside a drawn area; without one by its region.")

    def initial(self) -> dict[str, Any]:
        units = list(kept_units(self.scope)[:2])
        only = units[0] if len(units) == 1 else None
        return {"unit": only, "held_from": clock.today(), "datum": "CGCS2000"}

    def offered(self) -> dict[str, QuerySet[Any]]:
        people = people_seen(self.scope)
        enterprises = Enterprise.objects.visible_to(self.scope).order_by("initials")
        return {
            "unit": kept_units(self.scope),
            "person": people,
            "deputy": people,
            "enterprise": enterprises,
        }

    def perform(self, asked: Asked) -> str:
        values, people = split(asked.values)
        result = add_area_contact(values, people=people, **self.told(asked))
        return reverse("area-contact", args=[result["id"]])

    def back(self) -> str:
        return reverse("area-contact-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("area-contact-list"), _("Area contacts"))]


class AreaContactChange(AreaContactAdd):
    title = _("Change an area contact")
    lead = _("A contact that ends is given the day; it is then not called any more.")

    def current(self) -> AreaContact:
        row: AreaContact = self.one(AreaContact, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        row = self.current()
        return columns_of(row, COLUMNS) | {"region": row.region.code, "datum": "CGCS2000"}

    def perform(self, asked: Asked) -> str:
        values, people = split(asked.values)
        change_area_contact(
            self.kwargs["pk"],
            values,
            people=people,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("area-contact", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [*super().crumbs(), (self.back(), str(self.current()))]


def split(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Columns, and the people who are entered with them."""
    columns = {name: value for name, value in values.items() if not name.startswith("new_")}
    people = {
        name: {"name": values[f"new_{name}"], "mobile": values[f"new_{name}_mobile"]}
        for name in ("person", "deputy")
        if values[f"new_{name}"]
    }
    for name in people:
        columns.pop(name)
    return columns, people
