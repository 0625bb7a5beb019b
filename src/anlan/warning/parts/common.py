"""What the parts of warning share."""

from typing import Any

from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Capability, Scope

Found = list[tuple[str, str, str]]
WARNING = gettext_noop("Warning")


def permitted(scope: Any) -> bool:
    return isinstance(scope, Scope) and scope.may(Capability.READ_INTERNAL)
