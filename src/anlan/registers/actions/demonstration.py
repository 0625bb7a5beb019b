"""Invented people of the demonstration instance, told through the public actions.

Everybody's name starts with 演示·, every number lies in a range that no operator hands out.
"""

import datetime as dt

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.parts import Progress
from anlan.base.profile import Profile
from anlan.registers.actions.people import NewColleague, add_colleague
from anlan.registers.models import Account, Body
from anlan.registers.rules.scope import PROGRAM

STORYTELLER = Actor(account="program:story", scope=PROGRAM)


def tell_people(profile: Profile, progress: Progress) -> None:
    """The sign-ins of `demonstration.toml`, each with a post since the day it names."""
    story = profile.table("demonstration.toml")
    bodies = {body.code: body.id for body in Body.objects.all()}
    known = set(Account.objects.values_list("login", flat=True))
    for row in story["sign_in"]:
        if row["login"] in known:
            continue
        held_from: dt.date = row["held_from"]
        colleague = NewColleague(
            name=row["person"],
            mobile=row["mobile"],
            body=bodies[row["body"]],
            title=row["title"],
            role=row["role"],
            held_from=held_from,
            login=row["login"],
            password=story["password"],
            is_invented=True,
        )
        with clock.at(dt.datetime.combine(held_from, dt.time(1), dt.UTC)):
            add_colleague(
                colleague,
                actor=STORYTELLER,
                now=clock.now(),
                request_id=f"story-sign-in-{row['login']}",
                reason="演示数据",
            )
    progress(f"people: {len(story['sign_in'])}")
