"""Reads of notices, items and duties."""

import uuid
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from anlan.plan.choices import DutyRole
from anlan.plan.models import Correction, Duty, NameMatch, Notice, NoticeEdition, PlanItem
from anlan.plan.queries.in_force import notice_in_force, with_place
from anlan.plan.rules.corrections import is_read_differently
from anlan.plan.rules.notice.values import Clause, IndicatorTarget, Kind, Mode


def current_notice(scope: Any) -> Notice | None:
    """The notice in force, among those that a scope may see."""
    return notice_in_force(scope)


def notices(scope: Any) -> QuerySet[Notice]:
    return Notice.objects.visible_to(scope).select_related("unit")


def edition_of(notice: Notice) -> NoticeEdition:
    """The edition that the items were last read from."""
    return NoticeEdition.objects.get(notice=notice, edition=notice.current_edition)


def items(scope: Any) -> QuerySet[PlanItem]:
    """Items in force (not dropped by a later edition) that a scope may see."""
    return PlanItem.objects.visible_to(scope).filter(is_dropped=False).select_related("notice")


def item_by_key(scope: Any, key: str, notice: Notice | None = None) -> PlanItem | None:
    """An item by its key (`T3`) in a notice, else in the notice in force, else in the newest that
    has it."""
    found = PlanItem.objects.visible_to(scope).filter(key=key).select_related("notice__unit")
    if notice is not None:
        found = found.filter(notice=notice)
    placed = with_place(found, "notice", "notice__is_draft")
    newest = F("notice__issued_on").desc(nulls_last=True)
    first: PlanItem | None = placed.order_by("is_dropped", "place", newest, "pk").first()
    return first


def duties_of(item_id: uuid.UUID) -> list[Duty]:
    """Leads first, then the others in printed order."""
    duties = Duty.objects.filter(item=item_id).select_related("body__unit", "group")
    return sorted(duties, key=lambda duty: (duty.role != DutyRole.LEAD, duty.position))


def duties_of_body(
    notice_id: uuid.UUID, body_id: uuid.UUID, group_ids: list[uuid.UUID]
) -> QuerySet[Duty]:
    """Duties that name a body, or a group it belongs to, in the order of the notice."""
    named = Q(body=body_id) | Q(group__in=group_ids)
    return (
        Duty.objects.filter(named, notice=notice_id, item__is_dropped=False)
        .select_related("item", "group", "body")
        .order_by("item__position", "position", "pk")
    )


def open_names(notice_id: uuid.UUID) -> list[dict[str, Any]]:
    """Printed names that nobody has matched yet, with the items they stand in."""
    rows = (
        Duty.objects.filter(notice=notice_id, match="open", item__is_dropped=False)
        .order_by("item__position")
        .values_list("printed_name", "item__key")
    )
    found: dict[str, list[str]] = {}
    for name, key in rows:
        found.setdefault(name, []).append(key)
    return [{"name": name, "items": keys} for name, keys in found.items()]


def corrections_of(notice_id: uuid.UUID, key: str | None = None) -> QuerySet[Correction]:
    found = Correction.objects.filter(notice=notice_id)
    return found if key is None else found.filter(item_key=key)


def reread_corrections(notice_id: uuid.UUID) -> list[tuple[Correction, Any]]:
    """Corrections under which the text changed since, with what it reads now."""
    read = dict(PlanItem.objects.filter(notice=notice_id).values_list("key", "as_read"))
    found = []
    for correction in corrections_of(notice_id):
        now = read.get(correction.item_key, {}).get(correction.field, correction.read_as)
        if is_read_differently(correction.read_as, correction.corrected_to, now):
            found.append((correction, now))
    return found


