"""The list of evaluations, and the acts on one: open, freeze anew, submit, return, sign."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.register_list import Action, RegisterList
from anlan.base.screens.sheets import demonstration_mark
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.evaluating.freezing import freeze_anew, open_evaluation
from anlan.plan.actions.evaluating.signing import (
    Signing,
    return_evaluation,
    sign_evaluation,
    submit_evaluation,
)
from anlan.plan.forms.evaluation import OpenForm, PlainForm, SignForm, WordForm
from anlan.plan.models import Evaluation
from anlan.plan.queries.items import notices
from anlan.plan.rules.evaluation.facts import EvaluationKind
from anlan.plan.screens.evaluation.common import (
    crumbs_of,
    evaluation_url,
    may_steer,
    row_of,
    state_badge,
)
from anlan.registers.rules.scope import Capability


class EvaluationList(RegisterList):
    model = Evaluation
    capability = Capability.READ_INTERNAL
    title = gettext_lazy("Evaluations")
    lead = gettext_lazy(
        "Annual monitoring analysis, mid-term and final evaluation: written by the figures, "
        "edited by people, checked line by line."
    )
    empty = gettext_lazy("No evaluation yet. The plan office opens the first one.")
    columns = (
        Column(
            name="title",
            label=gettext_lazy("title"),
            value=lambda r: r.title,
            link=evaluation_url,
            sort=("year", "kind"),
            is_title=True,
        ),
        Column(name="kind", label=gettext_lazy("kind"), value=lambda r: r.get_kind_display()),
        Column(name="state", label=gettext_lazy("state"), value=state_badge),
        Column(
            name="edition",
            label=gettext_lazy("frozen edition"),
            value=lambda r: r.edition,
            align="end",
        ),
        Column(
            name="number",
            label=gettext_lazy("document number"),
            value=lambda r: r.document_number,
        ),
        Column(name="signed", label=gettext_lazy("signed on"), value=lambda r: r.signed_on),
    )
    search_fields = ("title__icontains", "document_number__icontains")
    default_sort = "-title"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("notice")

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)

    def actions(self) -> Sequence[Action]:
        if not may_steer(self.request):
            return []
        new = reverse("plan-evaluation-new")
        return [Action(label=_("Open an evaluation"), url=new, icon="plus", is_primary=True)]


class OpenEvaluation(RegisterForm):
    capability = Capability.STEER_PLAN
    form_class = OpenForm
    title = gettext_lazy("Open an evaluation")
    lead = gettext_lazy(
        "All figures are frozen as they are known now; the draft is written over them."
    )
    submit = gettext_lazy("Freeze and open")
    done = gettext_lazy("The figures are frozen and the draft is open.")

    def form_arguments(self) -> dict[str, Any]:
        scope = scope_of(self.request)
        return {"notices": [(str(n.pk), n.number or n.title) for n in notices(scope)[:50]]}

    def initial(self) -> dict[str, Any]:
        return {"kind": EvaluationKind.ANNUAL.value, "year": clock.today().year - 1}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        made = open_evaluation(
            values["notice"],
            EvaluationKind(values["kind"]),
            values["year"],
            **stated(self, asked),
        )
        return reverse("plan-evaluation", args=[made["id"]])

    def back(self) -> str:
        return reverse("plan-evaluations")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(self.back(), _("Evaluations"))]


def stated(form: RegisterForm, asked: Asked) -> dict[str, Any]:
    """Actor, time, request and reason of an act."""
    return {
        "actor": form.request.actor,  # type: ignore[attr-defined]
        "now": asked.now,
        "request_id": asked.request_id,
        "reason": asked.reason,
    }


class _EvaluationAct(RegisterForm):
    capability = Capability.STEER_PLAN
    form_class = PlainForm

    def current(self) -> Evaluation:
        return row_of(self.request, self.kwargs["pk"])

    def said(self, asked: Asked) -> dict[str, Any]:
        return {**stated(self, asked), "expected_version": asked.expected_version}

    def back(self) -> str:
        return reverse("plan-evaluation", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return crumbs_of(self.current())


class FreezeAnew(_EvaluationAct):
    title = gettext_lazy("Freeze the figures anew")
    lead = gettext_lazy(
        "A further edition of the figures as they are known now. What people wrote stays; where "
        "the text beneath changed, both are shown."
    )
    submit = gettext_lazy("Freeze")
    done = gettext_lazy("Frozen anew. Look at the findings.")

    def perform(self, asked: Asked) -> str:
        freeze_anew(self.kwargs["pk"], **self.said(asked))
        return self.back()


class SubmitEvaluation(_EvaluationAct):
    title = gettext_lazy("Submit for signature")
    lead = gettext_lazy("The text is closed until it is returned or signed.")
    submit = gettext_lazy("Submit")
    done = gettext_lazy("Submitted.")

    def perform(self, asked: Asked) -> str:
        submit_evaluation(self.kwargs["pk"], **self.said(asked))
        return self.back()


class ReturnEvaluation(_EvaluationAct):
    form_class = WordForm
    title = gettext_lazy("Return the draft")
    lead = gettext_lazy("Say what is to be set right; the draft is open again.")
    submit = gettext_lazy("Return")
    done = gettext_lazy("Returned.")

    def perform(self, asked: Asked) -> str:
        return_evaluation(self.kwargs["pk"], **self.said(asked))
        return self.back()


class SignEvaluation(_EvaluationAct):
    form_class = SignForm
    title = gettext_lazy("Enter the signature")
    lead = gettext_lazy(
        "Number and day come from the register of papers. The paper gets its head, is kept as a "
        "file, and never changes."
    )
    submit = gettext_lazy("Sign")
    done = gettext_lazy("Signed; the paper is kept.")

    def initial(self) -> dict[str, Any]:
        return {"signed_on": clock.today()}

    def perform(self, asked: Asked) -> str:
        signing = Signing(
            number=asked.values["number"],
            signed_on=asked.values["signed_on"],
            mark=demonstration_mark(),
            base_url=self.request.build_absolute_uri("/").rstrip("/"),
        )
        sign_evaluation(self.kwargs["pk"], signing, **self.said(asked))
        return self.back()
