"""Writing one block of a draft, beside the generated text and its evidence."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from anlan.base.errors import Conflict, NotFound
from anlan.base.identity import new_id
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, Difference, ReasonedForm, RegisterForm
from anlan.plan.actions.evaluating.editing import BlockText, edit_block, take_generated
from anlan.plan.forms.evaluation import EditForm, PlainForm
from anlan.plan.models import EvaluationEdit
from anlan.plan.queries.evaluation.draft import Draft, draft_of
from anlan.plan.rules.evaluation.text import ShownBlock
from anlan.plan.screens.evaluation.common import crumbs_of, row_of
from anlan.plan.screens.evaluation.register import stated
from anlan.registers.rules.scope import Capability


class _BlockAct(RegisterForm):
    capability = Capability.STEER_PLAN

    def draft(self) -> Draft:
        if not hasattr(self, "_draft"):
            self._draft = draft_of(row_of(self.request, self.kwargs["pk"]))
        return self._draft

    def shown(self) -> ShownBlock:
        found = self.draft().block(self.kwargs["block"])
        if not found.block.is_editable:
            raise NotFound
        return found

    def current(self) -> EvaluationEdit | None:
        self.shown()
        return self.draft().edits.get(self.kwargs["block"])

    def back(self) -> str:
        key, block = self.kwargs["pk"], self.kwargs["block"]
        return f"{reverse('plan-evaluation', args=[key])}?block={block}#b-{block}"

    def crumbs(self) -> list[tuple[str, Text]]:
        return crumbs_of(self.draft().evaluation)

    def said(self, asked: Asked) -> dict[str, Any]:
        return {**stated(self, asked), "expected_version": asked.expected_version}


class EditBlock(_BlockAct):
    form_class = EditForm
    template_name = "plan/evaluation/edit.html"
    title = gettext_lazy("Edit this part")
    lead = gettext_lazy(
        "What you write stays when the figures are frozen anew; where the text beneath changes, "
        "both are shown."
    )
    done = gettext_lazy("Saved. The findings were made anew.")

    def form_arguments(self) -> dict[str, Any]:
        figures = self.draft().facts.figures.values()
        return {"figures": [(f.key, f"{f.label}：{f.shown}") for f in figures]}

    def initial(self) -> dict[str, Any]:
        edit = self.current()
        if edit is not None:
            return {"text": edit.text, "evidence": edit.evidence}
        shown = self.shown()
        return {"text": "" if shown.block.kind == "own" else shown.block.text}

    def perform(self, asked: Asked) -> str:
        said = BlockText(
            block=self.kwargs["block"],
            text=asked.values["text"],
            evidence=tuple(asked.values["evidence"]),
        )
        edit_block(self.kwargs["pk"], said, **self.said(asked))
        return self.back()

    def more_context(self) -> dict[str, Any]:
        shown, draft = self.shown(), self.draft()
        return {
            "shown": shown,
            "figures": [draft.facts.figures[key] for key in shown.figures],
            "evaluation": draft.evaluation,
            "edition": draft.edition,
        }

    def _conflict(self, form: ReasonedForm, conflict: Conflict) -> HttpResponse:
        """Also when somebody else wrote the block first, or took the edit back meanwhile."""
        del self._draft
        edit = self.current()
        again = form.data.copy()
        again["request_id"] = new_id().hex
        again["expected_version"] = str(edit.version if edit is not None else 0)
        difference = Difference(
            label=str(form.fields["text"].label),
            saved=edit.text if edit is not None else self.shown().block.text,
            typed=str(form.cleaned_data["text"]),
        )
        kept = self.form_class(again, **self.form_arguments())
        more = {"conflict": conflict, "differences": [difference]}
        return self._page(kept, status=conflict.status, **more)


class TakeGenerated(_BlockAct):
    form_class = PlainForm
    title = gettext_lazy("Take the generated text")
    lead = gettext_lazy("What was written here is dropped from the draft; the journal keeps it.")
    submit = gettext_lazy("Take it")

    def current(self) -> EvaluationEdit:
        found = super().current()
        if found is None:
            raise NotFound
        return found

    def perform(self, asked: Asked) -> str:
        take_generated(self.kwargs["pk"], self.kwargs["block"], **self.said(asked))
        return self.back()
