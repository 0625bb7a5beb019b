"""Who carries an item: lead body, the plan office, bodies with a duty or an assignment."""

import datetime as dt
import uuid

from django.db.models import Q

from anlan.base.clock import CITY_ZONE
from anlan.base.instance_stamp import stamp_now
from anlan.plan.choices import DutyRole
from anlan.plan.models import Assignment, Duty, PlanItem, PlanStart
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.registers import queries as registers
from anlan.registers.models import Body
from anlan.registers.queries import plan_office
from anlan.registers.rules.scope import Capability, Scope

LIVING = (AssignmentState.PROPOSED.value, AssignmentState.SIGNED.value)


def lead_body(item: PlanItem) -> Body | None:
    """The body that answers for an item: the first lead, or the only one responsible."""
    duties = Duty.objects.filter(item=item.pk, role=DutyRole.LEAD, body__isnull=False)
    found = duties.select_related("body__unit").order_by("position").first()
    return found.body if found is not None else None


def reviewer_of(item: PlanItem, reporter: Body) -> Body | None:
    """The lead body reviews; what the lead itself reports is reviewed by the plan office."""
    lead = lead_body(item)
    return plan_office() if lead is None or lead.pk == reporter.pk else lead


def acts_for(scope: Scope, body: Body) -> bool:
    """Whether somebody works for a body: holds a post in it, or keeps its county unit."""
    if not scope.may(Capability.WORK_IN_PLAN):
        return False
    return body.code in scope.bodies or body.unit.code in scope.kept_units


def carries(item: PlanItem, body: Body, day: dt.date) -> bool:
    """Whether a body has a duty in an item (by name or group), or a living assignment."""
    groups = [group.pk for group in registers.groups_of(body.pk, day)]
    named = Q(body=body.pk) | Q(group__in=groups)
    if Duty.objects.filter(named, item=item.pk).exists():
        return True
    given = Q(body=body.pk) | Q(body__isnull=True, unit=body.unit_id)
    return Assignment.objects.filter(given, item=item.pk, state__in=LIVING).exists()


def own_bodies(scope: Scope) -> list[Body]:
    """The bodies that a reader works for, own posts first."""
    mine = Q(code__in=scope.bodies) | Q(unit__code__in=scope.kept_units)
    found = list(Body.objects.filter(mine).select_related("unit"))
    return sorted(found, key=lambda body: (body.code not in scope.bodies, body.position))


def bearers_of(scope: Scope, item: PlanItem, day: dt.date) -> list[Body]:
    """The reader's bodies that carry an item."""
    if not scope.may(Capability.WORK_IN_PLAN):
        return []
    return [body for body in own_bodies(scope) if carries(item, body, day)]


def live_from(unit: uuid.UUID | None = None) -> dt.date:
    """The day from which the plan is kept here; the instance's first day when nobody said."""
    started = PlanStart.objects.order_by("live_from").values_list("live_from", flat=True)
    found = (started if unit is None else started.filter(unit=unit)).first()
    if found is not None:
        return found
    stamp = stamp_now()
    return day_made(stamp.made_at if stamp is not None else None)


def day_made(made_at: dt.datetime | None) -> dt.date:
    """The first day of an instance; an instance without a stamp has existed always."""
    return made_at.astimezone(CITY_ZONE).date() if made_at is not None else dt.date(1949, 1, 1)
