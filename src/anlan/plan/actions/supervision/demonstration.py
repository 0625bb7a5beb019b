"""Invented life of supervision: who heads whom, who issues, what was missed, how it ended."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.models import Due
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.base.upkeep import create
from anlan.plan.actions.demonstration_loop import Row, contact_of, made_by
from anlan.plan.actions.supervision import common
from anlan.plan.actions.supervision.answering import (
    accept_reply,
    appeal,
    decide_appeal,
    reply_to_slip,
    return_reply,
)
from anlan.plan.actions.supervision.climbing import climb, open_order
from anlan.plan.actions.supervision.issuing import Signing, sign_slip
from anlan.plan.actions.supervision.settings import NewIssuer, designate_issuer
from anlan.plan.models import SupervisionOrder
from anlan.plan.queries.supervision.orders import last_slip
from anlan.plan.rules.supervision.ladder import SlipLevel
from anlan.registers.actions.demonstration import acting, asked_of, bring_phone_book
from anlan.registers.choices import Mark
from anlan.registers.models import Body, Post, ReportingLine
from anlan.registers.rules.invented import SOURCE

FILE: Final = "demonstration-supervision.toml"


def supervision_scenes(profile: Profile) -> Iterator[Scene]:
    """Every row of the tables below is one act; none in a profile without the file."""
    acts: dict[str, Callable[[Row], Any]] = {
        "heads": bring_phone_book,
        "reporting_line": _line,
        "issuer": _issuer,
        "order": _open,
        "climb": _climb,
        "sign": _sign,
        "reply": _reply,
        "accept": _accept,
        "return_reply": _return,
        "appeal": _appeal,
        "judge": _judge,
    }
    story = profile.table(FILE)
    for table, act in acts.items():
        for row in story.get(table, ()):
            yield Scene(key=row["key"], at=row["at"], play=partial(act, row))


def _line(row: Row) -> None:
    line = ReportingLine(
        body=Body.objects.get(code=row["body"]),
        head=_post(row["head"]),
        superior=_post(row["superior"]) if "superior" in row else None,
        valid_from=row["valid_from"],
        source=SOURCE,
        mark=Mark.INVENTED,
    )
    create(line, **asked_of(row))


def _post(name: str) -> Post:
    body, title = name.split("/")
    found: Post | None = Post.objects.filter(body__code=body, title=title).first()
    if found is None:
        raise NotFound
    return found


def _issuer(row: Row) -> None:
    new = NewIssuer(
        body=Body.objects.get(code=row["body"]).pk,
        highest=SlipLevel(row["highest"]),
        basis=row["basis"],
        valid_from=row["valid_from"],
    )
    designate_issuer(new, **asked_of(row))


def _open(row: Row) -> None:
    due = Due.objects.filter(
        title__startswith=row["matter"], state="running", **_of_unit(row)
    ).first()
    if due is None:
        raise NotFound
    open_order(
        due.pk,
        actor=common.PROGRAM,
        now=clock.now(),
        request_id=row["key"],
        reason=row["reason"],
    )


def _of_unit(row: Row) -> dict[str, str]:
    return {"unit": row["unit"]} if "unit" in row else {}


def _climb(row: Row) -> None:
    climb(
        _order(row).pk,
        SlipLevel(row["level"]),
        actor=common.PROGRAM,
        now=clock.now(),
        request_id=row["key"],
    )


def _order(row: Row) -> SupervisionOrder:
    return SupervisionOrder.objects.get(pk=made_by(row["order"]))


def _said(row: Row) -> dict[str, Any]:
    """Key and version of the last paper of the order, who acts, and when."""
    slip = last_slip(_order(row))
    if slip is None:
        raise NotFound
    kind, _joint, code = row["by"].partition(":")
    return {
        "key": slip.pk,
        "expected_version": slip.version,
        "actor": contact_of(code) if kind == "body" else acting(row["by"]),
        "now": clock.now(),
        "request_id": row["key"],
    }


def _sign(row: Row) -> None:
    said = _said(row)
    slip = last_slip(_order(row))
    requirement = slip.requirement if slip is not None else ""
    signing = Signing(requirement=requirement, number=row["number"], signer=row["signer"])
    sign_slip(said.pop("key"), signing, **said)


def _reply(row: Row) -> None:
    reply_to_slip(text=row["text"], **_said(row))


def _accept(row: Row) -> None:
    accept_reply(**_said(row), reason=row["reason"])


def _return(row: Row) -> None:
    return_reply(**_said(row), reason=row["reason"])


def _appeal(row: Row) -> None:
    appeal(text=row["text"], **_said(row))


def _judge(row: Row) -> None:
    decide_appeal(upholds=row["upholds"], **_said(row), reason=row["reason"])
