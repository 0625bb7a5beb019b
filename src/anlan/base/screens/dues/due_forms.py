"""Answer, stop, set running, withdraw, set the day: one form and one action each."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.due import actions
from anlan.base.due.access import done_at, may_answer, may_steer
from anlan.base.errors import NotAllowed
from anlan.base.models import Due
from anlan.base.parts import DueAct
from anlan.base.screens.cells import Text
from anlan.base.screens.dues.common import READ, due_text, due_url, visible_due
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm


class AnswerForm(ReasonedForm):
    what = forms.CharField(
        label=gettext_lazy("what was done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One or two sentences; documents by their number."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].label = _("Remark")


class DayForm(ReasonedForm):
    on = forms.DateField(
        label=gettext_lazy("day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The term ends with this day, at 24:00."),
    )


class DueForm(RegisterForm):
    """What the five forms share."""

    capability = READ
    form_class = ReasonedForm
    template_name = "base/due/due_form.html"
    act: ClassVar[DueAct | None] = None

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form, or the page where the subject of the due does it."""
        page = self._done_at()
        if not page:
            return super().get(request, **kwargs)
        messages.info(request, _("It is done here, on the page of the work itself."))
        return redirect(page)

    def _done_at(self) -> str:
        return done_at(self.current(), self.act) if self.act is not None else ""

    def may(self, due: Due) -> bool:
        return may_steer(self.request.actor, due)  # type: ignore[attr-defined]

    def current(self) -> Due:
        due = visible_due(self.request, self.kwargs["pk"])
        if not self.may(due):
            raise NotAllowed
        return due

    def how(self, asked: Asked) -> dict[str, Any]:
        return {
            "expected_version": asked.expected_version,
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
            "reason": asked.reason,
        }

    def back(self) -> str:
        return due_url(self.current())

    def crumbs(self) -> list[tuple[str, Text]]:
        due = self.current()
        return [(reverse("my-work"), _("My work")), (due_url(due), due.title)]

    def more_context(self) -> dict[str, Any]:
        due = self.current()
        lead = f"{due.title} · {due_text(due) or _('no day yet')}"
        return {"lead": lead, "done_at": self._done_at()}


class DueAnswer(DueForm):
    form_class = AnswerForm
    act = "answer"
    title = gettext_lazy("Answer")
    submit = gettext_lazy("Answer")
    done = gettext_lazy("Answered, and entered in the journal.")

    def may(self, due: Due) -> bool:
        return may_answer(self.request.actor, due)  # type: ignore[attr-defined]

    def perform(self, asked: Asked) -> str:
        key = self.kwargs["pk"]
        actions.answer(key, what=asked.values["what"], **self.how(asked))
        return reverse("my-work")


class DuePauseForm(DueForm):
    title = gettext_lazy("Stop the clock")
    submit = gettext_lazy("Stop the clock")
    done = gettext_lazy("The clock stands still; what is left is kept.")

    def perform(self, asked: Asked) -> str:
        actions.pause(self.kwargs["pk"], **self.how(asked))
        return reverse("due", args=[self.kwargs["pk"]])


class DueResume(DueForm):
    title = gettext_lazy("Set the clock running")
    submit = gettext_lazy("Set running")
    done = gettext_lazy("The clock runs on with what was left.")

    def perform(self, asked: Asked) -> str:
        actions.resume(self.kwargs["pk"], **self.how(asked))
        return reverse("due", args=[self.kwargs["pk"]])


class DueWithdraw(DueForm):
    act = "withdraw"
    title = gettext_lazy("Withdraw")
    submit = gettext_lazy("Withdraw")
    done = gettext_lazy("Withdrawn, and entered in the journal.")

    def perform(self, asked: Asked) -> str:
        actions.withdraw(self.kwargs["pk"], **self.how(asked))
        return reverse("due", args=[self.kwargs["pk"]])


class DueDay(DueForm):
    form_class = DayForm
    act = "day"
    title = gettext_lazy("Set the day")
    submit = gettext_lazy("Set the day")

    def perform(self, asked: Asked) -> str:
        actions.set_day(self.kwargs["pk"], on=asked.values["on"], **self.how(asked))
        return reverse("due", args=[self.kwargs["pk"]])
