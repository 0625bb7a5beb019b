"""Invented life of the demonstration: an annual evaluation, opened and partly written."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.plan.actions.evaluating.editing import BlockText, edit_block
from anlan.plan.actions.evaluating.freezing import open_evaluation
from anlan.plan.models import Evaluation, Notice
from anlan.plan.rules.evaluation.facts import EvaluationKind
from anlan.registers.actions.demonstration import FILE, acting


def evaluating_scenes(profile: Profile) -> Iterator[Scene]:
    """Openings and edits, each one entry."""
    story = profile.table(FILE)
    acts = {"evaluation": _open, "evaluation_edit": _edit}
    for name, play in acts.items():
        for row in story.get(name, ()):
            yield Scene(key=row["key"], at=row["at"], play=partial(play, row))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {"actor": acting(row["by"]), "now": clock.now(), "request_id": row["key"]}


def _open(row: dict[str, Any]) -> None:
    notice = Notice.objects.order_by("issued_on").first()
    if notice is None:
        raise NotFound
    open_evaluation(notice.pk, EvaluationKind(row["kind"]), row["year"], **_said(row))


def _edit(row: dict[str, Any]) -> None:
    found = Evaluation.objects.filter(kind=row["kind"], year=row["year"]).first()
    if found is None:
        raise NotFound
    said = BlockText(block=row["block"], text=row["text"], evidence=tuple(row.get("evidence", ())))
    edit_block(found.pk, said, expected_version=0, **_said(row))
