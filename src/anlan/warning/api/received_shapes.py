"""Shapes of received warnings and their messages, and of what is said about one."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

from anlan.base.api.paging import Paging
from anlan.base.api.shapes import Code, Named, Search
from anlan.base.api.writing import Change, Input, Write
from anlan.registers.api.common import Proof
from anlan.warning.actions.receiving import MOST_CHARS, MOST_NAME_CHARS, MOST_REGIONS
from anlan.warning.choices import Intake
from anlan.warning.rules import signal
from anlan.warning.rules.drawn import MOST_OUTLINES
from anlan.warning.rules.publishing import Kind

Words = Annotated[str, Field(min_length=1, max_length=MOST_CHARS)]
Issuer = Annotated[str, Field(min_length=1, max_length=80)]
FIRST, LAST = dt.datetime(1950, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
Moment = Annotated[AwareDatetime, Field(ge=FIRST, le=LAST)]
Codes = Annotated[list[Code], Field(max_length=MOST_REGIONS)]
HazardCode = Literal[tuple(each.value for each in signal.Hazard)]  # type: ignore[valid-type]
LevelCode = Literal[tuple(each.value for each in signal.Level)]  # type: ignore[valid-type]
ChangeCode = Literal[tuple(each.value for each in signal.Change)]  # type: ignore[valid-type]
KindCode = Literal[tuple(each.value for each in Kind)]  # type: ignore[valid-type]
IntakeCode = Literal[tuple(Intake.values)]  # type: ignore[valid-type]


class OutlineGeometry(Schema):
    """GeoJSON Polygon or MultiPolygon: longitude, latitude in degrees (CGCS2000)."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class DrawnOutline(Schema):
    """A drawn area of a message, with a name where it has one."""

    name: Annotated[str, Field(max_length=MOST_NAME_CHARS)] = ""
    outline: OutlineGeometry


class WarningQuery(Paging):
    """`state` in-force or over; `unit` the code of a reporting unit."""

    state: Literal["in-force", "over"] | None = None
    level: LevelCode | None = None
    hazard: HazardCode | None = None
    unit: Code | None = None
    q: Search = ""
    sort: Literal["issued_at", "-issued_at"] = "-issued_at"


class WarningMessageQuery(Paging):
    warning: uuid.UUID | None = None
    sort: Literal["issued_at", "-issued_at", "received_at", "-received_at"] = "-received_at"


class IssuedWarningRow(Schema):
    """`level` is that of the newest message; `ended_at` null: in force. `areas` are codes."""

    id: uuid.UUID
    issuer: str
    unit: Named
    hazard: HazardCode
    level: LevelCode
    issued_at: dt.datetime
    expires_at: dt.datetime | None
    ended_at: dt.datetime | None
    areas: list[Named]
    outlines: list[DrawnOutline]
    messages: int
    version: int


class RelayText(Schema):
    """`full` is unchanged, with issuer and time; `short` has at most 70 characters."""

    full: str
    short: str
    is_cut: bool


class ReleaseReceiptRow(Schema):
    """The number that the national system gave to its owner."""

    number: str
    received_at: dt.datetime
    recorded_by: str
    version: int


class WarningMessageRow(Schema):
    """`text` as it was received; `relay` is how it is passed on, null where `restriction` says
    that it is for some only. `receipt` null: not released, as far as is known here."""

    id: uuid.UUID
    warning: uuid.UUID
    issuer: str
    unit: Named
    hazard: HazardCode
    level: LevelCode
    change: ChangeCode
    issued_at: dt.datetime
    received_at: dt.datetime
    expires_at: dt.datetime | None
    text: str
    identifier: str
    intake: IntakeCode
    recorded_by: str
    areas: list[Named]
    outlines: list[DrawnOutline]
    relay: RelayText | None
    restriction: str | None
    receipt: ReleaseReceiptRow | None
    version: int


class SaidColumns(Schema):
    """What is given goes before what is read from the text; what is neither given nor read is
    refused by name. `regions` are codes, `outlines` are drawn; without either the regions that
    the text suggests."""

    issuer: Issuer | None = None
    hazard: HazardCode | None = None
    level: LevelCode | None = None
    change: ChangeCode | None = None
    issued_at: Moment | None = None
    expires_at: Moment | None = None
    regions: Codes = []  # noqa: RUF012
    outlines: Annotated[list[DrawnOutline], Field(max_length=MOST_OUTLINES)] | None = None


class WarningMessageInput(Write, SaidColumns):
    """`received_at` is now when it is absent; `unit` the one that the issuer names. `is_meant`: a
    real warning although its text calls itself a drill or a test."""

    text: Words
    received_at: Moment | None = None
    unit: Code | None = None
    identifier: Annotated[str, Field(max_length=120)] = ""
    is_meant: bool = False


class WarningCorrectionInput(Change, SaidColumns):
    """What the message really says; what is absent stays. Its text cannot change."""

    reason: Annotated[str, Field(min_length=1, max_length=300)]


class WarningMessageDone(WarningMessageRow):
    """`is_repeated`: it was there already and nothing was written. `notes` say what was odd."""

    is_repeated: bool
    notes: list[str]


class WarningTextInput(Input):
    text: Words
    received_at: Moment | None = None


class ReadField(Schema):
    """`value` null: left to a person, `why` says the reason. `start` and `end` are characters of
    the text."""

    name: str
    value: str | None
    words: str
    start: int
    end: int
    why: str


class WarningReadingRow(Schema):
    """`rehearsal`: the words by which the text calls itself a drill or a test."""

    fields: list[ReadField]
    unread: list[str]
    rehearsal: str
    expires_at: dt.datetime | None
    regions: list[str]
    suggested: list[Named]


class PublishingRightRow(Proof):
    """`level` empty: every level. `body` null: the law names a class of bodies in words."""

    id: uuid.UUID
    kind: KindCode
    level: str
    bodies: str
    body: Named | None
    law: str
    article: str
    is_exclusive: bool
    version: int
