"""Which of several notices is in force: `rules.carry_over.succession` as an order of rows."""

from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from anlan.plan.models import CarryOver, Notice
from anlan.plan.rules.carry_over.succession import Place


def with_place(rows: QuerySet[Any], notice: str = "pk", draft: str = "is_draft") -> QuerySet[Any]:
    """Rows annotated with `place` of their notice; `notice` and `draft` say where it stands."""
    pairs = CarryOver.objects.order_by()
    awaited = Exists(pairs.filter(successor=OuterRef(notice), closed_at__isnull=True))
    followed = Exists(pairs.filter(predecessor=OuterRef(notice), closed_at__isnull=False))
    return rows.annotate(
        place=Case(
            When(Q(**{draft: True}) | awaited, then=Value(Place.WAITING.value)),
            When(followed, then=Value(Place.FOLLOWED.value)),
            default=Value(Place.IN_FORCE.value),
            output_field=IntegerField(),
        )
    )


def in_force_first(rows: QuerySet[Any], notice: str = "pk", prefix: str = "") -> QuerySet[Any]:
    """Rows in the order of their notices, the one in force first; the newest among equals."""
    placed = with_place(rows, notice, f"{prefix}is_draft")
    newest = F(f"{prefix}issued_on").desc(nulls_last=True)
    return placed.order_by("place", newest, f"-{prefix}id")


def notice_in_force(scope: Any) -> Notice | None:
    """The notice that overview, lamps and measures concern, among those that a scope may see."""
    seen = Notice.objects.visible_to(scope).select_related("unit")
    found: Notice | None = in_force_first(seen).first()
    return found


def awaited_notices() -> QuerySet[Notice]:
    """Drafts, and successors whose carry-over is not closed."""
    return with_place(Notice.objects.all()).filter(place=Place.WAITING.value)
