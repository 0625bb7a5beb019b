"""Who stands behind an addressee of a due: holders of posts, and names.

House rule: the plan contact of a body is whoever has held a working post in it longest; the
reader's post of the public and the system administrator's are none. A body that has ended has
nobody, whatever tenures were left open in it: its dues are kept for it and shown as such, until it
is merged into the body that took its work over.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from anlan.base.prepared import Mark, Prepared
from anlan.base.rules.due.addressee import Addressee, Holding
from anlan.registers.models import Account, Body, Person, Post, ReportingUnit, Tenure
from anlan.registers.rules.scope import Role

CONTACT_ROLES = frozenset({Role.DEPARTMENT, Role.COUNTY, Role.BUREAU})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    post: str
    person: str
    body: str
    unit: str
    role: str
    account: str


def holdings(addressees: Sequence[Addressee], day: dt.date) -> list[Holding]:
    """Is the named one there on a day, who is the body's contact, is anybody there at all."""
    held = list(_held(addressees, day))
    return [_holding(addressee, held) for addressee in addressees]


def names(keys: Iterable[str]) -> dict[str, str]:
    """Short names of bodies and units, titles of posts, names of people; one query a kind."""
    wanted: dict[str, set[str]] = {}
    for key in keys:
        kind, _, value = key.partition(":")
        wanted.setdefault(kind, set()).add(value)
    found: dict[str, str] = {}
    for kind, values in wanted.items():
        found |= {f"{kind}:{value}": name for value, name in _named(kind, values)}
    return found


def _held(addressees: Sequence[Addressee], day: dt.date) -> Iterator[_Held]:
    """Tenures of the day that concern the addressees, who held their post longest first."""
    wanted = {
        "post__body__code": {a.body for a in addressees if a.body},
        "post__body__unit__code": {a.unit for a in addressees if a.unit and not a.body},
        "post": _keys(a.post for a in addressees),
        "person": _keys(a.person for a in addressees),
        "person__account__login": {a.account for a in addressees if a.account},
    }
    named = {name: values for name, values in wanted.items() if values}
    if not named:
        return
    rows: Iterable[Any]
    if all(len(values) == 1 for values in named.values()):
        given = {name: value for name, (value,) in named.items()}
        rows = _tenures_of_one(tuple(given)).rows(day=day, **given)
    else:
        rows = _tenures([Q(**{f"{name}__in": values}) for name, values in named.items()], day)
    for post, person, body, unit, role, login, is_active in rows:
        yield _Held(
            post=str(post),
            person=str(person),
            body=body,
            unit=unit,
            role=role,
            account=login if is_active else "",
        )


def _tenures(wanted: Iterable[Q], day: Any) -> QuerySet[Any]:
    """Of bodies that had not ended; all that one of the conditions names."""
    concerned = reduce(or_, wanted)
    on_day = Q(held_from__lte=day) & (Q(held_until__isnull=True) | Q(held_until__gt=day))
    living = Q(post__body__valid_until__isnull=True) | Q(post__body__valid_until__gt=day)
    rows = Tenure.objects.filter(on_day, living, concerned).order_by("held_from", "id")
    columns = ("post", "person", "post__body__code", "post__body__unit__code", "post__role")
    return rows.values_list(*columns, "person__account__login", "person__account__is_active")


@lru_cache(maxsize=32)
def _tenures_of_one(names: tuple[str, ...]) -> Prepared:
    """Those of a single addressee, by the columns that name it."""
    return Prepared(lambda: _tenures([Q(**{name: Mark(name)}) for name in names], Mark("day")))


def _holding(addressee: Addressee, held: Sequence[_Held]) -> Holding:
    inside = [
        one
        for one in held
        if (one.body == addressee.body if addressee.body else one.unit == addressee.unit)
        and one.role in CONTACT_ROLES
    ]
    return Holding(
        is_held=any(_is_named(addressee, one) for one in held),
        contact=inside[0].person if inside else "",
        has_anybody=bool(inside) or any(_is_named(addressee, one) for one in held),
    )


def _is_named(addressee: Addressee, held: _Held) -> bool:
    if addressee.body and held.body != addressee.body:
        return False
    if addressee.post:
        return held.post == addressee.post
    if addressee.person:
        return held.person == addressee.person
    return bool(addressee.account) and held.account == addressee.account


def _named(kind: str, values: set[str]) -> Iterator[tuple[str, str]]:
    rows: QuerySet[Any]
    if kind == "body":
        rows = Body.objects.filter(code__in=values).values_list("code", "short_name")
    elif kind == "unit":
        rows = ReportingUnit.objects.filter(code__in=values).values_list("code", "short_name")
    elif kind == "post":
        rows = Post.objects.filter(pk__in=_keys(values)).values_list("pk", "title")
    elif kind == "person":
        rows = Person.objects.filter(pk__in=_keys(values)).values_list("pk", "name")
    else:
        accounts = Account.objects.filter(login__in=values)
        rows = accounts.values_list("login", "person__name")
    for key, name in rows:
        yield str(key), name


def _keys(texts: Iterable[str]) -> set[uuid.UUID]:
    """Keys of records; what is none refers to nobody."""
    found = set()
    for text in texts:
        try:
            found.add(uuid.UUID(text))
        except ValueError:
            continue
    return found
