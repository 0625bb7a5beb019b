"""Who a clause belongs to, put together from all its assignments.

Source: House rule. 牵头 makes leads: `lead_support`. Without it two and more bodies are `joint`,
one is `sole`; none is `none`. A lead is never invented.
Units and valid range: names as printed, repeats removed, in printed order.
Edge cases: a body that leads one sentence and supports another leads; 列第一位者为牵头单位 makes
the first of several bodies of each assignment the lead, unless it is said to help (配合); a single
body stays `sole`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from anlan.plan.rules.notice.assignment import Assignment
from anlan.plan.rules.notice.formula import Grant, Role
from anlan.plan.rules.notice.values import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    mode: Mode = Mode.NONE
    leads: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    open_ended: bool = False


def combine(assignments: Sequence[Assignment], first_leads: bool) -> Duty:
    """The bodies of one clause with their roles."""
    grants = [grant for one in assignments for grant in _led(one.grants, first_leads)]
    leads = dict.fromkeys(n for g in grants if g.role is Role.LEAD for n in g.names)
    others = dict.fromkeys(n for g in grants if g.role is not Role.LEAD for n in g.names)
    supports = tuple(name for name in others if name not in leads)
    return Duty(
        mode=_mode(len(leads), len(supports)),
        leads=tuple(leads),
        supports=supports,
        open_ended=any(grant.open_ended for grant in grants),
    )


def _mode(leads: int, supports: int) -> Mode:
    if leads:
        return Mode.LEAD_SUPPORT
    if supports > 1:
        return Mode.JOINT
    return Mode.SOLE if supports else Mode.NONE


def _led(grants: Sequence[Grant], first_leads: bool) -> Sequence[Grant]:
    """The grants with the text's own rule applied that the first of several bodies leads."""
    names = list(dict.fromkeys(name for grant in grants for name in grant.names))
    if not first_leads or len(names) < 2 or any(grant.role is Role.LEAD for grant in grants):
        return grants
    may_lead = [name for grant in grants if grant.role is Role.SUPPORT for name in grant.names]
    return [Grant(role=Role.LEAD, names=(may_lead[0],)), *grants] if may_lead else grants
