"""Invented life of the working loop: break-downs, signatures, reports, coordination, through the
public actions. `by` is a sign-in, or `body:<code>` for the invented contact of a body."""

import json
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.errors import NotFound
from anlan.base.models import JournalEntry
from anlan.base.parts import Scene
from anlan.plan.actions.loop.breaking_down import (
    NewBreakdown,
    Target,
    assign,
    refuse,
    sign,
)
from anlan.plan.actions.loop.coordinating import (
    NewObstacle,
    escalate_obstacle,
    raise_obstacle,
    reply_to_obstacle,
    settle_obstacle,
)
from anlan.plan.actions.loop.deliverables import derive_deliverables, set_day
from anlan.plan.actions.loop.evidence import keep_file
from anlan.plan.actions.loop.figures import NewTable, UnitFigure, set_control_table
from anlan.plan.actions.loop.handling import decide_handling, set_plan_start
from anlan.plan.actions.loop.reporting import (
    ReportText,
    accept_report,
    return_report,
    save_report,
    write_report,
)
from anlan.plan.models import (
    Assignment,
    ControlTable,
    Deliverable,
    Notice,
    Obstacle,
    PlanItem,
    ProgressReport,
)
from anlan.plan.rules.loop.control_figures import Nature
from anlan.plan.rules.loop.handling import Handling
from anlan.registers import queries as registers
from anlan.registers.actions.demonstration import acting
from anlan.registers.models import Body, Post, Tenure
from anlan.registers.rules.scope import HeldPost, Role, scope_of

Row = dict[str, Any]


def loop_scenes(story: Row) -> Iterator[Scene]:
    """Every row of the tables below is one act."""
    acts: dict[str, Callable[[Row], Any]] = {
        "plan_start": _start,
        "derivation": _derive,
        "handling": _handle,
        "breakdown": _break_down,
        "signature": _sign,
        "refusal": _refuse,
        "control_table": _control,
        "deliverable_day": _day,
        "report": _report,
        "rewrite": _rewrite,
        "review": _review,
        "obstacle": _raise,
        "obstacle_reply": _reply,
        "obstacle_end": _settle,
        "obstacle_escalation": _escalate,
    }
    for table, act in acts.items():
        for row in story.get(table, ()):
            yield Scene(key=row["key"], at=row["at"], play=partial(act, row))


def contact_of(code: str) -> Actor:
    """The invented contact of a body on the day of the clock; has no sign-in of its own."""
    body = Body.objects.select_related("unit").get(code=code)
    day = clock.today()
    tenures = Tenure.objects.filter(post__body=body).select_related("post")
    posts = [
        HeldPost(
            role=Role(tenure.post.role),
            body=body.code,
            unit=body.unit.code,
            held_from=tenure.held_from,
            held_until=tenure.held_until,
            key=str(tenure.post_id),
        )
        for tenure in tenures
    ]
    scope = scope_of(posts, registers.unit_tree(), day)
    return Actor(account=f"demonstration:{code}", body=body.code, unit=body.unit.code, scope=scope)


def _who(row: Row) -> Actor:
    kind, _joint, code = row["by"].partition(":")
    return contact_of(code) if kind == "body" else acting(row["by"])


def _said(row: Row) -> dict[str, Any]:
    return {"actor": _who(row), "now": clock.now(), "request_id": row["key"]}


def _item(row: Row) -> PlanItem:
    found = PlanItem.objects.filter(key=row["item"], is_dropped=False).first()
    if found is None:
        raise NotFound
    return found


def made_by(key: str) -> uuid.UUID:
    """The record that an earlier scene made."""
    entry = JournalEntry.objects.get(request_id=key)
    return uuid.UUID(json.loads(entry.content)["result"]["id"])


def _start(row: Row) -> None:
    set_plan_start(row["live_from"], **_said(row), reason=row["reason"])


def _derive(row: Row) -> None:
    notice = Notice.objects.filter(number=row["notice"]).first()
    if notice is None:
        raise NotFound
    derive_deliverables(notice.pk, **_said(row))


def _handle(row: Row) -> None:
    decide_handling(
        _item(row).pk,
        Handling(row["decided"]),
        expected_version=0,
        **_said(row),
        reason=row["reason"],
    )


def _break_down(row: Row) -> None:
    if row.get("units"):
        wanted = set(row["units"])
        every = wanted == {"*"}
        targets = tuple(
            Target(unit=unit.pk)
            for unit in registers.reporting_units()
            if every or unit.code in wanted
        )
    elif row.get("post"):
        post = Post.objects.get(body__code=row["bodies"][0], title=row["post"])
        targets = (Target(post=post.pk),)
    else:
        targets = tuple(Target(body=Body.objects.get(code=code).pk) for code in row["bodies"])
    assign(
        NewBreakdown(
            item=_item(row).pk,
            targets=targets,
            asked=row["asked"],
            measure=row.get("measure", ""),
            due_on=row.get("due_on"),
            above=_assignment(row["above"]).pk if row.get("above") else None,
            replaces=_assignment(row["replaces"]).pk if row.get("replaces") else None,
        ),
        **_said(row),
        reason=row["reason"],
    )


