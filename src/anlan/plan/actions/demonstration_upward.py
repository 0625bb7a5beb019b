"""Invented life of the demonstration: reports to the level above, sent and received."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.plan.actions.loop.evidence import keep_file
from anlan.plan.actions.upward.asking import NewUpward, ask_upward
from anlan.plan.actions.upward.sending import NewSending, send_upward
from anlan.plan.actions.upward.settling import Receipt, receive_upward, return_upward
from anlan.plan.models import Notice, UpwardReport
from anlan.registers import queries as registers
from anlan.registers.actions.demonstration import acting

FILE: Final = "demonstration-upward.toml"
MARK: Final = "演示数据·非真实"


def upward_scenes(profile: Profile) -> Iterator[Scene]:
    """Each act one entry."""
    if not (profile.folder / FILE).exists():
        return
    story = profile.table(FILE)
    acts = {"report": _ask, "sending": _send, "receipt": _receive, "return": _return}
    for name, play in acts.items():
        for row in story.get(name, ()):
            yield Scene(key=row["key"], at=row["at"], play=partial(play, row))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {"actor": acting(row["by"]), "now": clock.now(), "request_id": row["key"]}


def _ask(row: dict[str, Any]) -> None:
    notice, bodies = Notice.objects.order_by("issued_on").first(), registers.body_ids()
    if notice is None:
        raise NotFound
    new = NewUpward(
        notice=notice.pk,
        reporter=bodies[row["reporter"]],
        to_body=bodies[row["to_body"]] if "to_body" in row else None,
        to_name=row.get("to_name", ""),
        title=row["title"],
        basis=row["basis"],
        due_on=row["due_on"],
    )
    ask_upward(new, **_said(row))


def _send(row: dict[str, Any]) -> None:
    one = _one(row["title"])
    new = NewSending(
        document_number=row["number"],
        sent_on=row["on"],
        way=row["way"],
        handed_by=row["handed_by"],
        mark=MARK,
    )
    send_upward(one.pk, new, expected_version=one.version, **_said(row))


def _receive(row: dict[str, Any]) -> None:
    one = _one(row["title"])
    text = f"{MARK}\n收文回执 {row['number']} {row['received_by']} {row['on']}\n"
    receipt = Receipt(
        number=row["number"],
        received_on=row["on"],
        received_by=row["received_by"],
        file=keep_file(text.encode(), "收文回执.txt"),
    )
    receive_upward(one.pk, receipt, expected_version=one.version, **_said(row))


def _return(row: dict[str, Any]) -> None:
    one = _one(row["title"])
    return_upward(
        one.pk, row["on"], reason=row["word"], expected_version=one.version, **_said(row)
    )


def _one(title: str) -> UpwardReport:
    row: UpwardReport | None = UpwardReport.objects.filter(title=title).first()
    if row is None:
        raise NotFound
    return row
