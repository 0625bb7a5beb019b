"""Items, bodies and people of the demonstration city, for the working loop."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from anlan.base import clock
from anlan.plan.actions.loop.breaking_down import NewBreakdown, Target, assign, sign
from anlan.plan.models import Assignment, Notice, PlanItem
from anlan.registers.models import Body, ReportingUnit


@dataclass
class Loop:
    """Acts of people, short: `loop.assign(...)`; every act has a request id of its own."""

    actor_as: Callable[[str], Any]
    ids: Callable[[], str]
    now: dt.datetime

    def by(self, login: str, request_id: str = "") -> dict[str, Any]:
        return {
            "actor": self.actor_as(login),
            "now": self.now,
            "request_id": request_id or self.ids(),
        }

    def item(self, key: str) -> PlanItem:
        return PlanItem.objects.get(key=key, notice=Notice.objects.latest("issued_on"))

    def body(self, code: str) -> Body:
        return Body.objects.get(code=code)

    def unit(self, code: str) -> ReportingUnit:
        return ReportingUnit.objects.get(code=code)

    def assign(
        self, key: str, *targets: Target, by: str = "bureau", **more: Any
    ) -> list[Assignment]:
        new = NewBreakdown(
            item=self.item(key).pk, targets=targets, asked=more.pop("asked", "完成任务"), **more
        )
        made = assign(new, **self.by(by))
        return [Assignment.objects.get(pk=key) for key in made["ids"]]

    def signed(self, key: str, target: Target, *, by: str, **more: Any) -> Assignment:
        row = self.assign(key, target, **more)[0]
        sign(row.pk, expected_version=row.version, **self.by(by))
        row.refresh_from_db()
        return row

    def at(self, **later: float) -> "Loop":
        return Loop(actor_as=self.actor_as, ids=self.ids, now=self.now + dt.timedelta(**later))


@pytest.fixture
def loop(actor_as: Callable[[str], Any], request_ids: Callable[[], str]) -> Loop:
    return Loop(actor_as=actor_as, ids=request_ids, now=clock.now())


@pytest.fixture
def nowhere() -> uuid.UUID:
    return uuid.uuid4()
