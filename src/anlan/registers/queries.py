"""Reads of the registers."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.registers.choices import NameKind, UnitKind
from anlan.registers.models import (
    Account,
    ApiToken,
    Body,
    BodyGroup,
    BodyName,
    GroupMembership,
    Person,
    Post,
    Region,
    ReportingUnit,
    Statistic,
    Tenure,
    TokenUse,
)
from anlan.registers.rules.scope import Capability, HeldPost, Role, Scope, UnitEdge, scope_of


def valid_on(day: dt.date) -> Q:
    """Rows whose span covers a day (open ends allowed)."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return begun & (Q(valid_until__isnull=True) | Q(valid_until__gt=day))


def unit_tree() -> list[UnitEdge]:
    rows = ReportingUnit.objects.values_list("code", "parent__code", "valid_from", "valid_until")
    return [
        UnitEdge(unit=code, parent=parent, valid_from=start, valid_until=end)
        for code, parent, start, end in rows
    ]


def actor_for(account: Account, day: dt.date) -> Actor:
    """The actor an account is on a day, from its person's tenures."""
    tenures = Tenure.objects.filter(person=account.person_id).select_related("post__body__unit")
    posts = [
        HeldPost(
            role=Role(tenure.post.role),
            body=tenure.post.body.code,
            unit=tenure.post.body.unit.code,
            held_from=tenure.held_from,
            held_until=tenure.held_until,
            key=str(tenure.post_id),
        )
        for tenure in tenures
    ]
    held = [post for post in posts if post.is_held_on(day)]
    scope = scope_of(posts, unit_tree(), day)
    if held:
        scope = replace(scope, person=str(account.person_id), account=account.login)
    return Actor(
        account=account.login,
        body=held[0].body if held else "",
        unit=held[0].unit if held else "",
        scope=scope,
    )


def account_of_token(digest: str, now: dt.datetime) -> Account | None:
    token = (
        ApiToken.objects.filter(digest=digest, revoked_at__isnull=True, expires_at__gt=now)
        .select_related("account")
        .first()
    )
    if token is None or not token.account.is_active:
        return None
    _note_use(token, now)
    return token.account


def _note_use(token: ApiToken, now: dt.datetime) -> None:
    """Remember, to the minute, when a token was used: a fact of operation, no decision."""
    use = TokenUse.objects.filter(token=token).first()
    if use is None or now - use.used_at >= dt.timedelta(minutes=1):
        TokenUse.objects.update_or_create(token=token, defaults={"used_at": now})


def last_use(token: ApiToken) -> dt.datetime | None:
    use = getattr(token, "use", None)
    return use.used_at if use is not None else None


def has_security_administrator(now: dt.datetime) -> bool:
    """True when somebody who can sign in is security administrator today."""
    day = now.astimezone(CITY_ZONE).date()
    held = Tenure.objects.filter(
        post__role=Role.SECURITY_ADMINISTRATOR,
        person__account__is_active=True,
        held_from__lte=day,
    )
    return held.filter(Q(held_until__isnull=True) | Q(held_until__gt=day)).exists()


def bodies() -> QuerySet[Body]:
    return Body.objects.select_related("unit")


def names_of(body_id: uuid.UUID) -> QuerySet[BodyName]:
    return BodyName.objects.filter(body=body_id)


def group_members(group_id: uuid.UUID, day: dt.date) -> list[Body]:
    memberships = (
        GroupMembership.objects.filter(valid_on(day), group=group_id)
        .select_related("body__unit")
        .order_by("body__position", "body__code")
    )
    return [membership.body for membership in memberships]


def groups_of(body_id: uuid.UUID, day: dt.date) -> list[BodyGroup]:
    memberships = GroupMembership.objects.filter(valid_on(day), body=body_id)
    return [membership.group for membership in memberships.select_related("group")]


def reporting_units() -> list[ReportingUnit]:
    """The county-level reporting units in their order (the city itself is not among them)."""
    return list(ReportingUnit.objects.exclude(kind="city").select_related("region"))


def all_units(scope: Scope) -> list[ReportingUnit]:
    """The city and its county-level units in their order."""
    return list(ReportingUnit.objects.visible_to(scope).order_by("position", "code"))


