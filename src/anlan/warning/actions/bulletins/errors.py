"""Refusals of bulletins.

BulletinRefused
├── ActRefused          the step does not fit its state
├── BulletinIncomplete  parts are missing that the law or a receiver needs
├── ChangeUnfit         raising, lowering … does not fit what is in force
├── InForceAlready      the body has a bulletin of the hazard in force
├── FollowedAlready     another bulletin follows it already
├── NotFollowable       what it would follow is over
├── ApprovalRefused     the post does not approve the level, or the same hands wrote it
├── RouteChanged        the register of rights says otherwise than at the approval
├── ReasonMissing       sending back or declining without a reason
├── SignerMissing       an approval without the post that signed
└── OwnerMissing        a proposal names nobody
"""

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop


class BulletinRefused(Invalid):
    code = "bulletin-refused"


class ActRefused(BulletinRefused):
    code = "bulletin-act-refused"
    status = 409


class BulletinIncomplete(BulletinRefused):
    code = "bulletin-incomplete"
    message = gettext_noop("Still missing: {parts}. Edit the draft, then submit it.")


class ChangeUnfit(BulletinRefused):
    code = "bulletin-change-unfit"


class InForceAlready(BulletinRefused):
    code = "bulletin-in-force"
    message = gettext_noop(
        "A bulletin of this body for this hazard is in force. Open it and update or cancel that "
        "one, so that receivers can follow."
    )


class FollowedAlready(BulletinRefused):
    code = "bulletin-followed"
    message = gettext_noop(
        "Another bulletin follows this one already. Open that one, or let it be discarded first."
    )


class NotFollowable(BulletinRefused):
    code = "bulletin-not-followable"
    message = gettext_noop("What it would follow is no longer in force. Write a new bulletin.")


class ApprovalRefused(BulletinRefused):
    code = "bulletin-approval-refused"
    status = 403


class RouteChanged(BulletinRefused):
    code = "bulletin-route-changed"
    message = gettext_noop(
        "The register of rights to publish changed since this was written. Take it back, look at "
        "the grounds, and submit it anew."
    )


class ReasonMissing(BulletinRefused):
    code = "bulletin-reason-missing"
    message = gettext_noop("Say why, so that the writer knows what to do.")


class SignerMissing(BulletinRefused):
    code = "bulletin-signer-missing"
    message = gettext_noop("Say which post signed it, without the name of the person.")


class OwnerMissing(BulletinRefused):
    code = "bulletin-owner-missing"
    message = gettext_noop(
        "Nobody is named as the owner of this warning. Say to whom the proposal goes."
    )