def _assignment(name: str) -> Assignment:
    """`I1/141024` or `P3/water` or `P3/water/规划联络员`: the newest of them."""
    key, whom, *post = name.split("/")
    units = {unit.code for unit in registers.reporting_units()}
    rows = Assignment.objects.filter(item__key=key).order_by("-assigned_at", "-id")
    if post:
        rows = rows.filter(post__body__code=whom, post__title=post[0])
    elif whom in units:
        rows = rows.filter(unit__code=whom, body=None)
    else:
        rows = rows.filter(body__code=whom, post=None, person=None)
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def _sign(row: Row) -> None:
    found = _assignment(row["assignment"])
    sign(found.pk, expected_version=found.version, **_said(row))


def _refuse(row: Row) -> None:
    found = _assignment(row["assignment"])
    refuse(found.pk, expected_version=found.version, **_said(row), reason=row["reason"])


def _control(row: Row) -> None:
    item = _item(row)
    known = ControlTable.objects.filter(item=item, year=row["year"]).first()
    papers = row.get("papers", "")
    set_control_table(
        NewTable(
            item=item.pk,
            year=row["year"],
            nature=Nature(row["nature"]),
            city_value=Decimal(str(row["city"])),
            figures={
                code: UnitFigure(
                    value=Decimal(str(value)),
                    paper_number=papers.format(number=number) if papers else "",
                )
                for number, (code, value) in enumerate(row["figures"].items(), start=1)
            },
            document_number=row["number"],
            issued_on=row["issued_on"],
        ),
        expected_version=known.version if known else 0,
        **_said(row),
        reason=row["reason"],
    )


def _day(row: Row) -> None:
    found = Deliverable.objects.filter(item=_item(row), text=row["deliverable"]).first()
    if found is None:
        raise NotFound
    set_day(
        found.pk,
        row["due_on"],
        expected_version=found.version,
        **_said(row),
        reason=row["reason"],
    )


def _text(row: Row, item: PlanItem) -> ReportText:
    deliverable = None
    if row.get("deliverable"):
        found = Deliverable.objects.filter(item=item, text=row["deliverable"]).first()
        if found is None:
            raise NotFound
        deliverable = found.pk
    return ReportText(
        text=row["text"],
        done_on=row["done_on"],
        is_final=row.get("is_final", False),
        document_number=row.get("number", ""),
        deliverable=deliverable,
        assignment=_assignment(row["assignment"]).pk if row.get("assignment") else None,
    )


def _files(row: Row) -> dict[str, Any]:
    files = row.get("evidence", ())
    return {"files": tuple(keep_file(one["text"].encode(), one["name"]) for one in files)}


def _report(row: Row) -> None:
    item = _item(row)
    write_report(
        item.pk,
        Body.objects.get(code=row["body"]).pk,
        _text(row, item),
        **_files(row),
        submit=row.get("submit", True),
        **_said(row),
    )


def _rewrite(row: Row) -> None:
    found = ProgressReport.objects.select_related("item").get(pk=made_by(row["report"]))
    save_report(
        found.pk,
        _text(row, found.item),
        **_files(row),
        submit=True,
        expected_version=found.version,
        **_said(row),
    )


def _review(row: Row) -> None:
    found = ProgressReport.objects.get(pk=made_by(row["report"]))
    act = accept_report if row["accepted"] else return_report
    act(found.pk, expected_version=found.version, **_said(row), reason=row["reason"])


def _raise(row: Row) -> None:
    raise_obstacle(
        NewObstacle(
            item=_item(row).pk,
            body=Body.objects.get(code=row["body"]).pk,
            addressee=Body.objects.get(code=row["to"]).pk,
            text=row["text"],
            asked=row["asked"],
        ),
        **_said(row),
    )


def _obstacle(row: Row) -> dict[str, Any]:
    found = Obstacle.objects.get(pk=made_by(row["obstacle"]))
    return {"key": found.pk, "expected_version": found.version, **_said(row)}


def _reply(row: Row) -> None:
    reply_to_obstacle(text=row["text"], **_obstacle(row))


def _settle(row: Row) -> None:
    settle_obstacle(**_obstacle(row), reason=row["reason"])


def _escalate(row: Row) -> None:
    escalate_obstacle(**_obstacle(row), reason=row["reason"])
