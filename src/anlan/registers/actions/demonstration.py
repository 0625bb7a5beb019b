"""Invented life of the demonstration, as far as the registers go, told through the public actions.

Everybody's name starts with 演示·, every number lies in a range that no operator hands out, every
invented fact bears the mark X. The profile's `demonstration.toml` says who did what and when.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import NotFound
from anlan.base.keeping.filters import save_filter
from anlan.base.keeping.remarks import add_comment
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.base.upkeep import create
from anlan.registers import queries
from anlan.registers.actions.memberships import end_member
from anlan.registers.actions.people import NewColleague, add_colleague
from anlan.registers.actions.phone_book import import_phone_book
from anlan.registers.actions.phone_book_check import ContactLine
from anlan.registers.actions.statistics import NewFigure, add_figure
from anlan.registers.actions.tenures import hand_over
from anlan.registers.choices import Mark, StatisticState
from anlan.registers.models import (
    Account,
    Body,
    BodyGroup,
    BodyName,
    GroupMembership,
    Person,
    Post,
    Tenure,
)
from anlan.registers.rules.invented import SOURCE
from anlan.registers.rules.scope import PROGRAM

FILE = "demonstration.toml"
STORYTELLER = Actor(account="program:story", scope=PROGRAM)
FIRST_HOUR = dt.time(9)
BETWEEN = dt.timedelta(minutes=10)


def register_scenes(profile: Profile) -> Iterator[Scene]:
    """Sign-ins, contacts, posts that change hands, renames, group members, figures."""
    story = profile.table(FILE)
    yield from _sign_ins(story)
    acts: dict[str, Callable[[dict[str, Any]], Any]] = {
        "phone_book": bring_phone_book,
        "hand_over": _hand_over,
        "body_name": _body_name,
        "membership": _membership,
        "membership_end": _membership_end,
        "comment": _comment,
        "saved_filter": _saved_filter,
    }
    for table, act in acts.items():
        for row in story[table]:
            yield Scene(key=row["key"], at=row["at"], play=partial(act, row))
    for row in story["statistics"]:
        yield from _figures(row)


def acting(login: str) -> Actor:
    """The actor that a sign-in is on the day of the clock."""
    return queries.actor_for(Account.objects.get(login=login), clock.today())


def _sign_ins(story: dict[str, Any]) -> Iterator[Scene]:
    for number, row in enumerate(story["sign_in"]):
        first = dt.datetime.combine(row["held_from"], FIRST_HOUR, CITY_ZONE)
        yield Scene(
            key=f"story-sign-in-{row['login']}",
            at=first + number * BETWEEN,
            play=partial(_sign_in, row, story["password"]),
        )


def _sign_in(row: dict[str, Any], password: str) -> None:
    add_colleague(
        NewColleague(
            name=row["person"],
            mobile=row["mobile"],
            body=found(Body, code=row["body"]).pk,
            title=row["title"],
            role=row["role"],
            held_from=row["held_from"],
            login=row["login"],
            password=password,
            is_invented=True,
        ),
        actor=STORYTELLER,
        now=clock.now(),
        request_id=f"story-sign-in-{row['login']}",
        reason=SOURCE,
    )


def asked_of(row: dict[str, Any]) -> dict[str, Any]:
    """What every action is told: who, when, under which key, why."""
    return {
        "actor": acting(row["by"]),
        "now": clock.now(),
        "request_id": row["key"],
        "reason": row["reason"],
    }


def _comment(row: dict[str, Any]) -> None:
    told = {"actor": acting(row["by"]), "now": clock.now(), "request_id": row["key"]}
    add_comment(found(Body, code=row["body"]), row["text"], **told)


def _saved_filter(row: dict[str, Any]) -> None:
    save_filter(
        row["list"],
        row["name"],
        row["state"],
        is_shared=row["is_shared"],
        is_default=False,
        actor=acting(row["by"]),
        now=clock.now(),
        request_id=row["key"],
    )


def bring_phone_book(row: dict[str, Any]) -> None:
    bodies = {body.code: body for body in queries.bodies()}
    lines = [
        ContactLine(
            row=number,
            body=bodies[contact["body"]].full_name,
            unit=bodies[contact["body"]].unit.code,
            name=contact["name"],
            title=contact["title"],
            mobile=contact["mobile"],
            landline=contact["landline"],
            mark=Mark.INVENTED,
            held_from=contact.get("held_from", clock.today()),
        )
        for number, contact in enumerate(row["contacts"], start=1)
    ]
    import_phone_book(lines, today=clock.today(), **asked_of(row))


def _hand_over(row: dict[str, Any]) -> None:
    tenure = found(
        Tenure, post__body__code=row["body"], post__title=row["title"], held_until__isnull=True
    )
    after = row.get("next")
    hand_over(
        tenure.pk,
        on=row["on"],
        successor=found(Person, name=row["to"]).pk if "to" in row else None,
        next_post=found(Post, body__code=after["body"], title=after["title"]).pk
        if after
        else None,
        **asked_of(row),
    )


def _body_name(row: dict[str, Any]) -> None:
    name = BodyName(
        body=found(Body, code=row["body"]),
        kind=row["kind"],
        name=row["name"],
        valid_from=row["valid_from"],
        source=SOURCE,
        mark=Mark.INVENTED,
    )
    create(name, **asked_of(row))


def _membership(row: dict[str, Any]) -> None:
    membership = GroupMembership(
        group=found(BodyGroup, code=row["group"]),
        body=found(Body, code=row["body"]),
        valid_from=row["valid_from"],
        source=SOURCE,
        mark=Mark.INVENTED,
    )
    create(membership, **asked_of(row))


def _membership_end(row: dict[str, Any]) -> None:
    membership = found(
        GroupMembership,
        group__code=row["group"],
        body__code=row["body"],
        valid_from=row["valid_from"],
    )
    end_member(
        membership.pk, row["valid_until"], expected_version=membership.version, **asked_of(row)
    )


def _figures(row: dict[str, Any]) -> Iterator[Scene]:
    """One entry a figure, some seconds apart, as a person types them."""
    for number, figure in enumerate(row["figures"]):
        key = f"{row['key']}-{figure['region']}"
        yield Scene(
            key=key,
            at=row["at"] + dt.timedelta(seconds=20 * number),
            play=partial(_figure, {**row, "key": key, "reason": SOURCE}, figure),
        )


def _figure(row: dict[str, Any], figure: dict[str, str]) -> None:
    new = NewFigure(
        region=figure["region"],
        indicator=row["indicator"],
        year=row["year"],
        unit_of_measure=row["unit_of_measure"],
        state=StatisticState.KNOWN,
        value=Decimal(figure["value"]),
        edition=row["edition"],
        published_on=row["published_on"],
        source=SOURCE,
        mark=Mark.INVENTED,
    )
    add_figure(new, **asked_of(row))


def found(model: Any, **wanted: Any) -> Any:
    """The first such row; NotFound when somebody changed it while looking around."""
    row = model.objects.filter(**wanted).first()
    if row is None:
        raise NotFound
    return row
