"""Who may do what with a due. House rule: whoever keeps the registers, or the body that set it,
stops, withdraws and dates it; whom it is addressed to answers it. What the subject of a due keeps
for its own acts is done there."""

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.due.errors import DoneElsewhere
from anlan.base.errors import NotAllowed
from anlan.base.models import READ_INTERNAL, Due, doer_keys
from anlan.base.parts import DueAct, registry

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


def done_at(due: Due, act: DueAct) -> str:
    """The page of the subject that keeps an act for itself; empty where it is done on the due, as
    it is when the subject is gone: nothing else could close it."""
    subject = registry.due_subject(due.subject_model)
    if subject is None or act not in subject.own_acts:
        return ""
    return subject.url(due.subject_key)


def require_done_here(due: Due, act: DueAct) -> None:
    subject = registry.due_subject(due.subject_model)
    if subject is not None and done_at(due, act):
        raise DoneElsewhere(title=due.title, subject=gettext(subject.label))
