"""What upkeep of the instance offers: followers, exercises, checkpoints."""

import datetime as dt
from typing import Any

from anlan.base import write_ahead
from anlan.base.following import follow_all
from anlan.base.parts import NavigationItem, Parts, Sweep, registry
from anlan.base.rules.labels import gettext_noop
from anlan.base.worlds.checkpoints import make_when_due
from anlan.base.worlds.forks import seal_all

INSTANCE = gettext_noop("This instance")
FOLLOW_EVERY_S = 1.0
CHECKPOINT_LOOK_S = 600.0


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
        NavigationItem(
            label=gettext_noop("Exercises and checkpoints"),
            url_name="worlds",
            group=INSTANCE,
            order=910,
            permits=keeps_instance,
        ),
    ),
    sweeps=(
        Sweep(name="followers", every_s=FOLLOW_EVERY_S, run=_follow),
        Sweep(name="checkpoints", every_s=CHECKPOINT_LOOK_S, run=make_when_due),
        Sweep(name="write-ahead-log", every_s=write_ahead.EVERY_S, run=write_ahead.bring_in),
        Sweep(name="exercise-journals", every_s=FOLLOW_EVERY_S, run=seal_all),
    ),
    actions=(
        ("base.follower.retry", gettext_noop("Follower told to try again")),
        ("base.exercise.make", gettext_noop("Exercise opened")),
        ("base.exercise.drop", gettext_noop("Exercise removed")),
    ),
)
