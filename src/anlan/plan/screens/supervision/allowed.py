"""What a reader may do with the last paper of an order."""

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.rules.due.state import DueState
from anlan.base.screens.register_list import Action
from anlan.plan.actions.supervision.common import answers_for, issues_for
from anlan.plan.models import SupervisionSlip
from anlan.plan.rules.supervision.life import SlipState
from anlan.registers.rules.scope import Scope


def actions_of(scope: Scope, slip: SupervisionSlip) -> list[Action]:
    """The buttons, the next step first. The actions themselves refuse everybody else."""
    found: list[Action] = []
    state, due = SlipState(slip.state), slip.due
    if state is SlipState.ISSUED and answers_for(scope, slip):
        found.append(_to(slip, "reply", _("Reply"), is_primary=True))
        if due is not None and due.state == DueState.RUNNING.value:
            found.append(_to(slip, "appeal", _("Appeal")))
    if issues_for(scope, slip):
        found += _of_issuer(slip, state)
    found.append(_to(slip, "paper", _("As a paper"), icon="print"))
    return found


def _of_issuer(slip: SupervisionSlip, state: SlipState) -> list[Action]:
    found: list[Action] = []
    due = slip.due
    if state is SlipState.PREPARED:
        found.append(_to(slip, "sign", _("Sign and issue"), is_primary=True))
    if state is SlipState.REPLIED:
        found.append(_to(slip, "accept", _("Accept the reply and close"), is_primary=True))
        found.append(_to(slip, "return", _("Return the reply")))
    if state is SlipState.APPEALED:
        found.append(_to(slip, "judge", _("Decide on the appeal"), is_primary=True))
    if state is SlipState.ISSUED and due is not None:
        if due.state == DueState.RUNNING.value:
            found.append(_to(slip, "stop", _("Stop the clock")))
        if due.state == DueState.PAUSED.value:
            found.append(_to(slip, "run", _("Let the clock run on"), is_primary=True))
    found.append(_to(slip, "withdraw", _("Withdraw the order")))
    return found


def _to(
    slip: SupervisionSlip, act: str, label: str, *, is_primary: bool = False, icon: str = ""
) -> Action:
    url = reverse(f"plan-supervision-{act}", args=[slip.pk])
    return Action(label=label, url=url, is_primary=is_primary, icon=icon)
