"""What may be chosen in forms and over the API: sectors, enterprises, regions, bodies."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from anlan.base.errors import NotFound
from anlan.losses.models import AccidentSector
from anlan.registers.models import Body, Enterprise, Region, ReportingUnit
from anlan.registers.rules.scope import Capability, Scope

MOST_OFFERED = 300


def sectors_on(day: dt.date) -> QuerySet[AccidentSector]:
    """Sectors that hold on a day."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    open_ = Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    return AccidentSector.objects.filter(begun, open_).order_by("position", "code")


def regions_offered(scope: Scope) -> QuerySet[Region]:
    """Counties and townships; villages are told in the address."""
    rows: QuerySet[Region] = Region.objects.visible_to(scope)
    return rows.exclude(level__in=("province", "village")).order_by("code")


def enterprises_offered(scope: Scope) -> list[str]:
    """Names to begin with; any visible one may be typed."""
    rows = Enterprise.objects.visible_to(scope).order_by("initials", "name")
    return list(rows.values_list("name", flat=True)[:MOST_OFFERED])


def enterprise_named(scope: Scope, text: str) -> Enterprise | None:
    """The one visible enterprise of that name or credit code, or None."""
    word = text.strip()
    rows = Enterprise.objects.visible_to(scope).filter(Q(name=word) | Q(credit_code__iexact=word))
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def units_kept(scope: Scope) -> QuerySet[ReportingUnit]:
    """Units for which the reader may enter: all for the plan office, the own one for a county,
    and every unit in view for a department, which enters under its own name."""
    units: QuerySet[ReportingUnit] = ReportingUnit.objects.visible_to(scope)
    if scope.may(Capability.KEEP_REGISTERS):
        return units
    own = scope.kept_units or scope.units
    return units.filter(code__in=own)


def bodies_kept(scope: Scope) -> QuerySet[Body]:
    """Bodies in whose name the reader may report."""
    bodies: QuerySet[Body] = Body.objects.visible_to(scope).select_related("unit")
    if scope.may(Capability.KEEP_REGISTERS):
        return bodies.order_by("position", "code")
    own = [b.pk for b in bodies if scope.may_keep_for(b.unit.code, b.code)]
    return bodies.filter(pk__in=own).order_by("position", "code")


def own_body(scope: Scope) -> Body | None:
    """The body of the reader, when it is one."""
    found = list(Body.objects.filter(code__in=scope.bodies)[:2])
    return found[0] if len(found) == 1 else None


def units_in_view(scope: Scope) -> QuerySet[ReportingUnit]:
    rows: QuerySet[ReportingUnit] = ReportingUnit.objects.visible_to(scope)
    return rows.select_related("region")


def bodies_in_view(scope: Scope) -> QuerySet[Body]:
    rows: QuerySet[Body] = Body.objects.visible_to(scope)
    return rows.select_related("unit")


def regions_in_view(scope: Scope) -> QuerySet[Region]:
    rows: QuerySet[Region] = Region.objects.visible_to(scope)
    return rows


def enterprise_in_view(scope: Scope, key: uuid.UUID | None) -> Enterprise | None:
    """The visible enterprise; NotFound when there is none with that id."""
    if key is None:
        return None
    row: Enterprise | None = Enterprise.objects.visible_to(scope).filter(pk=key).first()
    if row is None:
        raise NotFound
    return row