def clause_of(item: PlanItem) -> Clause:
    """An item as the value that rules work on."""
    duties = duties_of(item.id)
    leads = tuple(duty.printed_name for duty in duties if duty.role == DutyRole.LEAD)
    others = tuple(duty.printed_name for duty in duties if duty.role != DutyRole.LEAD)
    return Clause(
        id=item.key,
        kind=Kind(item.kind),
        number=item.number,
        heading=item.heading,
        text=item.text,
        section=item.section,
        deadline_years=tuple(item.deadline_years),
        mode=Mode(item.mode),
        lead_units=leads,
        support_units=others,
        open_ended=item.open_ended,
        indicator=indicator_of(item),
        start=item.text_start,
        end=item.text_end,
    )


def indicator_of(item: PlanItem) -> IndicatorTarget | None:
    if item.indicator_value is None:
        return None
    return IndicatorTarget(
        name=item.indicator_name,
        operator=item.indicator_operator,
        value=float(item.indicator_value),
        unit=item.indicator_unit,
    )


def lead_names(notice_id: uuid.UUID) -> dict[uuid.UUID, list[str]]:
    """Printed names of the leads of every item, in order."""
    rows = (
        Duty.objects.filter(notice=notice_id, role=DutyRole.LEAD)
        .order_by("position")
        .values_list("item", "printed_name")
    )
    found: dict[uuid.UUID, list[str]] = {}
    for item, name in rows:
        found.setdefault(item, []).append(name)
    return found


def items_of_body(
    body_id: uuid.UUID, group_ids: list[uuid.UUID], role: str = ""
) -> QuerySet[Duty]:
    """Duties, as a subquery of items: those that name the body in a role; `via_group`: a group
    it belongs to; no role: either."""
    direct = Q(body=body_id)
    if role == "via_group":
        named = Q(group__in=group_ids)
    else:
        named = direct & Q(role=role) if role else direct | Q(group__in=group_ids)
    return Duty.objects.filter(named).order_by()


def years_of(notice_id: uuid.UUID) -> list[int]:
    """Every year that an item names."""
    rows = PlanItem.objects.filter(notice=notice_id, is_dropped=False).exclude(deadline_years=[])
    found = rows.order_by().values_list("deadline_years", flat=True).distinct()
    return sorted({year for years in found for year in years})


def with_year(rows: QuerySet[PlanItem], year: int) -> QuerySet[PlanItem]:
    """Items that name a year, on both databases: lists are short and repeat, so the distinct
    ones are looked through."""
    lists = PlanItem.objects.exclude(deadline_years=[]).order_by()
    wanted = [
        years
        for years in lists.values_list("deadline_years", flat=True).distinct()
        if year in years
    ]
    return rows.filter(deadline_years__in=wanted) if wanted else rows.none()


def editions_of(notice_id: uuid.UUID) -> QuerySet[NoticeEdition]:
    found = NoticeEdition.objects.filter(notice=notice_id).select_related("notice__unit")
    return found.order_by("-edition")


def decided_names(unit_id: uuid.UUID, names: list[str] | None = None) -> QuerySet[NameMatch]:
    found = NameMatch.objects.filter(unit=unit_id).select_related("body", "group")
    return found if names is None else found.filter(printed_name__in=names)


def neighbours(item: PlanItem) -> tuple[PlanItem | None, PlanItem | None]:
    """The items before and after, in the order of the text."""
    others = PlanItem.objects.filter(notice=item.notice_id, is_dropped=False)
    before = others.filter(position__lt=item.position).order_by("-position").first()
    after = others.filter(position__gt=item.position).order_by("position").first()
    return before, after


def items_around(item: PlanItem, reach: int) -> list[PlanItem]:
    """Items from `reach` before to `reach` after, with `waiting`: has names nobody matched."""
    return list(
        PlanItem.objects.filter(
            notice=item.notice_id,
            is_dropped=False,
            position__gte=item.position - reach,
            position__lte=item.position + reach,
        )
        .annotate(waiting=Exists(Duty.objects.filter(item=OuterRef("pk"), match="open")))
        .only("id", "notice", "key", "kind", "heading", "position")
        .order_by("position")
    )
