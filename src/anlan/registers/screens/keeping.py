"""What the forms of the kept registers share: what an action is told, what may be chosen."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.signed_in import scope_of
from anlan.registers import queries
from anlan.registers.models import Body, Person, Region, ReportingUnit
from anlan.registers.rules.scope import Capability, Scope


class KeptForm(RegisterForm):
    """A form of a register that counties and departments keep as well."""

    capability: str = Capability.KEEP_OWN

    @property
    def scope(self) -> Scope:
        scope: Scope = scope_of(self.request)
        return scope

    def told(self, asked: Asked) -> dict[str, Any]:
        """What every action is told."""
        return {
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
            "reason": asked.reason,
        }

    def one(self, model: Any, **wanted: Any) -> Any:
        """A visible row; NotFound when there is none in the scope."""
        row = model.objects.visible_to(self.scope).filter(**wanted).first()
        if row is None:
            raise NotFound
        return row

    def offered(self) -> dict[str, QuerySet[Any]]:
        """Field → what may be chosen."""
        return {}

    def form_arguments(self) -> dict[str, Any]:
        return {"offered": self.offered()}


def kept_units(scope: Scope) -> QuerySet[ReportingUnit]:
    """Units whose rows the reader may write."""
    units: QuerySet[ReportingUnit] = ReportingUnit.objects.visible_to(scope)
    if scope.may(Capability.KEEP_REGISTERS):
        return units
    own = [unit.pk for unit in units if scope.may_keep_for(unit.code)]
    return units.filter(pk__in=own)


def kept_bodies(scope: Scope) -> QuerySet[Body]:
    """Bodies whose rows the reader may write."""
    bodies: QuerySet[Body] = Body.objects.visible_to(scope).select_related("unit")
    if scope.may(Capability.KEEP_REGISTERS):
        return bodies
    own = [body.pk for body in bodies if scope.may_keep_for(body.unit.code, body.code)]
    return bodies.filter(pk__in=own)


def county_regions(scope: Scope) -> QuerySet[Region]:
    regions: QuerySet[Region] = Region.objects.visible_to(scope).filter(
        level__in=("city", "county")
    )
    return regions.order_by("code")


def people_seen(scope: Scope) -> QuerySet[Person]:
    """Visible people with the posts they hold today, for a list to choose from."""
    return with_posts_today(Person.objects.visible_to(scope))


def with_posts_today(people: QuerySet[Any]) -> QuerySet[Any]:
    held = queries.tenures_on(clock.today()).select_related("post__body__unit")
    joined = people.prefetch_related(Prefetch("tenures", queryset=held, to_attr="held"))
    return joined.order_by("initials", "pk")


def columns_of(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Columns of a row as a form shows them."""
    return {name: getattr(row, row._meta.get_field(name).attname) for name in names}
