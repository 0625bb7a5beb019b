"""Invented life of the demonstration: improvements set, carried out, looked at, checked."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from django.apps import apps

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.base.records import Record
from anlan.registers.actions.demonstration import acting, found
from anlan.registers.choices import Mark
from anlan.registers.models import Body
from anlan.registers.rules.invented import SOURCE
from anlan.review.actions.figures import check_effect
from anlan.review.actions.improving import (
    Done,
    NewImprovement,
    SentFile,
    say_done,
    set_improvement,
    take_as_done,
)
from anlan.review.models import Improvement

FILE: Final = "demonstration-improvements.toml"


def improvement_scenes(profile: Profile) -> Iterator[Scene]:
    """Settings, reports, second looks and checks, each one entry."""
    if not (profile.folder / FILE).exists():
        return
    story = profile.table(FILE)
    acts: dict[str, Callable[[dict[str, Any]], Any]] = {
        "improvement": _set,
        "done": _done,
        "look": _look,
        "check": _check,
    }
    for table, act in acts.items():
        for row in story.get(table, ()):
            yield Scene(key=row["key"], at=row["at"], play=partial(act, row))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {"actor": acting(row["by"]), "now": clock.now(), "request_id": row["key"]}


def _set(row: dict[str, Any]) -> None:
    follows = _one(row["follows"]).pk if "follows" in row else None
    new = NewImprovement(
        owner=found(Body, code=row["owner"]).pk,
        problem=row["problem"],
        todo=row["todo"],
        due_on=row["due_on"],
        measure=row["measure"],
        check_on=row["check_on"],
        wanted_percent=row.get("wanted_percent"),
        item_key=row.get("item", ""),
        origin=row.get("origin", ""),
        subject=_subject(row["of"]) if "of" in row else None,
        follows=follows,
        source=SOURCE,
        mark=Mark.INVENTED,
    )
    set_improvement(new, **_said(row))


def _done(row: dict[str, Any]) -> None:
    one = _one(row["improvement"])
    proof = f"演示数据·非真实\n{row['text']}\n".encode()
    said = Done(
        text=row["text"], on=row["on"], files=(SentFile(name="改进佐证.txt", content=proof),)
    )
    say_done(one.pk, said, expected_version=one.version, **_said(row))


def _look(row: dict[str, Any]) -> None:
    one = _one(row["improvement"])
    take_as_done(
        one.pk,
        is_taken=row["taken"],
        reason=row["word"],
        expected_version=one.version,
        **_said(row),
    )


def _check(row: dict[str, Any]) -> None:
    """The program's own check, on the day on which it is due."""
    check_effect(_one(row["improvement"]).pk, now=clock.now(), request_id=row["key"])


def _one(todo: str) -> Improvement:
    """By what is to be done: stories have no keys."""
    row: Improvement | None = Improvement.objects.filter(todo=todo).first()
    if row is None:
        raise NotFound
    return row


def _subject(of: dict[str, str]) -> Record:
    """A record of another stage, by the label of its table and a column."""
    model: Any = apps.get_model(of["model"])
    row: Record | None = model._default_manager.filter(**{of["column"]: of["value"]}).first()
    if row is None:
        raise NotFound
    return row
