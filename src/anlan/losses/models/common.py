"""Who sees what happened: nobody without a post; counties their unit, departments their own."""

from django.db.models import Q

from anlan.registers.models import by_unit
from anlan.registers.rules.scope import Role, Scope


def seen_losses(scope: Scope, *, unit: str, body: str) -> Q | None:
    """House rule: the city's offices see all units, a county its own and the city's, another
    department what it reported itself. `unit` and `body` are paths to codes."""
    seen = by_unit(scope, unit)
    if seen is None:
        return None
    if scope.is_city_wide or Role.COUNTY in scope.roles:
        return seen
    return seen & Q(**{f"{body}__in": scope.bodies})
