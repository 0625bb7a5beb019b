"""Who may do what with a due. House rule: whoever keeps the registers, or the body that set it,
stops, withdraws and dates it; whom it is addressed to answers it."""

from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed
from anlan.base.models import READ_INTERNAL, Due, doer_keys

KEEP = "keep-registers"


def may_steer(actor: Actor, due: Due) -> bool:
    scope = actor.scope
    if scope is None or not scope.may(READ_INTERNAL):
        return False
    return bool(scope.may(KEEP) or (due.issuer and due.issuer in scope.bodies))


def may_answer(actor: Actor, due: Due) -> bool:
    scope = actor.scope
    if scope is None or not scope.may(READ_INTERNAL):
        return False
    is_own = due.body in scope.bodies or due.unit in scope.kept_units
    return is_own or due.doer in doer_keys(scope) or may_steer(actor, due)


def require_steering(actor: Actor, due: Due) -> None:
    if not may_steer(actor, due):
        raise NotAllowed


def require_answering(actor: Actor, due: Due) -> None:
    if not may_answer(actor, due):
        raise NotAllowed


def require_keeping(actor: Actor) -> None:
    if actor.scope is None or not actor.scope.may(KEEP):
        raise NotAllowed
