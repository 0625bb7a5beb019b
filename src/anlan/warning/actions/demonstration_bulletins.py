"""Invented bulletins of the demonstration: written, sent back, approved, issued, raised, ended."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from anlan.base import clock
from anlan.base.models import JournalEntry
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.base.upkeep import create
from anlan.registers.actions.demonstration import acting, found
from anlan.registers.models import Body, Region
from anlan.registers.rules.invented import MARK, SOURCE
from anlan.warning.actions.bulletins.drafting import (
    Draft,
    rewrite_bulletin,
    submit_bulletin,
    take_back_bulletin,
    write_bulletin,
)
from anlan.warning.actions.bulletins.issuing import issue_bulletin
from anlan.warning.actions.bulletins.proposing import propose_bulletin, record_answer
from anlan.warning.actions.bulletins.reviewing import approve_bulletin, send_back_bulletin
from anlan.warning.actions.receiving import Drawn
from anlan.warning.models import Bulletin, PublishingRight
from anlan.warning.rules.bulletin.outline_text import read_outlines

FILE: Final = "demonstration-bulletins.toml"
ACTS: Final[dict[str, Callable[..., Any]]] = {
    "submit": submit_bulletin,
    "take-back": take_back_bulletin,
    "approve": approve_bulletin,
    "send-back": send_back_bulletin,
    "issue": issue_bulletin,
    "propose": propose_bulletin,
    "answer": record_answer,
}
MORE: Final = {"approve": ("signer",), "answer": ("is_adopted", "answer")}
WORDS: Final = (
    *("hazard", "level", "change", "headline", "text", "instruction", "expires_at", "origin"),
    "owner",
)


def bulletin_scenes(profile: Profile) -> Iterator[Scene]:
    story = profile.table(FILE)
    for row in story["right"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_right, row))
    for row in story["bulletin"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_write, row))
    for row in story["step"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_step, row))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "actor": acting(row["by"]),
        "now": clock.now(),
        "request_id": row["key"],
        "reason": row.get("reason", SOURCE),
    }


def _right(row: dict[str, Any]) -> None:
    """A signer of the invented city."""
    right = PublishingRight(
        kind=row["kind"],
        bodies=row["bodies"],
        body=found(Body, code=row["body"]),
        law=row["law"],
        source=SOURCE,
        mark=MARK,
    )
    create(right, **_told(row))


def _bulletin(key: str) -> Bulletin:
    """The bulletin that a scene wrote."""
    entry = JournalEntry.objects.get(request_id=key)
    written: Bulletin = Bulletin.objects.get(pk=json.loads(entry.content)["result"]["id"])
    return written


def _draft(row: dict[str, Any], body: Body) -> Draft:
    codes = row.get("regions", ())
    regions = Region.objects.filter(code__in=codes).order_by("code")
    drawn = read_outlines(row.get("outlines", ""))
    follows = row.get("follows")
    return Draft(
        body=body.pk,
        regions=tuple(regions.values_list("pk", flat=True)),
        outlines=tuple(Drawn(outline=each, name=row.get("area", "")) for each in drawn),
        follows=_bulletin(follows).pk if follows else None,
        **{name: row[name] for name in WORDS if name in row},
    )


def _write(row: dict[str, Any]) -> None:
    write_bulletin(_draft(row, found(Body, code=row["body"])), **_told(row))


def _step(row: dict[str, Any]) -> None:
    bulletin = _bulletin(row["bulletin"])
    version = bulletin.version
    if row["act"] == "rewrite":
        draft = _draft(row, bulletin.body)
        rewrite_bulletin(bulletin.pk, draft, expected_version=version, **_told(row))
        return
    more = {name: row[name] for name in MORE.get(row["act"], ())}
    ACTS[row["act"]](bulletin.pk, expected_version=version, **more, **_told(row))
