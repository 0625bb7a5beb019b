"""A successor of the demonstration notice, and what the plan office does with both."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.plan.actions.carrying.closing import close_carry_over
from anlan.plan.actions.carrying.deciding import NewDecision, decide_item, decide_many
from anlan.plan.actions.carrying.opening import open_carry_over
from anlan.plan.actions.demonstration_loop import contact_of
from anlan.plan.actions.importing import NoticeText, import_notice
from anlan.plan.actions.loop.reporting import return_report
from anlan.plan.choices import NoticeSource
from anlan.plan.models import CarriedItem, CarryOver, Notice, PlanItem
from anlan.plan.queries.carrying import Overview, carry_over_at, in_review
from anlan.plan.queries.items import edition_of
from anlan.plan.queries.reading import parsed_edition
from anlan.plan.rules.carry_over.decision import Decision
from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.render import render
from anlan.plan.rules.notice.values import Clause, DocumentHead, ParsedNotice
from anlan.registers.models import Body
from anlan.registers.rules.scope import PROGRAM

LOADER = Actor(account="program:test", scope=PROGRAM)
ENDED = NewDecision(decision=Decision.ENDED, document="演示〔2026〕5号")


@dataclass
class Carrying:
    """Acts of the plan office, short; every act has a request id of its own."""

    actor_as: Callable[[str], Any]
    ids: Callable[[], str]
    now: dt.datetime

    def by(self, login: str = "bureau", **more: Any) -> dict[str, Any]:
        said = {"actor": self.actor_as(login), "now": self.now, "request_id": self.ids()}
        return said | more

    @property
    def old(self) -> Notice:
        return Notice.objects.get(number="运政办函〔2023〕9号")

    @property
    def new(self) -> Notice:
        return Notice.objects.get(number="演示〔2026〕15号")

    def body(self, code: str) -> Body:
        return Body.objects.get(code=code)

    def clauses(self, *keys: str) -> list[Clause]:
        found = {one.id: one for one in parsed_edition(edition_of(self.old)).clauses}
        return [found[key] for key in keys]

    def load(
        self,
        clauses: list[Clause],
        *,
        number: str = "演示〔2026〕15号",
        day: dt.date | None = dt.date(2026, 3, 1),
        is_draft: bool = False,
    ) -> Notice:
        head = DocumentHead(
            title="演示市“十五五”应急管理规划实施细则", number=number, issuer="演示市", date=day
        )
        text = render(ParsedNotice(document=head, clauses=tuple(clauses)))
        made = import_notice(
            NoticeText(
                parsed=parse(text),
                text=text,
                source_kind=NoticeSource.FILE,
                is_draft=is_draft,
            ),
            actor=LOADER,
            now=self.now,
            request_id=self.ids(),
        )
        return Notice.objects.get(pk=made["notice"])

    def opened(self, login: str = "bureau") -> CarryOver:
        made = open_carry_over(
            self.old.pk, self.new.pk, **self.by(login, reason="演示：规划期满，转入下一期")
        )
        return CarryOver.objects.get(pk=made["id"])

    def row(self, key: str) -> CarriedItem:
        return CarriedItem.objects.select_related("item", "carry_over").get(item__key=key)

    def target(self, key: str) -> PlanItem:
        return PlanItem.objects.get(notice=self.new, key=key)

    def decide(self, key: str, new: NewDecision, login: str = "bureau", **more: Any) -> Any:
        row = self.row(key)
        version = more.pop("expected_version", row.version)
        reason = more.pop("reason", "演示：承接")
        return decide_item(
            row.pk, new, expected_version=version, **self.by(login, reason=reason, **more)
        )

    def carried(self, key: str, target: str, **more: Any) -> Any:
        new = NewDecision(decision=Decision.CARRIED, target=self.target(target).pk, **more)
        return self.decide(key, new)

    def end_the_rest(self) -> None:
        rows = list(CarriedItem.objects.filter(decision="").values_list("pk", "version"))
        pair = CarryOver.objects.get()
        decide_many(pair.pk, rows, ENDED, **self.by(reason="演示：不再实施"))
        self.settle_reports()

    def seen(self) -> Overview:
        pair = CarryOver.objects.get()
        return carry_over_at(pair, self.now, clock.today())

    def settle_reports(self) -> None:
        """Their reviewers return what is under review."""
        for row in in_review().select_related("reviewer"):
            said = self.by(reason="演示：请补充") | {"actor": contact_of(row.reviewer.code)}
            return_report(row.pk, expected_version=row.version, **said)

    def close(self, login: str = "bureau") -> dict[str, Any]:
        pair = CarryOver.objects.get()
        return close_carry_over(pair.pk, expected_version=pair.version, **self.by(login))


def led_by(one: Clause, *units: str) -> Clause:
    return replace(one, lead_units=units, support_units=())


@pytest.fixture
def carrying(actor_as: Callable[[str], Any], request_ids: Callable[[], str]) -> Carrying:
    return Carrying(actor_as=actor_as, ids=request_ids, now=clock.now())


@pytest.fixture
def successor(carrying: Carrying) -> Notice:
    """It takes P3, T26 and T19 up under their headings; the water bureau is named no more."""
    water, villages, plans = carrying.clauses("P3", "T26", "T19")
    return carrying.load([led_by(water, "市水务局"), villages, plans])


@pytest.fixture
def pair(carrying: Carrying, successor: Notice) -> CarryOver:
    return carrying.opened()


@pytest.fixture
def nowhere() -> uuid.UUID:
    return uuid.uuid4()