def children_of(region_id: uuid.UUID) -> QuerySet[Region]:
    return Region.objects.filter(parent=region_id)


def path_of(region: Region) -> list[Region]:
    """From the top division down to the region itself."""
    path = [region]
    while path[0].parent is not None:
        path.insert(0, path[0].parent)
    return path


def statistics_of(region_id: uuid.UUID) -> QuerySet[Statistic]:
    return Statistic.objects.filter(region=region_id)


def known_names() -> list[dict[str, Any]]:
    """Every name of every body, with its unit: rows of `name, body, unit, only_in_unit,
    is_former`."""
    rows = BodyName.objects.values_list(
        "name", "body__code", "body__unit__code", "only_in_unit", "kind"
    )
    return [
        {
            "name": name,
            "body": body,
            "unit": unit,
            "only_in_unit": only_in_unit,
            "is_former": kind in (NameKind.FORMER, NameKind.SUCCESSOR),
        }
        for name, body, unit, only_in_unit, kind in rows
    ]


def group_phrases() -> list[tuple[str, str, uuid.UUID]]:
    """(phrase, group code, group id) of every group."""
    rows = BodyGroup.objects.values_list("names", "name", "code", "id")
    return [(phrase, code, key) for names, name, code, key in rows for phrase in {*names, name}]


def body_ids() -> dict[str, uuid.UUID]:
    return dict(Body.objects.values_list("code", "id"))


def memberships_on(day: dt.date) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(group id, body id) of every membership that covers a day."""
    return list(GroupMembership.objects.filter(valid_on(day)).values_list("group", "body"))


def bodies_by_unit() -> dict[ReportingUnit, list[uuid.UUID]]:
    """The county-level reporting units in their order, each with its bodies. One query."""
    units = ReportingUnit.objects.exclude(kind=UnitKind.CITY).select_related("region")
    found: dict[ReportingUnit, list[uuid.UUID]] = {}
    for unit in units.annotate(member=F("bodies")):
        bodies = found.setdefault(unit, [])
        if unit.member is not None:
            bodies.append(unit.member)
    return found


def group_units_on(day: dt.date) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(group id, unit id of a member) of every membership that covers a day."""
    rows = GroupMembership.objects.filter(valid_on(day)).order_by()
    return list(rows.values_list("group", "body__unit").distinct())


def sees_body(scope: Scope, body: Body) -> bool:
    """`Body.visible_q` for a body that is already loaded with its unit."""
    if not scope.may(Capability.READ_PUBLISHED):
        return False
    return body.unit.kind == UnitKind.CITY or body.unit.code in scope.units


def body_by_code(scope: Scope, code: str) -> Body | None:
    found: Body | None = bodies().visible_to(scope).filter(code=code).first()  # type: ignore[attr-defined]
    return found


def unit_by_code(code: str) -> ReportingUnit | None:
    return ReportingUnit.objects.select_related("region").filter(code=code).first()


def body_groups(scope: Scope) -> QuerySet[BodyGroup]:
    found: QuerySet[BodyGroup] = BodyGroup.objects.visible_to(scope).order_by("code")
    return found


def bodies_found(scope: Scope, word: str) -> QuerySet[Body]:
    """Visible bodies by any of their names, code or pinyin initials; all when `word` is empty."""
    seen: QuerySet[Body] = Body.objects.visible_to(scope).select_related("unit")
    named = BodyName.objects.filter(name__icontains=word).values("body")
    initials = Q(initials__icontains=word.lower())
    by_name = Q(full_name__icontains=word) | Q(short_name__icontains=word) | Q(pk__in=named)
    return seen.filter(by_name | initials | Q(code__icontains=word)) if word else seen


def city_unit() -> ReportingUnit | None:
    """The reporting unit of the city itself."""
    return ReportingUnit.objects.filter(kind=UnitKind.CITY).first()


def whole_city() -> Scope:
    """The view of the plan office: all reporting units. For figures that nobody asks for."""
    units = frozenset(ReportingUnit.objects.values_list("code", flat=True))
    read = frozenset(c for c in Capability if c.value.startswith("read-"))
    return Scope(capabilities=read, roles=frozenset({Role.BUREAU}), units=units)


