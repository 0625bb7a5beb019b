"""What the acts of supervision share: who may, clocks of papers, the message that goes out."""

import uuid
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import city_language, in_city_language
from anlan.base.dispatch.standing import world_name
from anlan.base.dispatch.writing import Addressee as Receiver
from anlan.base.dispatch.writing import Draft, apply_dispatch
from anlan.base.due.applying import NewDue, apply_open, apply_withdraw
from anlan.base.errors import NotFound
from anlan.base.journal.recording import Recording
from anlan.base.models import IS_OPEN, Due
from anlan.base.records import Record
from anlan.base.rules.dispatch import LIVE, AddresseeKind, Channel, MessageMode
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import NO_LADDER
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.plan.actions.loop.common import (
    REASON_CHARS,
    TITLE_CHARS,
    body_addressee,
    steers,
)
from anlan.plan.actions.supervision.errors import NobodyIssues, SupervisionRefused
from anlan.plan.models import SlipAppeal, SupervisionSlip
from anlan.plan.queries.loop.bearers import acts_for
from anlan.plan.rules.supervision.ladder import SlipLevel
from anlan.plan.rules.supervision.life import SlipAct, SlipState, after
from anlan.registers.rules.scope import PROGRAM as WHOLE
from anlan.registers.rules.scope import Capability, Scope

PROGRAM: Final = replace(Actor.program("plan"), scope=WHOLE)
PURPOSE: Final = "plan.supervision"
SIGN_WITHIN: Final = 2
DECIDE_WITHIN: Final = 3
"""House rule: working days of the issuer, to sign a paper and to decide on a reply or appeal."""
TO_SIGN = gettext_noop("Sign or withdraw the {level}: {title}")
TO_REPLY = gettext_noop("Reply to the {level}: {title}")
TO_DECIDE = gettext_noop("Decide on the reply to the {level}: {title}")
TO_JUDGE = gettext_noop("Decide on the appeal against the {level}: {title}")


def issues_for(scope: Scope, slip: SupervisionSlip) -> bool:
    """Whoever works for the issuing body; the plan office acts for one that does not sign in."""
    if not scope.may(Capability.WORK_IN_PLAN):
        return False
    return steers(scope) or (slip.issuer is not None and acts_for(scope, slip.issuer))


def answers_for(scope: Scope, slip: SupervisionSlip) -> bool:
    """Whoever works for the addressee, or for the body whose matter it is."""
    if not scope.may(Capability.WORK_IN_PLAN):
        return False
    bodies = [body for body in (slip.to, slip.order.body) if body is not None]
    if any(acts_for(scope, body) for body in bodies):
        return True
    return slip.order.unit.code in scope.kept_units


def seen_slip(key: uuid.UUID, scope: Scope) -> SupervisionSlip:
    found: SupervisionSlip | None = (
        SupervisionSlip.objects.visible_to(scope)
        .filter(pk=key)
        .select_related("order__matter", "order__unit", "order__body__unit")
        .select_related("to__unit", "issuer__unit", "due")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def move(slip: SupervisionSlip, act: SlipAct) -> None:
    """The state after an act, or SupervisionRefused."""
    try:
        slip.state = after(SlipState(slip.state), act).value
    except RuleRefused as refusal:
        raise SupervisionRefused.of(refusal) from refusal


def issuer_addressee(slip: SupervisionSlip) -> Addressee:
    if slip.issuer is None:
        raise NobodyIssues
    return body_addressee(slip.issuer)


def open_clock(
    rec: Recording,
    slip: SupervisionSlip,
    title: str,
    to: Addressee,
    days: tuple[ClockKind, int],
    about: Record | None = None,
) -> Due:
    """A clock of a paper, or of a reply or appeal `about` it. It has no ladder of its own:
    supervision climbs by its own rule."""
    subject = about or slip
    kind, amount = days
    with city_language():
        level = gettext(SlipLevel(slip.level).label)
        named = gettext(title).format(level=level, title=slip.order.title)
    ladder = slip.order.to_ladder()
    return apply_open(
        rec,
        NewDue(
            subject_model=subject._meta.label_lower,
            subject_key=str(subject.pk),
            title=named[:TITLE_CHARS],
            rule="plan-supervision",
            source=in_city_language(HOUSE_RULE) if ladder.is_ours else ladder.source,
            addressee=to,
            kind=kind,
            start_at=rec.now,
            amount=amount,
            issuer=slip.issuer.code if slip.issuer is not None else "",
            policy=NO_LADDER,
        ),
    )


def stop_clocks(rec: Recording, slip: SupervisionSlip, reason: str) -> None:
    """Every clock of a paper that still runs: for a reply, a signature, a decision."""
    about = [slip.pk, *slip.replies.values_list("pk", flat=True)]
    about += SlipAppeal.objects.filter(slip=slip).values_list("pk", flat=True)
    rows = Due.objects.filter(IS_OPEN, subject_key__in=[str(key) for key in about])
    for key in list(rows.values_list("pk", flat=True)):
        apply_withdraw(rec, key, why=reason[:REASON_CHARS])


def house_days(amount: int) -> tuple[ClockKind, int]:
    return ClockKind.WORKING_DAYS, amount


def tell(rec: Recording, slip: SupervisionSlip) -> None:
    """Let the addressee know, once: the paper itself is read and answered on its page."""
    body = slip.to or slip.order.body
    if body is None:
        return
    mode = MessageMode.ACTUAL if world_name() == LIVE else MessageMode.EXERCISE
    with city_language():
        subject = f"{gettext(SlipLevel(slip.level).label)}：{slip.order.title}"
    draft = Draft(
        mode=mode,
        channel=Channel.IN_APP,
        purpose=PURPOSE,
        subject=subject[:TITLE_CHARS],
        text=slip.requirement,
        about_model="plan.supervisionslip",
        about_key=str(slip.pk),
    )
    apply_dispatch(rec, draft, [Receiver(AddresseeKind.BODY, body.code)])


def result_of(slip: SupervisionSlip) -> dict[str, Any]:
    return {"id": str(slip.pk), "version": slip.version, "state": slip.state}
