"""Invented life of the demonstration: visits, problems found there, effects said and proven."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.plan.actions.inspecting import (
    NewInspection,
    NewProblem,
    add_problem,
    decide_effect,
    record_inspection,
    report_effect,
)
from anlan.plan.actions.loop.evidence import KeptFile, keep_file
from anlan.plan.models import Inspection, Notice, Problem
from anlan.registers import queries as registers
from anlan.registers.actions.demonstration import FILE, acting


def inspecting_scenes(profile: Profile) -> Iterator[Scene]:
    """Visits, problems, effects and decisions, each one entry."""
    story = profile.table(FILE)
    acts = {
        "inspection": _visit,
        "inspection_problem": _problem,
        "problem_effect": _effect,
        "problem_decision": _decide,
    }
    for name, play in acts.items():
        for row in story.get(name, ()):
            yield Scene(key=row["key"], at=row["at"], play=partial(play, row))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {"actor": acting(row["by"]), "now": clock.now(), "request_id": row["key"]}


def _visit(row: dict[str, Any]) -> None:
    notice, body = (
        Notice.objects.order_by("issued_on").first(),
        registers.body_ids().get(row["body"]),
    )
    if notice is None or body is None:
        raise NotFound
    new = NewInspection(
        notice=notice.pk,
        body=body,
        inspected_on=row["on"],
        place=row["place"],
        inspectors=row["inspectors"],
        summary=row["summary"],
        looked_at=tuple(row["items"]),
    )
    record_inspection(new, files=(_file("现场检查记录.txt", row["summary"]),), **_said(row))


def _problem(row: dict[str, Any]) -> None:
    visit = Inspection.objects.filter(place=row["place"]).first()
    if visit is None:
        raise NotFound
    new = NewProblem(
        inspection=visit.pk,
        text=row["text"],
        measure=row["measure"],
        due_on=row["due_on"],
        item_key=row["item"],
    )
    add_problem(new, **_said(row))


def _effect(row: dict[str, Any]) -> None:
    found = _found(row)
    report_effect(
        found.pk,
        row["effect"],
        row["on"],
        files=(_file("整改佐证.txt", row["effect"]),),
        expected_version=found.version,
        **_said(row),
    )


def _decide(row: dict[str, Any]) -> None:
    found = _found(row)
    decide_effect(
        found.pk,
        is_proven=row["proven"],
        reason=row["word"],
        expected_version=found.version,
        **_said(row),
    )


def _found(row: dict[str, Any]) -> Problem:
    found: Problem | None = Problem.objects.filter(text=row["text"]).first()
    if found is None:
        raise NotFound
    return found


def _file(name: str, text: str) -> KeptFile:
    return keep_file(f"演示数据·非真实\n{text}\n".encode(), name)
