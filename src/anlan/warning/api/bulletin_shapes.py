"""Shapes of bulletins and of the steps of their life."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from anlan.base.api.paging import Paging
from anlan.base.api.shapes import Code, Named, Search
from anlan.base.api.writing import Change, Write
from anlan.warning.api.received_shapes import (
    ChangeCode,
    Codes,
    DrawnOutline,
    HazardCode,
    LevelCode,
    Moment,
)
from anlan.warning.queries.desk import QUEUES
from anlan.warning.rules.bulletin.content import MOST_HEADLINE_CHARS, MOST_TEXT_CHARS
from anlan.warning.rules.bulletin.life import BulletinState
from anlan.warning.rules.bulletin.route import BulletinWay
from anlan.warning.rules.drawn import MOST_OUTLINES

VERSION = {"x-states": ["expected_version"]}
Words = Annotated[str, Field(max_length=MOST_TEXT_CHARS)]
Headline = Annotated[str, Field(max_length=MOST_HEADLINE_CHARS)]
Line = Annotated[str, Field(max_length=300)]
Why = Annotated[str, Field(min_length=1, max_length=300)]
Post = Annotated[str, Field(min_length=1, max_length=80)]
Outlines = Annotated[list[DrawnOutline], Field(max_length=MOST_OUTLINES)]
QueueCode = Literal[QUEUES]  # type: ignore[valid-type]


class BulletinQuery(Paging):
    """`queue` is one of the desk; `unit` the code of a reporting unit."""

    queue: QueueCode | None = None
    state: BulletinState | None = None
    level: LevelCode | None = None
    hazard: HazardCode | None = None
    unit: Code | None = None
    q: Search = ""
    sort: Literal["drafted_at", "-drafted_at"] = "-drafted_at"


class BulletinRow(Schema):
    """`way`: own warning or proposal to `owner`, by the register of rights. `references` are those
    of the CAP message, frozen when it was issued; `message` its message in the inbox."""

    id: uuid.UUID
    body: Named
    unit: Named
    way: BulletinWay
    owner: str
    hazard: HazardCode
    level: LevelCode
    change: ChangeCode
    headline: str
    text: str
    instruction: str
    effective_at: dt.datetime | None
    expires_at: dt.datetime | None
    origin: str
    follows: uuid.UUID | None
    state: BulletinState
    drafted_at: dt.datetime
    written_by: str
    submitted_at: dt.datetime | None
    submitted_by: str
    sent_back_because: str
    approved_at: dt.datetime | None
    approved_by: str
    signer: str
    sent_at: dt.datetime | None
    identifier: str
    references: list[dict[str, str]]
    message: uuid.UUID | None
    warning: uuid.UUID | None
    answer: str
    answered_at: dt.datetime | None
    areas: list[Named]
    outlines: list[DrawnOutline]
    version: int


class BulletinWords(Schema):
    """`short` is one message of at most `most` characters; `cap` the XML. `gaps` are missing
    before it can be submitted, `unfit` says what is wrong with the kind of change. `reached`:
    people who would be called; `unlocated`: those whose place is not known."""

    full: str
    short: str
    used: int
    most: int
    cap: str
    gaps: list[str]
    unfit: str
    reached: int
    unlocated: int
    route: dict[str, Any]
    approval: dict[str, Any]


class BulletinColumns(Schema):
    """A draft may be unfinished. `regions` are codes; one that follows another takes its body and
    hazard, and its area when none is given. `owner` counts where no right names one."""

    level: LevelCode
    change: ChangeCode = "issue"
    headline: Headline = ""
    text: Words = ""
    instruction: Words = ""
    effective_at: Moment | None = None
    expires_at: Moment | None = None
    origin: Line = ""
    owner: Annotated[str, Field(max_length=120)] = ""
    regions: Codes = []  # noqa: RUF012
    outlines: Outlines = []  # noqa: RUF012


class BulletinInput(Write, BulletinColumns):
    """`body` is a code. With `follows` it updates or cancels that bulletin."""

    body: Code
    hazard: HazardCode
    follows: uuid.UUID | None = None


class BulletinChange(Change, BulletinColumns):
    """The whole draft as it shall be."""

    body: Code
    hazard: HazardCode


class BulletinFollow(Write):
    """What is not given stays as it is in the bulletin that it follows."""

    change: Literal["raise", "lower", "renew"]
    level: LevelCode
    headline: Headline | None = None
    text: Words | None = None
    instruction: Words | None = None
    expires_at: Moment | None = None


class BulletinCancel(Write):
    """Why the warning is over, in words."""

    text: Annotated[str, Field(min_length=1, max_length=MOST_TEXT_CHARS)]


class BulletinStep(Change):
    """A step of the version that was seen."""


class BulletinApprove(Change):
    """`signer` is the post that signed, without a name."""

    signer: Post


class BulletinSendBack(Change):
    reason: Why


class BulletinAnswer(Change):
    is_adopted: bool
    answer: Why
