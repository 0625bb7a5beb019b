"""What may be named over the API: units, bodies and regions in view."""

from typing import Any

from anlan.base.api.finding import by_key
from anlan.registers.models import Body, Region, ReportingUnit
from anlan.registers.rules.scope import Scope


def unit_named(scope: Scope, code: str) -> ReportingUnit:
    return by_key(ReportingUnit.objects.visible_to(scope), code)


def body_named(scope: Scope, code: str) -> Body:
    return by_key(Body.objects.visible_to(scope).select_related("unit"), code)


def region_named(scope: Scope, code: str | None) -> Any:
    """A region of the register, None when none is named."""
    return by_key(Region.objects.visible_to(scope), code) if code else None
