"""The dry run of the phone book: every row against the register and against the other rows.

RowRefused (row_errors.py)
├── UnknownBody           no body answers to the name; the nearest names are given
├── SeveralBodies         several bodies answer to the name: the unit is needed
├── BadName, BadMobile, BadLandline
├── NumberOfAnother       the mobile number belongs to somebody of another name
└── PostNeedsAdministrator    the post gives rights that only an administrator hands out
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.registers.actions.naming import name_index, shown_bodies
from anlan.registers.actions.row_errors import (
    CellMissing,
    CellTooLong,
    InventedRow,
    NoSuchUnit,
    RepeatedRow,
    RowError,
    RowRefused,
    may_be_invented,
)
from anlan.registers.models import Body, Person, Post, Tenure
from anlan.registers.rules.body_name import Answer, Found, find_body
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import CITY_WIDE_ROLES, Capability, Role, Scope
from anlan.registers.rules.telephone import (
    is_landline,
    is_mobile,
    repaired_landline,
    repaired_mobile,
)

MAX_TEXT = 60
MAX_BODY_TEXT = 120
SHOWN_CANDIDATES = 4
_CHINESE_NAME = re.compile(r"^[\u3400-\u9fff·•\s]+$")
_NO_NAME = re.compile(r"[\d@/\\]")


class UnknownBody(RowRefused):
    code = "unknown-body"
    message = gettext_noop(
        "No body is called “{printed}”. Nearest: {candidates}. Write one of these names, "
        "or add the body in the step “Bodies”."
    )


class SeveralBodies(RowRefused):
    code = "several-bodies"
    message = gettext_noop(
        "“{printed}” can be several bodies: {candidates}. "
        "Name the county in the column of the unit."
    )


class BadName(RowRefused):
    code = "bad-name"
    message = gettext_noop("“{printed}” is no name of a person.")


class BadMobile(RowRefused):
    code = "bad-mobile"
    message = gettext_noop(
        "“{printed}” is no mobile number: eleven digits, beginning with 1. If the spreadsheet "
        "shortened it, set the column to text and enter it again."
    )


class BadLandline(RowRefused):
    code = "bad-landline"
    message = gettext_noop("“{printed}” is no telephone number. Write it like 0359-2660000.")


class NumberOfAnother(RowRefused):
    code = "number-of-another"
    message = gettext_noop(
        "This mobile number is also that of “{name}”. Two people do not share one: correct it, "
        "or leave it empty."
    )


class PostNeedsAdministrator(RowRefused):
    code = "post-needs-administrator"
    message = gettext_noop(
        "The post “{title}” gives rights in the program: an administrator has to fill it."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """One row as it was typed. `row` is its line in the file; `held_from` None means today."""

    row: int
    body: str
    name: str
    title: str
    unit: str = ""
    mobile: str = ""
    landline: str = ""
    mark: str = ""
    held_from: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A row that can be taken. `outcome`: new (a person), post (one more post of a known
    person), number (other telephone numbers), unchanged."""

    line: ContactLine
    body: Body
    person: Person | None
    post: Post | None
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneBookPlan:
    """What an import would do. Nothing is imported while there are errors."""

    contacts: tuple[Contact, ...] = ()
    errors: tuple[RowError, ...] = ()

    def count(self, outcome: str) -> int:
        return sum(contact.outcome == outcome for contact in self.contacts)


def repaired(line: ContactLine) -> ContactLine:
    """Blanks inside Chinese names and full-width digits out; numbers in their kept form."""
    name = re.sub(r"\s+", "", line.name) if _CHINESE_NAME.match(line.name) else line.name.strip()
    return replace(
        line,
        body=line.body.strip(),
        name=name,
        title=line.title.strip(),
        unit=line.unit.strip(),
        mobile=repaired_mobile(line.mobile),
        landline=repaired_landline(line.landline),
    )


def check_lines(lines: Sequence[ContactLine], *, scope: Scope, today: dt.date) -> PhoneBookPlan:
    """Repair and check every row; reads the register once."""
    check = _Check(register=_Register(today), scope=scope)
    contacts = [check.contact(repaired(line)) for line in lines]
    return PhoneBookPlan(
        contacts=tuple(c for c in contacts if c is not None), errors=tuple(check.errors)
    )


