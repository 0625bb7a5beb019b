"""What the site itself offers: the page of backups."""

from typing import Any

from anlan.base.parts import NavigationItem, Parts
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Capability, Scope


def _keeps_the_system(scope: Any) -> bool:
    return isinstance(scope, Scope) and scope.may(Capability.MANAGE_ACCOUNTS)


PARTS = Parts(
    stage="site",
    navigation=(
        NavigationItem(
            label=gettext_noop("Backup"),
            url_name="backup",
            group=gettext_noop("People and rights"),
            order=640,
            permits=_keeps_the_system,
        ),
    ),
)
