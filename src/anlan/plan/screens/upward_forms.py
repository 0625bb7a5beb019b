"""Acts on reports to the level above."""

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.sheets import demonstration_mark
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.loop.evidence import MOST_BYTES, keep_file
from anlan.plan.actions.upward.asking import NewUpward, ask_upward, withdraw_upward
from anlan.plan.actions.upward.sending import NewSending, send_upward
from anlan.plan.actions.upward.settling import Receipt, receive_upward, return_upward
from anlan.plan.forms.upward import (
    ReceiptForm,
    ReturnForm,
    SendingForm,
    UpwardForm,
    UpwardWithdrawForm,
)
from anlan.plan.models import UpwardReport
from anlan.plan.queries.evaluation.draft import evaluations
from anlan.plan.queries.items import notices
from anlan.plan.queries.loop.bearers import own_bodies
from anlan.plan.queries.upward import report_of
from anlan.plan.rules.evaluation.life import EvaluationState
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability


class _Acting(RegisterForm):
    capability = Capability.WORK_IN_PLAN

    def said(self, asked: Asked) -> dict[str, Any]:
        return {
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
            "reason": asked.reason,
        }

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("plan-upward"), _("Reports to the level above"))]


class AskUpward(_Acting):
    form_class = UpwardForm
    title = gettext_lazy("Enter a report owed")
    lead = gettext_lazy("The reporting body gets a term that ends with the day.")
    submit = gettext_lazy("Enter it")

    def form_arguments(self) -> dict[str, Any]:
        scope = scope_of(self.request)
        steers = scope.may(Capability.STEER_PLAN)
        all_bodies = registers.bodies_found(scope, "")
        signed = evaluations(scope).filter(state=EvaluationState.SIGNED.value)
        return {
            "choices": {
                "notice": [(str(n.pk), n.number or n.title) for n in notices(scope)[:50]],
                "reporter": [
                    (str(b.pk), str(b)) for b in (all_bodies if steers else own_bodies(scope))
                ],
                "to_body": [(str(b.pk), str(b)) for b in all_bodies],
                "evaluation": [(str(e.pk), e.title) for e in signed],
            }
        }

    def initial(self) -> dict[str, Any]:
        own = next(iter(own_bodies(scope_of(self.request))), None)
        return {"reporter": str(own.pk) if own is not None else ""}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        new = NewUpward(
            notice=uuid.UUID(values["notice"]),
            reporter=uuid.UUID(values["reporter"]),
            to_body=uuid.UUID(values["to_body"]) if values["to_body"] else None,
            to_name=values["to_name"],
            evaluation=uuid.UUID(values["evaluation"]) if values["evaluation"] else None,
            title=values["title"],
            basis=values["basis"],
            due_on=values["due_on"],
        )
        made = ask_upward(new, **self.said(asked))
        return reverse("plan-upward-report", args=[made["id"]])

    def back(self) -> str:
        return reverse("plan-upward")


class _OfReport(_Acting):
    def current(self) -> UpwardReport:
        return report_of(scope_of(self.request), self.kwargs["pk"])

    def back(self) -> str:
        return reverse("plan-upward-report", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [*super().crumbs(), (self.back(), str(self.current()))]

    def version(self, asked: Asked) -> dict[str, Any]:
        return self.said(asked) | {"expected_version": asked.expected_version}


class SendUpward(_OfReport):
    form_class = SendingForm
    title = gettext_lazy("Enter the sending")
    lead = gettext_lazy(
        "The program sends nothing by itself: enter how it left. The paper is kept as it left."
    )
    submit = gettext_lazy("Enter it")

    def initial(self) -> dict[str, Any]:
        paper = self.current().evaluation
        number = paper.document_number if paper is not None else ""
        return {"sent_on": clock.today(), "document_number": number}

    def perform(self, asked: Asked) -> str:
        new = NewSending(**asked.values, mark=demonstration_mark())
        send_upward(self.kwargs["pk"], new, **self.version(asked))
        return self.back()


class ReceiveUpward(_OfReport):
    form_class = ReceiptForm
    title = gettext_lazy("Enter the receipt")
    lead = gettext_lazy("Number, day, who signed for it, and the file: then it is received.")
    submit = gettext_lazy("Enter it")

    def initial(self) -> dict[str, Any]:
        return {"received_on": clock.today()}

    def form_arguments(self) -> dict[str, Any]:
        return {"files": self.request.FILES} if self.request.method == "POST" else {}

    def perform(self, asked: Asked) -> str:
        values = dict(asked.values)
        file: UploadedFile = values.pop("file")
        kept = keep_file(file.read(MOST_BYTES + 1), file.name or "")
        receive_upward(self.kwargs["pk"], Receipt(**values, file=kept), **self.version(asked))
        return self.back()


class ReturnUpward(_OfReport):
    form_class = ReturnForm
    title = gettext_lazy("Returned for correction")
    lead = gettext_lazy("The reporting body reads the reason and gets a term to send it again.")
    submit = gettext_lazy("Return")

    def initial(self) -> dict[str, Any]:
        return {"returned_on": clock.today()}

    def perform(self, asked: Asked) -> str:
        return_upward(self.kwargs["pk"], asked.values["returned_on"], **self.version(asked))
        return self.back()


class WithdrawUpward(_OfReport):
    capability = Capability.STEER_PLAN
    form_class = UpwardWithdrawForm
    title = gettext_lazy("Withdraw the report")
    lead = gettext_lazy("Its term ends; it stays on record with your reason and is not counted.")
    submit = gettext_lazy("Withdraw")

    def perform(self, asked: Asked) -> str:
        withdraw_upward(self.kwargs["pk"], **self.version(asked))
        return self.back()
