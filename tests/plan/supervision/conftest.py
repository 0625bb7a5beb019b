"""A missed deliverable of the water bureau, and short names for what people and time do to it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.models import Due
from anlan.plan.actions.loop.deliverables import NewDeliverable, add_deliverable
from anlan.plan.actions.supervision import climbing
from anlan.plan.actions.supervision.issuing import Signing, sign_slip
from anlan.plan.models import Deliverable, Notice, PlanItem, SupervisionOrder, SupervisionSlip
from anlan.registers.models import Body
from anlan.registers.rules.scope import PROGRAM


@dataclass
class Desk:
    """Time stands at `now`; `later(days=…)` moves it. Every act has a request id of its own."""

    actor_as: Callable[[str], Any]
    ids: Callable[[], str]
    now: dt.datetime
    matter: Deliverable

    def by(self, login: str, request_id: str = "") -> dict[str, Any]:
        actor = self.actor_as(login)
        return {"actor": actor, "now": self.now, "request_id": request_id or self.ids()}

    def later(self, **span: float) -> "Desk":
        return replace(self, now=self.now + dt.timedelta(**span))

    def sweep(self) -> int:
        return climbing.supervise(self.now)

    @property
    def order(self) -> SupervisionOrder:
        return SupervisionOrder.objects.get(matter=self.matter.due_id)

    @property
    def slip(self) -> SupervisionSlip:
        found = list(SupervisionSlip.objects.filter(order=self.order).select_related("due"))
        return max(found, key=lambda slip: slip.prepared_at)

    def sign(self, number: str = "运规督〔2026〕1号", by: str = "bureau") -> SupervisionSlip:
        slip = self.slip
        signing = Signing(requirement=slip.requirement, number=number)
        sign_slip(slip.pk, signing, expected_version=slip.version, **self.by(by))
        return self.slip

    def due(self) -> Due:
        due = self.slip.due
        assert due is not None
        return due

    def climb_to_blue(self) -> "Desk":
        self.sweep()
        blue = self.later(days=20)
        blue.sweep()
        return blue


PROGRAM_ACTOR = Actor(account="program:test", scope=PROGRAM)


@pytest.fixture
def desk(actor_as: Callable[[str], Any], request_ids: Callable[[], str]) -> Desk:
    now = clock.now()
    item = PlanItem.objects.get(key="P3", notice=Notice.objects.latest("issued_on"))
    body = Body.objects.get(code="water")
    due_on = clock.today() + dt.timedelta(days=7)
    new = NewDeliverable(item=item.pk, text="堤防加固完工报告", body=body.pk, due_on=due_on)
    made = add_deliverable(new, actor=actor_as("bureau"), now=now, request_id=request_ids())
    row = Deliverable.objects.get(pk=made["id"])
    made_desk = Desk(actor_as=actor_as, ids=request_ids, now=now, matter=row)
    return made_desk.later(days=9)
