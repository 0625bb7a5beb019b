"""What `base` itself offers: upkeep of the instance."""

import datetime as dt
from typing import Any

from anlan.base.following import follow_all
from anlan.base.parts import NavigationItem, Parts, Sweep, registry
from anlan.base.rules.labels import gettext_noop

INSTANCE = gettext_noop("This instance")
FOLLOW_EVERY_S = 1.0


def keeps_instance(scope: Any) -> bool:
    return scope is not None and scope.may("keep-instance")


def _follow(now: dt.datetime) -> int:
    return follow_all(registry.followers(), now)


PARTS = Parts(
    stage="base",
    navigation=(
        NavigationItem(
            label=gettext_noop("Followers"),
            url_name="followers",
            group=INSTANCE,
            order=900,
            permits=keeps_instance,
        ),
    ),
    sweeps=(Sweep(name="followers", every_s=FOLLOW_EVERY_S, run=_follow),),
    actions=(("base.follower.retry", gettext_noop("Follower told to try again")),),
)
