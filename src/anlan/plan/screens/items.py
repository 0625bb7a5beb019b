"""The items of a notice as a list: by kind, body, unit, year, division of work."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Choices, Filter, RegisterList
from anlan.base.screens.signed_in import scope_of
from anlan.plan.choices import KIND_CHOICES, MODE_CHOICES, DutyRole
from anlan.plan.models import Correction, Duty, PlanItem
from anlan.plan.queries.items import items_of_body, notices, with_year, years_of
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.queries.loop.progress import board
from anlan.plan.queries.overview import front, items_of_unit
from anlan.plan.rules.loop.lamp import Lamp
from anlan.plan.screens.common import (
    SIGNS,
    item_url,
    mode_badge,
    section_path,
    uuid_or_none,
    years_text,
)
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability, Scope

YES = (("yes", _("Yes")),)


def fixed(pairs: Sequence[tuple[str, Text]]) -> Choices:
    return lambda scope: list(pairs)


def counted(**narrow: str) -> Coalesce:
    """How many duties an item has; read for the rows of a page only."""
    duties = Duty.objects.filter(item=OuterRef("pk"), **narrow).order_by().values("item")
    number = duties.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def leads_of(item: Any) -> str:
    return "、".join(d.printed_name for d in item.listed if d.role == DutyRole.LEAD)


def others_of(item: Any) -> str:
    return "、".join(d.printed_name for d in item.listed if d.role != DutyRole.LEAD)


def open_badge(item: Any) -> Badge | None:
    if not item.waiting:
        return None
    return Badge(text=_("{n} to match").format(n=item.waiting), tone="orange", icon="warn")


def target_text(item: PlanItem) -> str:
    """The target as printed: sign, number, unit."""
    if item.indicator_value is None:
        return ""
    number = f"{item.indicator_value.normalize():f}"
    words = {"down": "↓", "up": "↑"}
    sign = words.get(item.indicator_operator, item.indicator_operator)
    return f"{sign} {number}{item.indicator_unit}"


COLUMNS = (
    Column(
        name="key",
        label=_("item"),
        value=lambda i: i.key,
        link=item_url,
        sort=("position",),
    ),
    Column(
        name="heading",
        label=_("heading"),
        value=lambda i: i.heading,
        link=item_url,
        sort=("heading",),
        is_title=True,
    ),
    Column(
        name="kind",
        label=_("kind"),
        value=lambda i: i.get_kind_display(),
        sort=("kind", "position"),
    ),
    Column(name="leads", label=_("leads"), value=leads_of, missing=_("no lead named")),
    Column(name="others", label=_("supports or jointly"), value=others_of),
    Column(
        name="count",
        label=_("bodies"),
        value=lambda i: i.duties_in_all,
        sort=("duties_in_all", "position"),
        align="end",
        shown=False,
    ),
    Column(name="years", label=_("years"), value=lambda i: years_text(i.deadline_years)),
    Column(name="target", label=_("target"), value=target_text, shown=False),
    Column(name="mode", label=_("division of work"), value=mode_badge, sort=("mode", "position")),
    Column(
        name="section",
        label=_("section"),
        value=lambda i: " › ".join(section_path(i)),
        sort=("section", "position"),
        shown=False,
    ),
    Column(name="waiting", label=_("names to match"), value=open_badge, sort=("waiting",)),
)


class ItemList(RegisterList):
    model = PlanItem
    title = _("Plan items")
    lead = _("Every clause of the notice with the bodies it names.")
    empty = _("No notice has been imported yet. The plan office imports it on the import page.")
    columns = COLUMNS
    search_fields = ("heading__icontains", "key__iexact", "text__icontains")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.filters = self._filters()  # type: ignore[misc]

    def _filters(self) -> tuple[Filter, ...]:
        scope = scope_of(self.request)
        asked = self.request.GET.get("notice", "")
        edition = front(scope, uuid_or_none(asked)) if not asked or uuid_or_none(asked) else None
        self.notice = edition.notice if edition else None
        key = self.notice.pk if self.notice else uuid.UUID(int=0)
        filters = [
            Filter(name="kind", label=_("kind"), choices=fixed(KIND_CHOICES), field="kind"),
            Filter(name="body", label=_("body"), choices=body_choices, narrow=self._of_body),
            Filter(
                name="role",
                label=_("role"),
                choices=fixed([(sign.code, sign.label) for sign in SIGNS]),
                narrow=self._of_role,
            ),
            Filter(name="unit", label=_("county"), choices=unit_choices, narrow=self._of_unit),
            Filter(
                name="year",
                label=_("year"),
                choices=lambda scope: [(str(y), str(y)) for y in years_of(key)],
                narrow=lambda rows, code: with_year(rows, int(code)),
            ),
            Filter(
                name="mode",
                label=_("division of work"),
                choices=fixed(MODE_CHOICES),
                field="mode",
            ),
            Filter(
                name="open",
                label=_("names to match"),
                choices=fixed(YES),
                narrow=lambda rows, code: rows.filter(waiting__gt=0),
            ),
        ]
        return (*filters, *self._rare_filters(scope, key))

    def _rare_filters(self, scope: Scope, key: uuid.UUID) -> list[Filter]:
        """Filters that only some readers or some addresses have."""
        filters: list[Filter] = []
        if scope.may(Capability.READ_INTERNAL):
            filters.append(
                Filter(
                    name="lamp",
                    label=_("lamp"),
                    choices=fixed([(lamp.value, gettext(lamp.label)) for lamp in Lamp]),
                    narrow=self._with_lamp,
                )
            )
            corrected = Correction.objects.filter(notice=key).values("item_key")
            filters.append(
                Filter(
                    name="corrected",
                    label=_("corrected"),
                    choices=fixed(YES),
                    narrow=lambda rows, code: rows.filter(key__in=corrected),
                )
            )
        group = self.request.GET.get("group", "").strip()
        if group:
            filters.append(
                Filter(
                    name="group",
                    label=_("body group"),
                    choices=lambda scope: [(g.code, g.name) for g in registers.body_groups(scope)],
                    narrow=lambda rows, code: rows.filter(
                        pk__in=Duty.objects.filter(group__code=code).values("item")
                    ),
                )
            )
        section = self.request.GET.get("section", "").strip()
        if section:
            filters.append(
                Filter(
                    name="section",
                    label=_("section"),
                    choices=fixed([(section, section.rpartition(" / ")[2])]),
                    narrow=lambda rows, code: rows.filter(
                        Q(section=code) | Q(section__startswith=f"{code} / ")
                    ),
                )
            )
        known = [(str(n.pk), n.number or n.title) for n in notices(scope)]
        if len(known) > 1 or self.request.GET.get("notice"):
            filters.append(
                Filter(name="notice", label=_("notice"), choices=fixed(known), field="notice")
            )
        return filters

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        key = self.notice.pk if self.notice else uuid.UUID(int=0)
        listed = Duty.objects.order_by("position").only("item", "role", "printed_name")
        found: QuerySet[Any] = (
            rows.filter(notice=key, is_dropped=False)
            .annotate(waiting=counted(match="open"), duties_in_all=counted())
            .prefetch_related(Prefetch("duties", queryset=listed, to_attr="listed"))
        )
        return found

    # narrowing

    def _of_body(self, rows: QuerySet[Any], code: str) -> QuerySet[Any]:
        body = registers.body_by_code(scope_of(self.request), code)
        if body is None:
            return rows.none()
        groups = [group.pk for group in registers.groups_of(body.pk, clock.today())]
        role = self.request.GET.get("role", "").strip()
        return rows.filter(pk__in=items_of_body(body.pk, groups, role).values("item"))

    def _of_role(self, rows: QuerySet[Any], code: str) -> QuerySet[Any]:
        """With a body the role narrows that body's duties; alone it asks for any body."""
        if self.request.GET.get("body", "").strip():
            return rows
        named = Q(group__isnull=False) if code == "via_group" else Q(role=code)
        return rows.filter(Exists(Duty.objects.filter(named, item=OuterRef("pk"))))

    def _with_lamp(self, rows: QuerySet[Any], code: str) -> QuerySet[Any]:
        """Items with a lamp, as the matrix counts them."""
        if self.notice is None:
            return rows.none()
        since = live_from(self.notice.unit_id)
        found = board(self.notice, clock.now(), by_item=True, since=since)
        asked = rows.exclude(mode="none").values_list("key", flat=True)
        keys = [key for key in asked if found.lamp_of(key) is not None]
        return rows.filter(key__in=[key for key in keys if found.lamp_of(key) == code])

    def _of_unit(self, rows: QuerySet[Any], code: str) -> QuerySet[Any]:
        unit = registers.unit_by_code(code)
        if unit is None or self.notice is None:
            return rows.none()
        return rows.filter(pk__in=items_of_unit(self.notice.pk, unit, clock.today()).values("pk"))

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)

    def actions(self) -> Sequence[Action]:
        return (Action(label=_("Overview"), url=reverse("plan-overview"), icon="left"),)


def body_choices(scope: Scope) -> list[tuple[str, Text]]:
    rows = registers.bodies_found(scope, "")
    return [
        (
            body.code,
            body.short_name
            if body.unit.kind == "city"
            else f"{body.short_name}（{body.unit.short_name}）",
        )
        for body in rows
    ]


def unit_choices(scope: Scope) -> list[tuple[str, Text]]:
    return [(unit.code, unit.name) for unit in registers.reporting_units()]
