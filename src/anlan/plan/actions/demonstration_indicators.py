"""Invented life of the demonstration: choices with invented papers, a published edition, I7."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.plan.actions.indicators.choosing import NewChoice, choose
from anlan.plan.actions.indicators.composing import NewComponent, compose, sign_composition
from anlan.plan.actions.indicators.publishing import NewEdition, publish
from anlan.plan.models import Notice, SubGoalComposition
from anlan.plan.rules.indicators.choices import ChoiceKind
from anlan.registers.actions.demonstration import acting

FILE = "demonstration-indicators.toml"


def indicator_scenes(profile: Profile) -> Iterator[Scene]:
    """Choices, publications, compositions and signatures, each one entry."""
    story = profile.table(FILE)
    acts = {"choice": _choose, "edition": _publish, "composition": _compose, "signing": _sign}
    for name, play in acts.items():
        for row in story.get(name, ()):
            yield Scene(key=row["key"], at=row["at"], play=partial(play, row))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "actor": acting(row["by"]),
        "now": clock.now(),
        "request_id": row["key"],
        "reason": row["reason"],
    }


def _notice() -> Notice:
    found: Notice | None = Notice.objects.order_by("issued_on").first()
    if found is None:
        raise NotFound
    return found


def _choose(row: dict[str, Any]) -> None:
    new = NewChoice(
        notice=_notice().pk,
        kind=ChoiceKind(row["kind"]),
        source=row["source"],
        basis=row.get("basis", ""),
        first_year=row.get("first_year"),
        last_year=row.get("last_year"),
        reading=row.get("reading", ""),
    )
    choose(new, **_said(row))


def _publish(row: dict[str, Any]) -> None:
    new = NewEdition(
        notice=_notice().pk,
        title=row["title"],
        document_number=row["document_number"],
        published_on=row["published_on"],
    )
    publish(new, **_said(row))


def _compose(row: dict[str, Any]) -> None:
    components = [
        NewComponent(
            statement=part["statement"],
            measure=part["measure"],
            baseline=Decimal(part["baseline"]) if "baseline" in part else None,
            source=part.get("source", ""),
        )
        for part in row["components"]
    ]
    compose(_notice().pk, components, **_said(row))


def _sign(row: dict[str, Any]) -> None:
    found = SubGoalComposition.objects.filter(notice=_notice(), number=row["number"]).first()
    if found is None:
        raise NotFound
    sign_composition(
        found.pk, row["document_number"], expected_version=found.version, **_said(row)
    )
