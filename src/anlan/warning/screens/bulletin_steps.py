"""The steps of a bulletin, each a page that shows what it is about."""

from typing import Any, ClassVar

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, ReasonedForm
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm
from anlan.warning.actions.bulletins.drafting import (
    discard_bulletin,
    submit_bulletin,
    take_back_bulletin,
)
from anlan.warning.actions.bulletins.issuing import issue_bulletin
from anlan.warning.actions.bulletins.proposing import propose_bulletin, record_answer
from anlan.warning.actions.bulletins.reviewing import approve_bulletin, send_back_bulletin
from anlan.warning.actions.receiving import spoken
from anlan.warning.forms.bulletins import AnswerForm, ApproveForm, SendBackForm, StepForm
from anlan.warning.models import Bulletin
from anlan.warning.queries.bulletins import bulletin_url, reached_by, words_of
from anlan.warning.queries.calling import today_of
from anlan.warning.rules.bulletin.approval import approval_of
from anlan.warning.rules.bulletin.route import BulletinWay
from anlan.warning.rules.signal import Level
from anlan.warning.screens.bulletin_common import (
    areas_text,
    bulletin_badge,
    grounds,
    title_of,
)
from anlan.warning.screens.bulletins import DESK
from anlan.warning.screens.common import level_badge


class Step(KeptForm):
    """One step of the version that is shown."""

    capability = Capability.RECEIVE_WARNINGS
    form_class: ClassVar[type[ReasonedForm]] = StepForm
    template_name = "warning/bulletin_step.html"
    act: ClassVar[Any]

    def current(self) -> Bulletin:
        row: Bulletin = self.one(Bulletin, pk=self.kwargs["pk"])
        return row

    def more(self, asked: Asked) -> dict[str, Any]:
        """What the action is told beyond the version."""
        return {}

    def perform(self, asked: Asked) -> str:
        act = type(self).act
        result = act(
            self.kwargs["pk"],
            expected_version=asked.expected_version,
            **self.more(asked),
            **self.told(asked),
        )
        self.tell(result)
        return self.back()

    def tell(self, result: dict[str, Any]) -> None:
        """What is said besides that it is done."""

    def back(self) -> str:
        return bulletin_url(self.kwargs["pk"])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [(reverse("warning-desk"), DESK), (self.back(), title_of(row))]

    def more_context(self) -> dict[str, Any]:
        row, now = self.current(), clock.now()
        return grounds(row, now) | {
            "row": row,
            "level": level_badge(row),
            "state": bulletin_badge(row),
            "areas": areas_text(row),
            "words": words_of(row, now),
            "reached": reached_by(row, today_of(now)),
            "is_proposal": row.way == BulletinWay.PROPOSE,
        }


class Submit(Step):
    title = _("Submit for approval")
    submit = _("Submit for approval")
    done = _("It waits for approval now. You can take it back until it is issued.")
    act = submit_bulletin


class TakeBack(Step):
    title = _("Take it back")
    lead = _("It becomes a draft again; an approval is void. Nothing left the house.")
    submit = _("Take back")
    done = _("It is a draft again.")
    act = take_back_bulletin


class Discard(Step):
    title = _("Discard the draft")
    lead = _("It is laid aside and stays readable.")
    submit = _("Discard")
    done = _("It is laid aside.")
    act = discard_bulletin


class Approve(Step):
    form_class = ApproveForm
    title = _("Approve")
    lead = _("You approve the version below and no other.")
    submit = _("Approve")
    done = _("Approved. It can be issued now.")
    act = approve_bulletin

    def initial(self) -> dict[str, Any]:
        return {"signer": approval_of(Level(self.current().level)).known().signer}

    def more(self, asked: Asked) -> dict[str, Any]:
        return {"signer": asked.values["signer"]}


class SendBack(Step):
    form_class = SendBackForm
    title = _("Send back")
    lead = _("The writer reads why, changes it and submits it again.")
    submit = _("Send back")
    done = _("Sent back with your reason.")
    act = send_back_bulletin


class Issue(Step):
    title = _("Issue the bulletin")
    lead = _(
        "It becomes a warning in force, and its people can be called. Release to the public goes "
        "through the national warning platform by its owner."
    )
    submit = _("Issue it now")
    done = _("Issued. Begin to call those who must know.")
    act = issue_bulletin

    def tell(self, result: dict[str, Any]) -> None:
        for note in result["notes"]:
            messages.info(self.request, spoken(note))


class Propose(Step):
    title = _("Send to the owner")
    lead = _("A proposal is no warning: nobody is called before the owner issues it.")
    submit = _("Send it")
    done = _("The proposal is on its way. Record the answer when it comes.")
    act = propose_bulletin

    def tell(self, result: dict[str, Any]) -> None:
        if not result["is_told"]:
            said = gettext(
                "The owner is no body of the register: carry the text to it and record when."
            )
            messages.warning(self.request, said)


class Answer(Step):
    form_class = AnswerForm
    title = _("Record the answer of the owner")
    submit = _("Record it")
    done = _("The answer is recorded.")
    act = record_answer

    def more(self, asked: Asked) -> dict[str, Any]:
        is_adopted = asked.values["outcome"] == "adopted"
        return {"is_adopted": is_adopted, "answer": asked.values["answer"]}
