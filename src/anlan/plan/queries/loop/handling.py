"""How items are dealt with: as decided, or as it follows from the text."""

from django.db.models import Q, QuerySet

from anlan.plan.models import Handling as HandlingRow
from anlan.plan.models import PlanItem
from anlan.plan.rules.loop.handling import Handling, handling_of
from anlan.plan.rules.notice.values import Mode

TO_BREAK_DOWN = Q(handling__decided=Handling.BREAK_DOWN.value) | (
    Q(handling__isnull=True) & ~Q(mode=Mode.NONE.value)
)
"""`rules.loop.handling` as a condition over items; a test holds both against each other."""


def decision_of(item: PlanItem) -> HandlingRow | None:
    return HandlingRow.objects.filter(item=item.pk).first()


def handling_of_item(item: PlanItem) -> Handling:
    row = decision_of(item)
    return handling_of(Mode(item.mode), Handling(row.decided) if row else None).known()


def to_break_down(items: QuerySet[PlanItem]) -> QuerySet[PlanItem]:
    return items.filter(TO_BREAK_DOWN)
