"""What a missed term is about: the item, the body and the unit that have to do it."""

import uuid
from dataclasses import dataclass

from anlan.base.errors import NotFound
from anlan.base.models import Due
from anlan.plan.actions.loop.common import city
from anlan.plan.models import Assignment, Deliverable, MechanismQuarter, Obstacle, PlanItem
from anlan.registers.models import Body, ReportingUnit

SUBJECTS = {
    model._meta.label_lower: model
    for model in (Assignment, Deliverable, Obstacle, MechanismQuarter)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterSubject:
    """`body` is None for what is asked of a county's unit as such."""

    item: PlanItem | None
    body: Body | None
    unit: ReportingUnit


def matter_subject(due: Due) -> MatterSubject:
    """Whom the term was put to, and the item that its subject belongs to."""
    body = Body.objects.select_related("unit").filter(code=due.body).first()
    unit = body.unit if body is not None else None
    if unit is None:
        unit = ReportingUnit.objects.filter(code=due.unit).first() or city()
    return MatterSubject(item=_item_of(due), body=body, unit=unit)


def _item_of(due: Due) -> PlanItem | None:
    model = SUBJECTS.get(due.subject_model)
    if model is None:
        raise NotFound
    row = model.objects.filter(pk=uuid.UUID(due.subject_key)).first()
    return getattr(row, "item", None)
