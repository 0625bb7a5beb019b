"""Where the program stands: which world it works in, and whether the instance is a real one."""

from dataclasses import dataclass

from anlan.base.instance_stamp import is_demonstration_now
from anlan.base.rules.dispatch import LIVE
from anlan.base.worlds.current import current


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`is_demonstration` is None for a database without a stamp: nobody knows what it is."""

    world: str
    is_demonstration: bool | None


def world_name() -> str:
    """The world in which this context works: what is written in a fork or a past world bears its
    name and stays inside the program."""
    world = current()
    return world.name or (LIVE if world.is_live else world.token)


def standing() -> Standing:
    """Read anew from the database each time: it is what decides, not a setting."""
    return Standing(world=world_name(), is_demonstration=is_demonstration_now())
