"""Enterprises: list, page, and the forms that enter, correct, stop and close them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.rules.verdict import Verdict
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.choices import DataGrade, EnterpriseSize, EnterpriseState, FocusSector
from anlan.registers.models import Enterprise, Person, Site
from anlan.registers.rules.credit_code import check_credit_code
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import (
    MARK_COLUMN,
    SOURCE_COLUMN,
    UNKNOWN,
    mark_choices,
    unit_choices,
)
from anlan.registers.screens.people import person_url, shown_number, with_tenures
from anlan.registers.screens.regions import region_url

STATE_TONES = {"operating": "green", "stopped": "yellow", "closed": "grey"}
STATE_ICONS = {"operating": "check", "stopped": "warn", "closed": "close"}
COLUMNS = (
    "name",
    "credit_code",
    "unit",
    "region",
    "sector",
    "size",
    "employees_persons",
    "legal_representative",
    "safety_officer",
    "safety_post",
    "state_since",
    "grade",
    "note",
    "source",
    "mark",
)


def enterprise_url(row: Enterprise) -> str:
    return reverse("enterprise", args=[row.pk])


def state_badge(row: Enterprise) -> Badge:
    return Badge(
        text=row.get_state_display(),
        tone=STATE_TONES.get(row.state, "grey"),
        icon=STATE_ICONS.get(row.state, "info"),
    )


def basis_text(verdict: Verdict[Any]) -> str:
    """Source of a decision and how far it was checked, in one line."""
    reason = verdict.reasons[0]
    note = f" {reason.note.text(gettext)}" if reason.note else ""
    return f"{gettext(reason.source)} · {gettext(reason.status.label)}{note}"


class EnterpriseList(RegisterList):
    model = Enterprise
    capability = Capability.READ_INTERNAL
    title = _("Enterprises")
    lead = _("Who is supervised by which unit, and who answers for safety there.")
    empty = _("No enterprise is entered that your post may see. Enter the first one above.")
    columns = (
        Column(
            name="name",
            label=_("name"),
            value=lambda e: e.name,
            link=enterprise_url,
            sort=("initials", "name"),
            is_title=True,
        ),
        Column(
            name="code",
            label=_("unified social credit code"),
            value=lambda e: e.credit_code,
            sort=("credit_code",),
            missing=UNKNOWN,
        ),
        Column(
            name="sector",
            label=_("focus sector"),
            value=lambda e: e.get_sector_display(),
            sort=("sector", "name"),
        ),
        Column(
            name="unit",
            label=_("supervised by the unit"),
            value=lambda e: e.unit.short_name,
            link=lambda e: reverse("unit", args=[e.unit.code]),
            sort=("unit__position", "name"),
        ),
        Column(name="state", label=_("state"), value=state_badge, sort=("state", "name")),
        Column(
            name="officer",
            label=_("safety officer"),
            value=lambda e: e.safety_officer and e.safety_officer.name,
            missing=_("not entered"),
        ),
        Column(
            name="sites", label=_("sites"), value=lambda e: e.site_count, align="end", shown=True
        ),
        Column(
            name="size",
            label=_("size"),
            value=lambda e: e.get_size_display(),
            sort=("size",),
            missing=UNKNOWN,
            shown=False,
        ),
        Column(
            name="grade", label=_("data grade"), value=lambda e: e.get_grade_display(), shown=False
        ),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="unit__code"),
        Filter(
            name="sector",
            label=_("focus sector"),
            choices=choices_of(FocusSector),
            field="sector",
        ),
        Filter(name="state", label=_("state"), choices=choices_of(EnterpriseState), field="state"),
        Filter(name="size", label=_("size"), choices=choices_of(EnterpriseSize), field="size"),
        Filter(name="grade", label=_("data grade"), choices=choices_of(DataGrade), field="grade"),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("name__icontains", "credit_code__istartswith", "initials__icontains")
    default_sort = "name"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        joined = rows.select_related("unit", "safety_officer")
        return joined.annotate(site_count=Count("sites"))

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.KEEP_OWN):
            return ()
        url = reverse("enterprise-add")
        return (Action(label=_("Enter an enterprise"), url=url, icon="plus", is_primary=True),)


class EnterpriseObject(RegisterObject):
    model = Enterprise
    capability = Capability.READ_INTERNAL
    url_name = "enterprise"
    subject = "registers.enterprise"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        joined = rows.select_related("unit", "region")
        for path in ("legal_representative__tenures", "safety_officer__tenures"):
            joined = with_tenures(joined, path)
        return joined

    def badges(self, row: Enterprise) -> Sequence[Badge]:
        return (state_badge(row),)

    def crumbs(self, row: Enterprise) -> Sequence[tuple[str, Text]]:
        listed = reverse("enterprise-list")
        return ((listed, _("Enterprises")), (f"{listed}?unit={row.unit.code}", str(row.unit)))

    def api_url(self, row: Enterprise) -> str:
        return f"/api/v1/enterprises/{row.pk}"

    def actions(self, row: Enterprise) -> Sequence[Action]:
        if not scope_of(self.request).may_keep_for(row.unit.code):
            return ()
        return (
            Action(label=_("Change"), url=reverse("enterprise-change", args=[row.pk])),
            Action(label=_("Change the state"), url=reverse("enterprise-state", args=[row.pk])),
            Action(
                label=_("Add a site"),
                url=reverse("site-add", args=[row.pk]),
                icon="plus",
                is_primary=True,
            ),
        )

    def facts(self, row: Enterprise) -> Sequence[Fact]:
        return (
            fact(_("name"), row.name),
            fact(_("unified social credit code"), row.credit_code, missing=UNKNOWN),
            fact(_("check of the code"), self._code_check(row)),
            fact(_("focus sector"), row.get_sector_display(), missing=_("none of the nine")),
            fact(_("size"), row.get_size_display(), missing=UNKNOWN),
            fact(_("employees (persons)"), row.employees_persons, missing=UNKNOWN),
            fact(
                _("supervised by the unit"),
                row.unit.name,
                url=reverse("unit", args=[row.unit.code]),
            ),
            fact(_("region"), row.region.name, url=region_url(row.region)),
            fact(_("state"), row.get_state_display()),
            fact(_("in this state since"), row.state_since, missing=UNKNOWN),
            *self._people(row),
            fact(_("data grade"), row.get_grade_display()),
            fact(_("note"), row.note),
        )

    def _code_check(self, row: Enterprise) -> str:
        return basis_text(check_credit_code(row.credit_code))

    def _people(self, row: Enterprise) -> Sequence[Fact]:
        scope = scope_of(self.request)
        if not scope.may(Capability.READ_PEOPLE):
            return ()
        seen = set(
            Person.objects.visible_to(scope)
            .filter(pk__in=[row.legal_representative_id, row.safety_officer_id])
            .values_list("pk", flat=True)
        )

        def named(label: Text, person: Person | None) -> Fact:
            url = person_url(person) if person is not None and person.pk in seen else ""
            return fact(label, person and person.name, url=url, missing=_("not entered"))

        officer = row.safety_officer
        number = self._number(row)
        return (
            named(_("legal representative"), row.legal_representative),
            named(_("safety officer"), officer),
            fact(_("post of the safety officer"), row.safety_post, missing=_("not entered")),
            fact(_("mobile of the safety officer"), number, missing=_("not entered")),
        )

    def _number(self, row: Enterprise) -> str:
        """Who supervises the enterprise reads the officer's number in full."""
        officer, scope = row.safety_officer, scope_of(self.request)
        if officer is None or scope.may_keep_for(row.unit.code):
            return officer.mobile if officer is not None else ""
        return shown_number(officer, officer.mobile, scope)

    def relations(self, row: Enterprise) -> Sequence[Relation]:
        visible = Site.objects.visible_to(scope_of(self.request)).filter(enterprise=row)
        rows = list(visible.select_related("region").annotate(number=Count("installations")))
        return (
            Relation(
                label=_("Sites"),
                columns=(
                    Column(
                        name="name",
                        label=_("name"),
                        value=lambda s: s.name,
                        link=lambda s: reverse("site", args=[s.pk]),
                        is_title=True,
                    ),
                    Column(name="region", label=_("region"), value=lambda s: s.region.name),
                    Column(name="address", label=_("address"), value=lambda s: s.address),
                    Column(
                        name="number",
                        label=_("installations"),
                        value=lambda s: s.number,
                        align="end",
                    ),
                    MARK_COLUMN,
                ),
                rows=rows,
                count=len(rows),
                empty=_("No site is entered that your post may see."),
                url=f"{reverse('site-list')}?q={row.name}" if rows else "",
            ),
        )
