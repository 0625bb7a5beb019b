"""Acts on a notice: acknowledge, judge, end one that nobody watches any more."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import NotAllowed
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm
from anlan.warning.actions.acknowledging import acknowledge_notice, end_unwatched, judge_notice
from anlan.warning.forms.monitoring import AcknowledgeForm, EndNoticeForm, JudgeForm
from anlan.warning.models import MonitoringNotice
from anlan.warning.queries.monitoring import notice_url
from anlan.warning.queries.received import may_receive
from anlan.warning.screens.monitoring import TITLE


class OfNotice(KeptForm):
    capability: str = Capability.RECEIVE_WARNINGS

    def current(self) -> MonitoringNotice:
        row: MonitoringNotice = self.one(MonitoringNotice, pk=self.kwargs["pk"])
        if not may_receive(self.scope, row.datastream.station.unit.code):
            raise NotAllowed
        return row

    def back(self) -> str:
        return notice_url(self.kwargs["pk"])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("monitoring-notice-list"), TITLE), (self.back(), str(self.current()))]


class NoticeAcknowledge(OfNotice):
    form_class = AcknowledgeForm
    title = _("Acknowledge the notice")
    lead = _(
        "You have seen it. It stays open until the readings end it; a higher level asks anew."
    )
    submit = _("Acknowledge")

    def perform(self, asked: Asked) -> str:
        acknowledge_notice(
            self.kwargs["pk"],
            note=asked.reason,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()


class NoticeJudge(OfNotice):
    form_class = JudgeForm
    title = _("Judge the notice")
    lead = _("Was there an event behind it? Hits and false alarms are counted from this.")
    submit = _("Judge it")

    def perform(self, asked: Asked) -> str:
        judge_notice(
            self.kwargs["pk"],
            judged=asked.values["judged"],
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()


class NoticeEnd(OfNotice):
    form_class = EndNoticeForm
    title = _("End a notice that nobody watches")
    lead = _("Its rule or its datastream is out of use, so that no reading will ever end it.")
    submit = _("End it")

    def perform(self, asked: Asked) -> str:
        end_unwatched(
            self.kwargs["pk"], expected_version=asked.expected_version, **self.told(asked)
        )
        return self.back()
