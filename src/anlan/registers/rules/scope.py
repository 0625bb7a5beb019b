"""Scope: what a person may see and do, from the posts held on a day.

House rule: the capabilities of each role (design wall 10 asks for one rule with default refusal;
no statute fixes them). The reporting units of a scope follow from the dated tree of units, never
from the prefix of a division code.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from anlan.base.rules.labels import gettext_noop


class Role(StrEnum):
    """What the program lets the holder of a post do."""

    BUREAU = "bureau"
    DEPARTMENT = "department"
    COUNTY = "county"
    PUBLIC = "public"
    SYSTEM_ADMINISTRATOR = "system-administrator"
    SECURITY_ADMINISTRATOR = "security-administrator"
    AUDIT_ADMINISTRATOR = "audit-administrator"

    @property
    def label(self) -> str:
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.BUREAU: gettext_noop("Plan office of the bureau"),
    Role.DEPARTMENT: gettext_noop("Department contact"),
    Role.COUNTY: gettext_noop("County contact"),
    Role.PUBLIC: gettext_noop("Public reader"),
    Role.SYSTEM_ADMINISTRATOR: gettext_noop("System administrator"),
    Role.SECURITY_ADMINISTRATOR: gettext_noop("Security administrator"),
    Role.AUDIT_ADMINISTRATOR: gettext_noop("Audit administrator"),
}
ADMINISTRATORS = (
    Role.SYSTEM_ADMINISTRATOR,
    Role.SECURITY_ADMINISTRATOR,
    Role.AUDIT_ADMINISTRATOR,
)
"""Three tasks that three people hold (see `administrators.py`)."""


class Capability(StrEnum):
    """One thing that an action or screen asks for."""

    READ_PUBLISHED = "read-published"
    READ_INTERNAL = "read-internal"
    READ_PEOPLE = "read-people"
    READ_JOURNAL = "read-journal"
    IMPORT_NOTICE = "import-notice"
    CORRECT_NOTICE = "correct-notice"
    KEEP_REGISTERS = "keep-registers"
    MANAGE_DISPATCH = "manage-dispatch"
    KEEP_OWN = "keep-own"
    MANAGE_ACCOUNTS = "manage-accounts"
    KEEP_INSTANCE = "keep-instance"
    ERASE_PERSON = "erase-person"
    READ_ACCOUNTS = "read-accounts"
    ASSIGN_RIGHTS = "assign-rights"
    AUDIT = "audit"
    WORK_IN_PLAN = "work-in-plan"
    STEER_PLAN = "steer-plan"
    RECEIVE_WARNINGS = "receive-warnings"


_WORKING = frozenset({Capability.READ_PUBLISHED, Capability.READ_INTERNAL, Capability.READ_PEOPLE})
_DOING = _WORKING | {Capability.WORK_IN_PLAN, Capability.RECEIVE_WARNINGS}
CAPABILITIES: Mapping[Role, frozenset[Capability]] = {
    Role.BUREAU: _DOING
    | {
        Capability.STEER_PLAN,
        Capability.READ_JOURNAL,
        Capability.IMPORT_NOTICE,
        Capability.CORRECT_NOTICE,
        Capability.KEEP_REGISTERS,
        Capability.MANAGE_DISPATCH,
        Capability.KEEP_OWN,
    },
    Role.DEPARTMENT: _DOING | {Capability.KEEP_OWN},
    Role.COUNTY: _DOING | {Capability.KEEP_OWN},
    Role.PUBLIC: frozenset({Capability.READ_PUBLISHED}),
    Role.SYSTEM_ADMINISTRATOR: _WORKING
    | {
        Capability.READ_JOURNAL,
        Capability.IMPORT_NOTICE,
        Capability.CORRECT_NOTICE,
        Capability.KEEP_REGISTERS,
        Capability.MANAGE_DISPATCH,
        Capability.READ_ACCOUNTS,
        Capability.KEEP_OWN,
        Capability.MANAGE_ACCOUNTS,
        Capability.KEEP_INSTANCE,
        Capability.ERASE_PERSON,
        Capability.RECEIVE_WARNINGS,
    },
    Role.SECURITY_ADMINISTRATOR: _WORKING | {Capability.READ_ACCOUNTS, Capability.ASSIGN_RIGHTS},
    Role.AUDIT_ADMINISTRATOR: frozenset(
        {
            Capability.READ_PUBLISHED,
            Capability.READ_INTERNAL,
            Capability.READ_JOURNAL,
            Capability.READ_ACCOUNTS,
            Capability.AUDIT,
        }
    ),
}
"""House rule: who may do what until the city decides otherwise."""

CITY_WIDE_ROLES = frozenset({Role.BUREAU, *ADMINISTRATORS})
KNOWS_EVERYBODY = frozenset({Role.BUREAU, Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR})
"""Whoever calls people, opens their sign-ins or gives them posts sees the whole phone book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPost:
    """A post held in a body of a reporting unit. `held_until` is excluded; None is open. `key` is
    the key of the post's record, empty where none is kept."""

    role: Role
    body: str
    unit: str
    held_from: dt.date
    held_until: dt.date | None = None
    key: str = ""

    def is_held_on(self, day: dt.date) -> bool:
        return self.held_from <= day and (self.held_until is None or day < self.held_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEdge:
    """A reporting unit below its parent for a span of time (`valid_until` excluded)."""

    unit: str
    parent: str | None
    valid_from: dt.date
    valid_until: dt.date | None = None

    def is_valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What follows from the posts: capabilities, own bodies and units, and the units in view.

    `units` are the reporting units whose internal records are visible: own, those below, and
    those above (a county reads what the city issues), never siblings. `kept_units` are those whose
    bodies' work is one's own affair (county contacts). Whom the scope belongs to is said by keys:
    `person`, `account` and the `posts` held.
    """

    capabilities: frozenset[Capability] = frozenset()
    roles: frozenset[Role] = frozenset()
    bodies: frozenset[str] = frozenset()
    own_units: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    kept_units: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    person: str = ""
    account: str = ""

    def may(self, capability: Capability) -> bool:
        return capability in self.capabilities

    def reading(self) -> "Scope":
        """The same view without any right to write: for states that are read-only."""
        kept = frozenset(c for c in self.capabilities if c.value.startswith("read-"))
        return replace(self, capabilities=kept)

    @property
    def is_city_wide(self) -> bool:
        """The program itself, the plan office and administrators work for the whole city."""
        return bool(self.roles & CITY_WIDE_ROLES) or self.may(Capability.MANAGE_ACCOUNTS)

    def may_keep_for(self, unit: str, body: str = "") -> bool:
        """Whether rows of a unit (and of one of its bodies) may be written.

        House rule: the plan office keeps all registers; a county contact keeps those of its own
        unit, a department contact those of its own body.
        """
        if self.may(Capability.KEEP_REGISTERS):
            return True
        if not self.may(Capability.KEEP_OWN):
            return False
        own_unit = Role.COUNTY in self.roles and unit in self.own_units
        return own_unit or bool(body and body in self.bodies)


NOTHING = Scope()
PROGRAM = Scope(capabilities=frozenset(Capability))
"""What the program itself may do when it prepares an instance (loaders, first run)."""


def scope_of(posts: Iterable[HeldPost], tree: Iterable[UnitEdge], day: dt.date) -> Scope:
    """The scope of somebody who holds `posts` on `day`; no post held means nothing at all.

    Whoever holds two administrators' posts on one day, against the rule, is none of them.
    """
    held = _without_conflict([post for post in posts if post.is_held_on(day)])
    if not held:
        return NOTHING
    parents = {edge.unit: edge.parent for edge in tree if edge.is_valid_on(day)}
    roles = frozenset(post.role for post in held)
    working = [post for post in held if post.role is not Role.PUBLIC]
    own = frozenset(post.unit for post in working)
    units = own | _above(own, parents) | _below(own, parents)
    if roles & CITY_WIDE_ROLES:
        units |= frozenset(parents)
    return Scope(
        capabilities=frozenset().union(*(CAPABILITIES[role] for role in roles)),
        roles=roles,
        bodies=frozenset(post.body for post in working if post.body),
        own_units=own,
        units=units,
        kept_units=frozenset(post.unit for post in held if post.role is Role.COUNTY),
        posts=frozenset(post.key for post in working if post.key),
    )


def _without_conflict(held: list[HeldPost]) -> list[HeldPost]:
    tasks = {post.role for post in held if post.role in ADMINISTRATORS}
    return held if len(tasks) < 2 else [post for post in held if post.role not in tasks]


def _above(units: frozenset[str], parents: Mapping[str, str | None]) -> frozenset[str]:
    found: set[str] = set()
    for unit in units:
        parent = parents.get(unit)
        while parent is not None and parent not in found:
            found.add(parent)
            parent = parents.get(parent)
    return frozenset(found)


def _below(units: frozenset[str], parents: Mapping[str, str | None]) -> frozenset[str]:
    found: set[str] = set()
    frontier = set(units)
    while frontier:
        frontier = {u for u, p in parents.items() if p in frontier and u not in found}
        found |= frontier
    return frozenset(found)
