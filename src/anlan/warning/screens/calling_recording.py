"""A call is recorded with few taps, and leads on to the next one that waits."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.errors import NotAllowed
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked
from anlan.registers.screens.keeping import KeptForm
from anlan.warning.actions.calling_record import Call, record_call
from anlan.warning.forms.calling import RecordCallForm
from anlan.warning.models import CallAddressee
from anlan.warning.queries.calling import to_be_telephoned
from anlan.warning.rules.ladder import Who
from anlan.warning.screens.calling_common import (
    board_url,
    place_text,
    present_step,
    record_url,
    state_badge,
)


class CallRecord(KeptForm):
    """One call, with few taps: number, outcome, what was promised."""

    form_class = RecordCallForm
    title = _("Record a call")
    submit = _("Record it")
    template_name = "warning/call_record.html"

    def addressee(self) -> CallAddressee:
        row: CallAddressee = self.one(CallAddressee, pk=self.kwargs["pk"])
        if not self.scope.may_keep_for(row.unit.code):
            raise NotAllowed
        return row

    def initial(self) -> dict[str, Any]:
        row = self.addressee()
        ladder = row.round.to_ladder()
        step = ladder.steps[row.step] if 0 <= row.step < len(ladder.steps) else None
        whom = Who.DEPUTY if step is not None and step.who is Who.DEPUTY else Who.SELF
        return {"whom": whom.value, "way": "phone", "at": clock.now(), "goes_on": True}

    def perform(self, asked: Asked) -> str:
        values = dict(asked.values)
        goes_on = values.pop("goes_on")
        record_call(self.addressee().pk, Call(**values), **self.told(asked))
        following = self._waiting().first() if goes_on else None
        return record_url(following) if following is not None else self.back()

    def _waiting(self) -> QuerySet[CallAddressee]:
        """Whoever else of the round somebody has to telephone, the most urgent first."""
        row = self.addressee()
        return to_be_telephoned(self.scope, row.round).exclude(pk=row.pk)

    def back(self) -> str:
        return board_url(self.addressee().round)

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.addressee()
        return [
            (reverse("call-round-list"), _("Call-and-confirm")),
            (board_url(row.round), str(row.round.warning)),
            (reverse("call-addressee", args=[row.pk]), row.person.name),
        ]

    def more_context(self) -> dict[str, Any]:
        row = self.addressee()
        return {
            "row": row,
            "state": state_badge(row),
            "place": place_text(row),
            "step": present_step(row, row.round.to_ladder()),
            "upper": row.upper.person if row.upper is not None else None,
            "waiting": self._waiting().count(),
        }
