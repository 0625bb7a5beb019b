"""Who sees rows of the plan, said once."""

from django.db.models import Q

from anlan.registers.rules.scope import Capability, Scope


def published(scope: Scope) -> Q | None:
    """Everybody who may read what is published sees every row."""
    return Q() if scope.may(Capability.READ_PUBLISHED) else None


def internal(scope: Scope) -> Q | None:
    """Everybody who works in the plan sees every row."""
    return Q() if scope.may(Capability.READ_INTERNAL) else None


def in_view(scope: Scope) -> Q | None:
    """Rows of the reporting units in view of whoever works in the plan; never a sibling's."""
    if not scope.may(Capability.READ_INTERNAL):
        return None
    return Q(unit__code__in=scope.units)
