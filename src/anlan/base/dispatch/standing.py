"""Where the program stands: which world it works in, and whether the instance is a real one."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from anlan.base.models import InstanceStamp
from anlan.base.rules.dispatch import LIVE

_world: ContextVar[str] = ContextVar("anlan_world", default=LIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`is_demonstration` is None for a database without a stamp: nobody knows what it is."""

    world: str
    is_demonstration: bool | None


def world_name() -> str:
    """The world in which this context works."""
    return _world.get()


@contextmanager
def in_world(name: str) -> Iterator[None]:
    """Work in a fork: what is written here bears its name and stays inside the program."""
    token = _world.set(name)
    try:
        yield
    finally:
        _world.reset(token)


def standing() -> Standing:
    """Read anew from the database each time: it is what decides, not a setting."""
    stamp = InstanceStamp.objects.filter(id=1).first()
    return Standing(
        world=world_name(), is_demonstration=None if stamp is None else stamp.is_demonstration
    )
