"""Accidents: the list, and one with its grade, its statements over time, and its clocks."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.keeping.merging import winner_of
from anlan.base.models import Merger
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.losses.actions.clocks import SUBJECT
from anlan.losses.choices import AccidentKind, Counting
from anlan.losses.models import Accident, AccidentSector
from anlan.losses.queries.accidents import grade_of, likely_same, statements_of
from anlan.losses.screens.accident_statements import statement_columns
from anlan.losses.screens.accident_verdicts import verdicts_of
from anlan.losses.screens.clocks import clocks_of
from anlan.losses.screens.common import accident_url, counting_badge, grade_badge, wan
from anlan.losses.screens.endangered import endangered_facts, near_serious_badge
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.common import (
    MARK_COLUMN,
    SOURCE_COLUMN,
    UNKNOWN,
    mark_choices,
    unit_choices,
)

NO_CLOCK = _("No clock runs: it was entered afterwards, or others answer for it.")


def sector_choices(scope: Scope) -> list[tuple[str, Text]]:
    return [(row.code, row.name) for row in AccidentSector.objects.visible_to(scope)]


def year_choices(scope: Scope) -> list[tuple[str, Text]]:
    years = Accident.objects.visible_to(scope).dates("occurred_at", "year", order="DESC")
    return [(str(day.year), str(day.year)) for day in years]


class AccidentList(RegisterList):
    model = Accident
    capability = Capability.READ_INTERNAL
    title = _("Accidents")
    lead = _(
        "What happened in work and traffic, with the figures known last and the grade by rule."
    )
    empty = _("No accident is recorded that your post may see. Enter the first one above.")
    columns = (
        Column(
            name="title",
            label=_("title"),
            value=lambda a: a.title,
            link=accident_url,
            is_title=True,
        ),
        Column(
            name="at",
            label=_("occurred at"),
            value=lambda a: a.occurred_at,
            sort=("occurred_at",),
        ),
        Column(
            name="unit",
            label=_("unit"),
            value=lambda a: a.unit.short_name,
            sort=("unit__position", "-occurred_at"),
        ),
        Column(
            name="sector",
            label=_("sector"),
            value=lambda a: a.sector.name,
            sort=("sector__position", "-occurred_at"),
        ),
        Column(name="grade", label=_("grade"), value=lambda a: grade_badge(grade_of(a))),
        Column(
            name="deaths",
            label=_("deaths"),
            value=lambda a: a.deaths,
            sort=("deaths",),
            align="end",
            missing=UNKNOWN,
        ),
        Column(
            name="counted",
            label=_("deaths counted"),
            value=lambda a: a.counted_deaths if a.counting == Counting.COUNTED else 0,
            align="end",
            missing=UNKNOWN,
        ),
        Column(
            name="missing",
            label=_("missing people"),
            value=lambda a: a.missing,
            sort=("missing",),
            align="end",
            missing=UNKNOWN,
            shown=False,
        ),
        Column(
            name="injuries",
            label=_("serious injuries"),
            value=lambda a: a.serious_injuries,
            sort=("serious_injuries",),
            align="end",
            missing=UNKNOWN,
        ),
        Column(
            name="loss",
            label=_("direct economic loss (10 000 yuan)"),
            value=lambda a: wan(a.direct_loss_fen),
            sort=("direct_loss_fen",),
            align="end",
            missing=UNKNOWN,
            shown=False,
        ),
        Column(
            name="counting",
            label=_("statistics"),
            value=counting_badge,
            sort=("counting", "-occurred_at"),
        ),
        Column(name="kind", label=_("kind"), value=lambda a: a.get_kind_display(), shown=False),
        Column(
            name="enterprise",
            label=_("enterprise"),
            value=lambda a: a.enterprise and a.enterprise.name,
            shown=False,
        ),
        Column(name="body", label=_("reported by"), value=lambda a: a.body, shown=False),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="unit__code"),
        Filter(name="year", label=_("year"), choices=year_choices, field="occurred_at__year"),
        Filter(name="sector", label=_("sector"), choices=sector_choices, field="sector__code"),
        Filter(name="kind", label=_("kind"), choices=choices_of(AccidentKind), field="kind"),
        Filter(
            name="counting", label=_("statistics"), choices=choices_of(Counting), field="counting"
        ),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("title__icontains", "address__icontains", "enterprise__name__icontains")
    default_sort = "-at"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit", "sector", "enterprise", "body__unit")

    def actions(self) -> Sequence[Action]:
        sectors = Action(label=_("Sectors"), url=reverse("sector-list"))
        if not scope_of(self.request).may(Capability.KEEP_OWN):
            return (sectors,)
        url = reverse("accident-add")
        add = Action(label=_("Enter an accident"), url=url, icon="plus", is_primary=True)
        return (sectors, add)


class AccidentObject(RegisterObject):
    model = Accident
    capability = Capability.READ_INTERNAL
    url_name = "accident"
    subject = "losses.accident"
    order_key = ("occurred_at", "pk")
    template_name = "losses/accident.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit", "region", "sector", "enterprise", "body__unit")

    def badges(self, row: Accident) -> Sequence[Badge]:
        found = [grade_badge(grade_of(row)), *near_serious_badge(row), counting_badge(row)]
        if row.is_back_filled:
            found.append(Badge(text=_("entered afterwards"), tone="grey", icon="info"))
        return found

    def crumbs(self, row: Accident) -> Sequence[tuple[str, Text]]:
        listed = reverse("accident-list")
        return ((listed, _("Accidents")), (f"{listed}?unit={row.unit.code}", str(row.unit)))

    def api_url(self, row: Accident) -> str:
        return f"/api/v1/accidents/{row.pk}"

    def actions(self, row: Accident) -> Sequence[Action]:
        scope = scope_of(self.request)
        if not scope.may_keep_for(row.unit.code, row.body.code) or winner_of(row) is not None:
            return ()
        change = reverse("accident-change", args=[row.pk])
        report = reverse("accident-report", args=[row.pk])
        found = [Action(label=_("Change"), url=change)]
        if scope.may(Capability.KEEP_REGISTERS):
            url = reverse("accident-counting", args=[row.pk])
            found.append(Action(label=_("Counted or not"), url=url))
        found.append(Action(label=_("Report figures"), url=report, icon="plus", is_primary=True))
        return found

    def figures(self, row: Accident) -> Sequence[tuple[Text, Any, str]]:
        def said(value: Any) -> Any:
            return UNKNOWN if value is None else value

        return (
            (_("deaths"), said(row.deaths), ""),
            (_("deaths counted"), said(row.counted_deaths), ""),
            (_("missing people"), said(row.missing), ""),
            (_("serious injuries"), said(row.serious_injuries), ""),
            (_("direct economic loss (10 000 yuan)"), said(wan(row.direct_loss_fen)), ""),
        )

    def facts(self, row: Accident) -> Sequence[Fact]:
        point = ""
        if row.longitude_deg is not None and row.latitude_deg is not None:
            point = f"{row.longitude_deg:.5f}, {row.latitude_deg:.5f}"
        company = row.enterprise
        return (
            fact(_("occurred at"), row.occurred_at),
            fact(_("kind"), row.get_kind_display()),
            fact(_("reporting unit"), row.unit.name, url=reverse("unit", args=[row.unit.code])),
            fact(_("region"), row.region.name, url=reverse("region", args=[row.region.code])),
            fact(_("address"), row.address, missing=UNKNOWN),
            fact(_("longitude, latitude"), point, missing=UNKNOWN),
            fact(_("sector"), row.sector.name, url=reverse("sector", args=[row.sector.code])),
            fact(
                _("enterprise"),
                company and company.name,
                url=reverse("enterprise", args=[company.pk]) if company else "",
                missing=_("none named"),
            ),
            fact(_("reported by"), row.body, url=reverse("body", args=[row.body.code])),
            fact(_("head of the unit told at"), row.head_told_at, missing=UNKNOWN),
            *endangered_facts(row),
            fact(_("statistics"), counting_badge(row)),
            fact(_("why not counted"), row.counting_note),
        )

    def relations(self, row: Accident) -> Sequence[Relation]:
        found = [self._statements(row), clocks_of(self.request, SUBJECT, row.pk, empty=NO_CLOCK)]
        merged = self._merged(row)
        if merged is not None:
            found.append(merged)
        return found

    def _statements(self, row: Accident) -> Relation:
        rows = statements_of(row.pk)
        return Relation(
            label=_("Figures as they became known"),
            columns=statement_columns(rows),
            rows=list(reversed(rows)),
            count=len(rows),
            empty=_("Nothing was stated yet."),
            anchor="statements",
        )

    def _merged(self, row: Accident) -> Relation | None:
        """What was reported under another record that is this accident."""
        losers = Merger.objects.filter(register=SUBJECT, winner=row.pk).values("loser")
        seen = Accident.objects.visible_to(scope_of(self.request)).filter(pk__in=losers)
        rows = list(seen.select_related("body__unit"))
        if not rows:
            return None
        return Relation(
            label=_("Reported as well as"),
            columns=(
                Column(
                    name="title",
                    label=_("title"),
                    value=lambda a: a.title,
                    link=accident_url,
                    is_title=True,
                ),
                Column(name="body", label=_("reported by"), value=lambda a: a.body),
                Column(name="deaths", label=_("deaths"), value=lambda a: a.deaths, align="end"),
                SOURCE_COLUMN,
            ),
            rows=rows,
            count=len(rows),
            empty="",
        )

    def more_context(self, row: Accident) -> dict[str, Any]:
        merged = winner_of(row)
        alike = None
        if merged is None:
            alike = likely_same(
                scope_of(self.request),
                occurred_at=row.occurred_at,
                unit=row.unit_id,
                sector=row.sector_id,
                enterprise=row.enterprise_id,
                leaving=row.pk,
            )
        return {"bases": verdicts_of(row), "alike": alike, "list_url": reverse("accident-list")}