class _Register:
    """The register as it stands on a day, indexed for the check."""

    def __init__(self, today: dt.date) -> None:
        self.index = name_index()
        self.bodies = {body.code: body for body in Body.objects.select_related("unit")}
        self.posts = {(post.body_id, post.title): post for post in Post.objects.all()}
        self.by_mobile: dict[str, Person] = {
            p.mobile: p for p in Person.objects.exclude(mobile="")
        }
        still_held = Q(held_until__isnull=True) | Q(held_until__gt=today)
        tenures = Tenure.objects.filter(still_held).select_related("person", "post")
        self.holders: dict[tuple[object, str], list[Person]] = {}
        self.held: set[tuple[object, object]] = set()
        for tenure in tenures:
            key = (tenure.post.body_id, tenure.person.name)
            self.holders.setdefault(key, []).append(tenure.person)
            self.held.add((tenure.post_id, tenure.person_id))

    def post(self, line: ContactLine, body: Body) -> Post | None:
        return self.posts.get((body.pk, line.title))

    def holds(self, post: Post | None, person: Person) -> bool:
        return post is not None and (post.pk, person.pk) in self.held

    def person(self, line: ContactLine, body: Body) -> Person | None:
        """Whom a row speaks of: by number; else the holder of that name in this body, unless
        both have numbers and the numbers differ."""
        if line.mobile and line.mobile in self.by_mobile:
            return self.by_mobile[line.mobile]
        here = self.holders.get((body.pk, line.name), [])
        post = self.post(line, body)
        in_post = [person for person in here if self.holds(post, person)]
        same = in_post or [p for p in here if not (line.mobile and p.mobile)]
        return same[0] if same else None


@dataclass(slots=True, kw_only=True)
class _Check:
    """Compares the rows of one file with the register and with each other."""

    register: _Register
    scope: Scope
    allows_invented: bool = field(default_factory=may_be_invented)
    errors: list[RowError] = field(default_factory=list)
    rows: dict[tuple[str, str, str], int] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def contact(self, line: ContactLine) -> Contact | None:
        register = self.register
        answer = find_body(line.body, line.unit, register.index)
        body = register.bodies.get(answer.body)
        refusal = (
            self._in_itself(line)
            or _body_refusal(line, answer, register.bodies)
            or (body and self._beside_others(line, body))
        )
        if refusal or body is None:
            self.errors.append(RowError(row=line.row, refusal=refusal or CellMissing()))
            return None
        person, post = register.person(line, body), register.post(line, body)
        if person is None:
            outcome = "new"
        elif not register.holds(post, person):
            outcome = "post"
        else:
            outcome = "number" if has_other_numbers(line, person) else "unchanged"
        return Contact(line=line, body=body, person=person, post=post, outcome=outcome)

    def _in_itself(self, line: ContactLine) -> Invalid | None:
        for name, limit in (("body", MAX_BODY_TEXT), ("name", MAX_TEXT), ("title", MAX_TEXT)):
            text = getattr(line, name)
            if not text:
                return CellMissing(field=name)
            if len(text) > limit:
                return CellTooLong(field=name, limit=limit)
        names = (line.name, line.body)
        if not self.allows_invented and is_invented(
            names=names, mobile=line.mobile, mark=line.mark
        ):
            return InventedRow(field="name")
        if _NO_NAME.search(line.name):
            return BadName(field="name", printed=line.name)
        return _number_refusal(line)

    def _beside_others(self, line: ContactLine, body: Body) -> Invalid | None:
        key = (body.code, line.title, line.name)
        if key in self.rows:
            return RepeatedRow(field="name", row=self.rows[key])
        self.rows[key] = line.row
        if line.mobile:
            known = self.register.by_mobile.get(line.mobile)
            owner = self.owners.setdefault(line.mobile, known.name if known else line.name)
            if owner != line.name:
                return NumberOfAnother(field="mobile", name=owner)
        post = self.register.post(line, body)
        gives_rights = post is not None and Role(post.role) in CITY_WIDE_ROLES
        if gives_rights and not self.scope.may(Capability.ASSIGN_RIGHTS):
            return PostNeedsAdministrator(field="title", title=line.title)
        return None


def has_other_numbers(line: ContactLine, person: Person) -> bool:
    """True when the row brings a number that differs; an empty cell takes nothing away."""
    mobile = bool(line.mobile) and line.mobile != person.mobile
    return mobile or (bool(line.landline) and line.landline != person.landline)


def _number_refusal(line: ContactLine) -> Invalid | None:
    if line.mobile and not is_mobile(line.mobile):
        return BadMobile(field="mobile", printed=line.mobile)
    if line.landline and not is_landline(line.landline):
        return BadLandline(field="landline", printed=line.landline)
    return None


def _body_refusal(line: ContactLine, answer: Answer, bodies: Mapping[str, Body]) -> Invalid | None:
    shown = shown_bodies(answer.candidates[:SHOWN_CANDIDATES], bodies)
    if len(answer.candidates) > SHOWN_CANDIDATES:
        shown += "…"
    match answer.found:
        case Found.ONE:
            return None
        case Found.NO_SUCH_UNIT:
            return NoSuchUnit(field="unit", printed=line.unit)
        case Found.SEVERAL:
            return SeveralBodies(field="unit", printed=line.body, candidates=shown)
        case Found.NONE:
            return UnknownBody(field="body", printed=line.body, candidates=shown)
