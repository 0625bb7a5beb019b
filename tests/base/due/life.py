"""A small city with people, and dues about its bodies: what the tests of dues share."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from anlan.base.actor import Actor
from anlan.base.due import actions
from anlan.base.due.applying import NewDue
from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.base.models import Due
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.registers import queries
from anlan.registers.models import Account, Body, Person, Post, Tenure
from anlan.registers.rules.scope import PROGRAM, Role
from tests.registers.small_city import make_small_city

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)  # a Tuesday, 10:00 in the city
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
HELD_FROM = dt.date(2021, 3, 1)
PEOPLE = (
    ("keeper", "emergency", Role.BUREAU),
    ("water", "water", Role.DEPARTMENT),
    ("water-2", "water", Role.DEPARTMENT),
    ("airport", "airport", Role.DEPARTMENT),
    ("xinjiang", "emergency-xinjiang", Role.COUNTY),
    ("xia", "emergency-xia", Role.COUNTY),
    ("reader", "emergency", Role.PUBLIC),
)
PROGRAM_ACTOR = Actor(account="program:test", scope=PROGRAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Keys of who is who, by sign-in name."""

    posts: dict[str, str]
    people: dict[str, str]

    def actor(self, login: str, day: dt.date = TODAY) -> Actor:
        return queries.actor_for(Account.objects.get(login=login), day)


def make_life() -> Life:
    make_small_city(is_demonstration=True)
    posts, people = {}, {}
    with recording(
        action="tests.life", actor=PROGRAM_ACTOR, now=NOW, request_id="life-of-dues"
    ) as rec:
        for login, body, role in PEOPLE:
            post = Post(body=Body.objects.get(code=body), title=f"岗位 {login}", role=role)
            person = Person(name=f"演示·{login}", mobile="19900000001", is_invented=True)
            rec.add(post)
            rec.add(person)
            rec.add(Tenure(person=person, post=post, held_from=HELD_FROM))
            rec.add(Account(login=login, person=person, password="!"))
            posts[login], people[login] = str(post.pk), str(person.pk)
    return Life(posts=posts, people=people)


def vacate(life: Life, login: str, on: dt.date) -> None:
    with recording(
        action="tests.vacate", actor=PROGRAM_ACTOR, now=NOW, request_id=new_id().hex
    ) as rec:
        tenure = rec.lock(Tenure, Tenure.objects.get(post=life.posts[login]).pk)
        tenure.held_until = on
        rec.save(tenure)


WATER = Addressee(body="water", unit="city")
NEW = NewDue(
    subject_model="registers.body",
    subject_key="water",
    title="报送防汛准备情况",
    rule="test",
    source="测试依据",
    addressee=WATER,
    kind=ClockKind.WORKING_DAYS,
    amount=10,
    start_at=NOW,
    issuer="emergency",
)


def how(actor: Actor | None = None, now: dt.datetime = NOW, **more: Any) -> dict[str, Any]:
    return {
        "actor": actor or PROGRAM_ACTOR,
        "now": now,
        "request_id": new_id().hex,
        "reason": "测试",
        **more,
    }


def opened(now: dt.datetime = NOW, **changes: Any) -> Due:
    result = actions.open_due(replace(NEW, **changes), **how(now=now))
    return Due.objects.get(pk=result["id"])


def entries_of(due: Due, action: str) -> int:
    from anlan.base.models import JournalEntry

    entries = JournalEntry.objects.filter(subjects__key=str(due.pk), action=action)
    return entries.distinct().count()
