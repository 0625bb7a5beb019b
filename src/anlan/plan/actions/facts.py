"""The notice as facts of the profile: rendered to a text, read back and imported like any file."""

from typing import Any

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.parts import Progress
from anlan.base.profile import Profile
from anlan.plan.actions.importing import NoticeText, import_notice
from anlan.plan.choices import NoticeSource
from anlan.plan.models import Notice
from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.render import render
from anlan.plan.rules.notice.values import (
    Clause,
    DocumentHead,
    IndicatorTarget,
    Kind,
    Mode,
    ParsedNotice,
)
from anlan.registers.rules.scope import PROGRAM

SECTION_JOINT = " / "
LOADER = Actor(account="program:profile", scope=PROGRAM)


def load_notices(profile: Profile, progress: Progress) -> None:
    """Import each notice of the profile that this instance does not hold yet."""
    for name in profile.meta["files"]["notices"]:
        table = profile.table(name)
        number = table["document"]["number"]
        if Notice.objects.filter(number=number).exists():
            progress(f"{number}: already here")
            continue
        text = render(facts_of(table))
        result = import_notice(
            NoticeText(
                parsed=parse(text),
                text=text,
                source_kind=NoticeSource.FACTS,
                file_name=name,
                deliverables={item["id"]: item["deliverables"] for item in table["item"]},
            ),
            actor=LOADER,
            now=clock.now(),
            request_id=f"profile-notice-{number}-{profile.edition}"[:64],
            reason=f"城市档案 {profile.edition}",
        )
        progress(f"{number}: {result['clauses']} clauses")


def facts_of(table: dict[str, Any]) -> ParsedNotice:
    """The facts file as the value that `render` writes and `parse` reads."""
    document = table["document"]
    paths = _section_paths(table["section"])
    return ParsedNotice(
        document=DocumentHead(
            title=document["title"],
            number=document["number"],
            issuer=document["issuer"],
            date=document["issued_on"],
        ),
        clauses=tuple(_clause(row, paths) for row in table["item"]),
    )


def _section_paths(rows: list[dict[str, str]]) -> dict[str, str]:
    """Section key → titles from the top, as the parser writes them."""
    titles = {row["key"]: (row["title"], row["parent"]) for row in rows}

    def path(key: str) -> str:
        title, parent = titles[key]
        return f"{path(parent)}{SECTION_JOINT}{title}" if parent else title

    return {key: path(key) for key in titles}


def _clause(row: dict[str, Any], paths: dict[str, str]) -> Clause:
    target = row.get("indicator")
    return Clause(
        id=row["id"],
        kind=Kind(row["kind"]),
        number=row["number"],
        heading=row["heading"],
        text="；".join(row["deliverables"]),
        section=paths[row["section_key"]],
        deadline_years=tuple(row["years"]),
        mode=Mode(row["mode"]),
        lead_units=tuple(row["lead_units"]),
        support_units=tuple(row["support_units"]),
        open_ended=row["open_ended"],
        indicator=None
        if target is None
        else IndicatorTarget(
            name=target["name"],
            operator=target["operator"],
            value=target["value"],
            unit=target["unit"],
        ),
        parent=row["parent"] or None,
    )
