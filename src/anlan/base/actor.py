"""Who does something, as far as `base` needs to know: only strings."""

from dataclasses import dataclass, field
from typing import Any

from anlan.base.errors import NotAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The acting account. `account` is written to the journal, never a person's name.

    `scope` is the value of `registers` that decides what the actor may see and do.
    """

    account: str
    body: str = ""
    unit: str = ""
    scope: Any = field(default=None, compare=False)

    @classmethod
    def program(cls, part: str) -> "Actor":
        """The program itself, e.g. `Actor.program("profile")`: no scope, so it may do nothing
        that asks for a capability; loaders pass an explicit scope."""
        return cls(account=f"program:{part}")


def permitted(actor: Actor, capability: str) -> Any:
    """The actor's scope when it holds a capability (its code); NotAllowed otherwise."""
    if actor.scope is None or not actor.scope.may(capability):
        raise NotAllowed
    return actor.scope
