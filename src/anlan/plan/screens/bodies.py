"""What one body owes: its duties in a notice, those through groups with the group named."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import NotFound
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.signed_in import scope_of
from anlan.plan.choices import KIND_CHOICES, DutyRole
from anlan.plan.models import Duty
from anlan.plan.queries.items import duties_of_body, notices
from anlan.plan.queries.overview import Cell, front, items_of_unit
from anlan.plan.screens.common import (
    SIGN_OF,
    SIGNS,
    body_url,
    front_of,
    item_url,
    match_badge,
    with_query,
    years_text,
)
from anlan.plan.screens.items import fixed
from anlan.plan.screens.loop.owed import owed_panel
from anlan.registers import queries as registers
from anlan.registers.screens.common import asked_day, day_context

SHOWN_IN_PANEL = 12
RANK = Case(
    When(group__isnull=False, then=Value(3)),
    When(role=DutyRole.LEAD, then=Value(0)),
    When(role=DutyRole.JOINT, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
TONES = {"lead": "blue", "joint": "orange", "support": "grey", "via_group": "grey"}


def role_of(duty: Duty) -> str:
    return "via_group" if duty.group_id else duty.role


def role_badge(duty: Duty) -> Badge:
    sign = SIGN_OF[role_of(duty)]
    return Badge(text=f"{sign.sign} {sign.label}", tone=TONES[sign.code])


def basis_text(duty: Duty) -> str:
    """Under which name, or through which group in which role."""
    if duty.group is None:
        return duty.printed_name
    return f"{duty.group.name}（{DutyRole(duty.role).label}）"


def in_role(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    if code == "via_group":
        return rows.filter(group__isnull=False)
    return rows.filter(role=code, group__isnull=True)


def counted(duties: QuerySet[Any]) -> Cell:
    """The same counts as the row of the body in the matrix; one query."""
    cell = Cell()
    rows = duties.order_by().values_list("role", "group").annotate(n=Count("pk"))
    for role, group, count in rows:
        cell.add("via_group" if group else role, count)
    return cell


COLUMNS = (
    Column(
        name="key",
        label=_("item"),
        value=lambda d: d.item.key,
        link=lambda d: item_url(d.item),
        sort=("item__position",),
    ),
    Column(
        name="heading",
        label=_("heading"),
        value=lambda d: d.item.heading,
        link=lambda d: item_url(d.item),
        sort=("item__heading",),
        is_title=True,
    ),
    Column(
        name="role",
        label=_("role"),
        value=role_badge,
        sort=("rank", "item__position"),
    ),
    Column(name="basis", label=_("printed as"), value=basis_text),
    Column(
        name="kind",
        label=_("kind"),
        value=lambda d: d.item.get_kind_display(),
        sort=("item_kind", "item__position"),
    ),
    Column(
        name="years",
        label=_("years"),
        value=lambda d: years_text(d.item.deadline_years),
        missing=_("no year named"),
    ),
    Column(name="match", label=_("how it was matched"), value=match_badge, shown=False),
)


class BodyDuties(RegisterList):
    model = Duty
    columns = COLUMNS
    empty = _("The notice names this body nowhere, neither itself nor through a group.")
    search_fields = ("item__heading__icontains", "item__key__iexact", "printed_name__icontains")
    default_sort = "role"
    template_name = "plan/body.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return
        scope = scope_of(request)
        body = registers.body_by_code(scope, kwargs["code"])
        if body is None:
            raise NotFound
        self.body = body
        self.day = asked_day(request)
        edition = front_of(request)
        self.notice = edition.notice if edition else None
        self.title = self.body.full_name  # type: ignore[misc]
        self.filters = self._filters()  # type: ignore[misc]

    def _filters(self) -> tuple[Filter, ...]:
        roles = [(sign.code, f"{sign.sign} {sign.label}") for sign in SIGNS]
        own = [
            Filter(name="role", label=_("role"), choices=fixed(roles), narrow=in_role),
            Filter(name="kind", label=_("kind"), choices=fixed(KIND_CHOICES), field="item_kind"),
        ]
        given = self.request.GET
        if given.get("on"):
            day = str(self.day)
            own.append(
                Filter(
                    name="on",
                    label=_("members of groups on"),
                    choices=fixed([(day, day)]),
                    narrow=lambda rows, code: rows,
                )
            )
        if given.get("notice"):
            known = [(str(n.pk), str(n)) for n in notices(scope_of(self.request))]
            own.append(
                Filter(name="notice", label=_("notice"), choices=fixed(known), field="notice")
            )
        return tuple(own)

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        groups = [group.pk for group in registers.groups_of(self.body.pk, self.day)]
        named = Q(body=self.body.pk) | Q(group__in=groups)
        key = self.notice.pk if self.notice else uuid.UUID(int=0)
        found: QuerySet[Any] = (
            rows.filter(named, notice=key, item__is_dropped=False)
            .select_related("item", "group")
            .annotate(rank=RANK)
        )
        return found

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("plan-overview"), _("Overview")),
            (reverse("body", args=[self.body.code]), self.body.short_name),
        )

    def actions(self) -> Sequence[Action]:
        return (Action(label=_("Body page"), url=reverse("body", args=[self.body.code])),)

    def _page(self, *args: Any, **kwargs: Any) -> Any:
        """Counts of the whole notice above the list, so that they match the matrix."""
        scope = scope_of(self.request)
        self.lead = _("What the notice asks of this body.")  # type: ignore[misc]
        found = counted(self.arrange(Duty.objects.visible_to(scope)))
        tiles = tiles_of(self.body.code, found, self.request)
        self.request.plan_tiles = tiles  # type: ignore[attr-defined]
        self.request.plan_owed = owed_panel(self.request, self.body)  # type: ignore[attr-defined]
        return super()._page(*args, **kwargs)


def tiles_of(code: str, found: Cell, request: HttpRequest) -> list[tuple[str, Text, int, str]]:
    kept = {name: request.GET.get(name, "") for name in ("notice", "on")}
    return [
        (sign.sign, sign.label, getattr(found, sign.code), body_url(code, role=sign.code, **kept))
        for sign in SIGNS
    ]


def duties_panel(request: HttpRequest, body: Any) -> str | None:
    """The box on the register's page of a body."""
    edition = front(scope_of(request))
    if edition is None:
        return None
    day = day_context(request)["day"]
    groups = [group.pk for group in registers.groups_of(body.pk, day)]
    duties = duties_of_body(edition.notice_id, body.pk, groups).annotate(rank=RANK)
    found = counted(duties)
    on = request.GET.get("on", "")
    context = {
        "notice": edition.notice,
        "tiles": [
            (s.sign, s.label, getattr(found, s.code), body_url(body.code, role=s.code, on=on))
            for s in SIGNS
        ],
        "columns": COLUMNS[:4] + COLUMNS[5:6],
        "rows": duties.order_by("rank", "item__position")[:SHOWN_IN_PANEL],
        "count": found.total + found.via_group,
        "url": body_url(body.code, on=on),
    }
    return render_to_string("plan/body_panel.html", context, request=request)


def unit_panel(request: HttpRequest, unit: Any) -> str | None:
    """The box on the register's page of a reporting unit: items that reach it."""
    edition = front(scope_of(request))
    if edition is None or unit.kind == "city":
        return None
    rows = items_of_unit(edition.notice_id, unit, day_context(request)["day"])
    by_kind: dict[str, int] = {}
    for kind in rows.values_list("kind", flat=True):
        by_kind[kind] = by_kind.get(kind, 0) + 1
    base = reverse("plan-items")
    context = {
        "notice": edition.notice,
        "total": sum(by_kind.values()),
        "url": with_query(base, unit=unit.code),
        "tiles": [
            ("", label, by_kind[kind], with_query(base, unit=unit.code, kind=kind))
            for kind, label in KIND_CHOICES
            if kind in by_kind
        ],
    }
    return render_to_string("plan/unit_panel.html", context, request=request)
