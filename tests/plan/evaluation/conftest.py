"""The evaluation of the demonstration, and acts of people on it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from anlan.plan.actions.evaluating.editing import BlockText, edit_block
from anlan.plan.models import Evaluation, Notice
from anlan.plan.queries.evaluation.draft import Draft, draft_of
from anlan.plan.rules.evaluation.facts import EvaluationKind

LATER = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)


@dataclass
class Desk:
    """Short words for acts; every act has a request id of its own."""

    actor_as: Callable[[str], Any]
    ids: Callable[[], str]
    now: dt.datetime = LATER

    def by(self, login: str = "bureau", request_id: str = "") -> dict[str, Any]:
        return {
            "actor": self.actor_as(login),
            "now": self.now,
            "request_id": request_id or self.ids(),
        }

    def row(self) -> Evaluation:
        return Evaluation.objects.select_related("notice", "office").get(
            kind=EvaluationKind.ANNUAL.value
        )

    def draft(self) -> Draft:
        return draft_of(self.row())

    def notice(self) -> Notice:
        return Notice.objects.latest("issued_on")

    def write(
        self, block: str, text: str, *evidence: str, version: int = 0, by: str = "bureau"
    ) -> dict[str, Any]:
        said = BlockText(block=block, text=text, evidence=evidence)
        return edit_block(self.row().pk, said, expected_version=version, **self.by(by))


@pytest.fixture
def desk(actor_as: Callable[[str], Any], request_ids: Callable[[], str]) -> Desk:
    return Desk(actor_as=actor_as, ids=request_ids)