def plan_office() -> Body | None:
    """The city's body in which a post keeps the plan."""
    posts = Body.objects.filter(posts__role=Role.BUREAU.value).select_related("unit")
    return posts.order_by("unit__position", "position").first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Under which names somebody is written to: sign-in, person, posts held, their bodies."""

    login: str
    person: uuid.UUID | None
    posts: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()


def addresses_of(login: str, day: dt.date) -> Addresses:
    """What a sign-in answers to on a day. A post that is not held any more is not listened to."""
    account = Account.objects.filter(login=login, is_active=True).first()
    if account is None:
        return Addresses(login="", person=None)
    until = Q(held_until__isnull=True) | Q(held_until__gt=day)
    held = Tenure.objects.filter(until, person=account.person_id, held_from__lte=day)
    working = held.exclude(post__role=Role.PUBLIC).select_related("post__body")
    return Addresses(
        login=login,
        person=account.person_id,
        posts=frozenset(str(tenure.post_id) for tenure in working),
        bodies=frozenset(tenure.post.body.code for tenure in working),
    )


def known_logins(names: Iterable[str], day: dt.date) -> set[str]:
    """Those of the names that sign in."""
    rows = Account.objects.filter(login__in=list(names), is_active=True)
    return set(rows.values_list("login", flat=True))


def known_people(keys: Iterable[str], day: dt.date) -> set[str]:
    """Those of the keys (as text) that are a person with a sign-in."""
    found = _uuids(keys)
    rows = Account.objects.filter(person__in=found, is_active=True)
    return {found[key] for key in rows.values_list("person", flat=True)}


def known_bodies(codes: Iterable[str], day: dt.date) -> set[str]:
    """Those of the codes that are a body in which somebody with a sign-in holds a post."""
    rows = _readers_on(day).filter(post__body__code__in=list(codes))
    return set(rows.values_list("post__body__code", flat=True))


def known_posts(keys: Iterable[str], day: dt.date) -> set[str]:
    """Those of the keys (as text) that are a post which somebody with a sign-in holds."""
    found = _uuids(keys)
    rows = _readers_on(day).filter(post__in=found)
    return {found[key] for key in rows.values_list("post", flat=True)}


def _readers_on(day: dt.date) -> QuerySet[Tenure]:
    until = Q(held_until__isnull=True) | Q(held_until__gt=day)
    held = Tenure.objects.filter(until, held_from__lte=day, person__account__is_active=True)
    return held.exclude(post__role=Role.PUBLIC)


def addressee_names() -> dict[str, str]:
    """Bodies by code, posts by key: what an addressee is called in a list."""
    names = dict(Body.objects.values_list("code", "short_name"))
    posts = Post.objects.select_related("body")
    return names | {str(post.pk): str(post) for post in posts}


def mobile_of(person: uuid.UUID) -> str:
    """The mobile number of a person, or nothing."""
    return Person.objects.filter(pk=person).values_list("mobile", flat=True).first() or ""


def people_reached(scope: Scope) -> QuerySet[Person]:
    """People in view whose data were not erased; `signs_in` says whether one has a sign-in."""
    accounts = Account.objects.filter(person=OuterRef("pk"), is_active=True)
    rows: QuerySet[Person] = Person.objects.visible_to(scope).filter(erased_at__isnull=True)
    return rows.annotate(signs_in=Exists(accounts)).order_by("initials", "name", "pk")


def people_named() -> QuerySet[Person]:
    """For the name of a person beside rows of another stage."""
    return Person.objects.all()


def _uuids(keys: Iterable[str]) -> dict[uuid.UUID, str]:
    """Texts that are a key, by that key."""
    found: dict[uuid.UUID, str] = {}
    for key in keys:
        try:
            found[uuid.UUID(key)] = key
        except ValueError:
            continue
    return found


def tenures_on(day: dt.date) -> QuerySet[Tenure]:
    """Tenures that cover a day."""
    open_end = Q(held_until__isnull=True) | Q(held_until__gt=day)
    return Tenure.objects.filter(open_end, held_from__lte=day)


def people_of_body(body_id: uuid.UUID, day: dt.date) -> QuerySet[Person]:
    """Who holds a post in a body on a day."""
    held = tenures_on(day).filter(post__body=body_id)
    return Person.objects.filter(pk__in=held.values("person")).order_by("initials", "pk")
