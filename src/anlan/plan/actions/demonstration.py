"""Invented life of the demonstration, as far as the plan goes: the notice arrives, people read it
and set right what they think is wrong, through the public actions and in the order of time."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.plan.actions.demonstration_loop import loop_scenes
from anlan.plan.actions.facts import load_notices
from anlan.plan.actions.reviewing import (
    NameDecision,
    NewCorrection,
    correct_item,
    decide_name,
    withdraw_correction,
)
from anlan.plan.models import Correction, PlanItem
from anlan.plan.rules.corrections import Field
from anlan.registers import queries as registers
from anlan.registers.actions.demonstration import FILE, acting


def plan_scenes(profile: Profile) -> Iterator[Scene]:
    """The arrival of the profile's notices, then corrections, one taken back, and decisions."""
    story = profile.table(FILE)
    yield Scene(
        key=_key_of_notice(profile),
        at=story["notice"]["at"],
        play=partial(load_notices, profile, _quietly),
    )
    for row in story["correction"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_correct, row))
    for row in story["correction_withdrawal"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_withdraw, row))
    yield from loop_scenes(story)
    for row in story["name_decision"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_decide, row))


def _key_of_notice(profile: Profile) -> str:
    """The request id under which `load_notices` imports the first notice of the profile."""
    first = profile.table(profile.meta["files"]["notices"][0])
    return f"profile-notice-{first['document']['number']}-{profile.edition}"[:64]


def _quietly(line: str) -> None:
    """The story counts its scenes itself."""


def _correct(row: dict[str, Any]) -> None:
    item = PlanItem.objects.filter(key=row["item"]).first()
    if item is None:
        raise NotFound
    correct_item(
        NewCorrection(
            item=item.pk, field=Field(row["field"]), value=row["value"], reason=row["reason"]
        ),
        expected_version=item.version,
        actor=acting(row["by"]),
        now=clock.now(),
        request_id=row["key"],
    )


def _withdraw(row: dict[str, Any]) -> None:
    correction = Correction.objects.filter(item_key=row["item"], field=row["field"]).first()
    if correction is None:
        raise NotFound
    withdraw_correction(
        correction.pk,
        expected_version=correction.version,
        reason=row["reason"],
        actor=acting(row["by"]),
        now=clock.now(),
        request_id=row["key"],
    )


def _decide(row: dict[str, Any]) -> None:
    unit, body = registers.city_unit(), registers.body_ids().get(row["body"])
    if unit is None or body is None:
        raise NotFound
    decide_name(
        NameDecision(unit=unit.pk, printed_name=row["printed"], body=body, reason=row["reason"]),
        actor=acting(row["by"]),
        now=clock.now(),
        request_id=row["key"],
    )
