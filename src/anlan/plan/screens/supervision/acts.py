"""The forms of supervision: one act on one paper each."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.errors import NotAllowed
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.supervision.answering import (
    accept_reply,
    appeal,
    decide_appeal,
    reply_to_slip,
    return_reply,
)
from anlan.plan.actions.supervision.common import answers_for, issues_for, seen_slip
from anlan.plan.actions.supervision.issuing import (
    Signing,
    run_clock,
    sign_slip,
    stop_clock,
    withdraw_order,
)
from anlan.plan.forms.supervision import (
    AcceptReplyForm,
    AppealForm,
    DecideAppealForm,
    SignForm,
    SlipReplyForm,
)
from anlan.plan.models import SupervisionSlip
from anlan.registers.rules.scope import Capability


class SlipAct(RegisterForm):
    """An act on the paper of the address; `allowed` says by whom."""

    capability = Capability.WORK_IN_PLAN
    allowed = staticmethod(issues_for)

    def current(self) -> SupervisionSlip:
        scope = scope_of(self.request)
        found = seen_slip(self.kwargs["pk"], scope)
        if not self.allowed(scope, found):
            raise NotAllowed
        return found

    def act(self, asked: Asked) -> None:
        raise NotImplementedError

    def perform(self, asked: Asked) -> str:
        self.act(asked)
        return self.back()

    def said(self, asked: Asked) -> dict[str, Any]:
        return {
            "expected_version": asked.expected_version,
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
        }

    def back(self) -> str:
        return reverse("plan-supervision-order", args=[self.current().order_id])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [
            (reverse("plan-supervision"), _("Supervision desk")),
            (self.back(), row.order.title),
        ]


class SignScreen(SlipAct):
    form_class = SignForm
    title = gettext_lazy("Sign and issue a paper of supervision")
    lead = gettext_lazy(
        "Which paper it is (slip or letter) follows from who is designated on the day it leaves."
    )
    submit = gettext_lazy("Issue")

    def initial(self) -> dict[str, Any]:
        return {"requirement": self.current().requirement}

    def act(self, asked: Asked) -> None:
        sign_slip(self.kwargs["pk"], Signing(**asked.values), **self.said(asked))


class ReplyScreen(SlipAct):
    form_class = SlipReplyForm
    title = gettext_lazy("Reply to a paper of supervision")
    submit = gettext_lazy("Reply")
    allowed = staticmethod(answers_for)

    def act(self, asked: Asked) -> None:
        reply_to_slip(self.kwargs["pk"], asked.values["text"], **self.said(asked))


class AppealScreen(SlipAct):
    form_class = AppealForm
    title = gettext_lazy("Appeal against a paper of supervision")
    lead = gettext_lazy("The clock stands still until the issuer decides. Once a paper.")
    submit = gettext_lazy("Appeal")
    allowed = staticmethod(answers_for)

    def act(self, asked: Asked) -> None:
        appeal(self.kwargs["pk"], asked.values["text"], **self.said(asked))


class AcceptScreen(SlipAct):
    form_class = AcceptReplyForm
    title = gettext_lazy("Accept the reply and close the order")
    submit = gettext_lazy("Accept and close")

    def act(self, asked: Asked) -> None:
        accept_reply(self.kwargs["pk"], reason=asked.reason, **self.said(asked))


class _Reasoned(SlipAct):
    form_class = ReasonedForm
    does: ClassVar[Callable[..., Any]]

    def act(self, asked: Asked) -> None:
        type(self).does(self.kwargs["pk"], reason=asked.reason, **self.said(asked))


class ReturnScreen(_Reasoned):
    title = gettext_lazy("Return the reply")
    lead = gettext_lazy("The same paper runs anew with its whole term; no new level.")
    submit = gettext_lazy("Return")
    does = staticmethod(return_reply)


class StopScreen(_Reasoned):
    title = gettext_lazy("Stop the clock of a paper")
    lead = gettext_lazy("What is left of the term stays left.")
    submit = gettext_lazy("Stop the clock")
    does = staticmethod(stop_clock)


class RunScreen(_Reasoned):
    title = gettext_lazy("Let the clock of a paper run on")
    submit = gettext_lazy("Let it run on")
    does = staticmethod(run_clock)


class WithdrawScreen(_Reasoned):
    title = gettext_lazy("Withdraw the order")
    lead = gettext_lazy("Its open paper and clocks end with it; the matter itself stays open.")
    submit = gettext_lazy("Withdraw")
    does = staticmethod(withdraw_order)


class JudgeScreen(SlipAct):
    form_class = DecideAppealForm
    title = gettext_lazy("Decide on the appeal")
    submit = gettext_lazy("Decide")

    def act(self, asked: Asked) -> None:
        upholds = asked.values["outcome"] == "uphold"
        decide_appeal(self.kwargs["pk"], upholds=upholds, reason=asked.reason, **self.said(asked))
