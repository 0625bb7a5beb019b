"""Shapes of rounds, addressees, answers and ladders."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

from anlan.base.api.paging import Paging
from anlan.base.api.shapes import Code, Day, Named, Text
from anlan.base.api.writing import Change, Write
from anlan.registers.api.common import Proof
from anlan.registers.choices import Mark
from anlan.registers.rules.area_contact import ContactKind
from anlan.warning.choices import RoundEnd
from anlan.warning.rules.call_state import CallState
from anlan.warning.rules.ladder import Way, Who
from anlan.warning.rules.recipients import Found
from anlan.warning.rules.signal import Level

FIRST, LAST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
Instant = Annotated[AwareDatetime, Field(ge=FIRST, le=LAST)]
Words = Annotated[str, Field(max_length=300)]
Minutes = Annotated[int, Field(ge=1, le=1440)]
VERSION = {"x-states": ["expected_version"]}


class CallRoundQuery(Paging):
    """`running` leaves only those that are not closed."""

    running: bool = False
    level: Level | None = None
    sort: Literal["opened_at", "-opened_at"] = "-opened_at"


class CallRoundRow(Schema):
    """`counts` are those of the reader's units; `median_minutes` is from opening to answer."""

    id: uuid.UUID
    warning: uuid.UUID
    message: uuid.UUID
    name: str
    unit: Named
    level: Level
    ladder: dict[str, Any]
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    closed_because: RoundEnd | None
    replaces: uuid.UUID | None
    counts: dict[str, int]
    median_minutes: float | None
    version: int


class CallRoundInput(Write):
    """`message` is the newest of a warning in force."""

    message: uuid.UUID


class CallRoundDone(Schema):
    id: uuid.UUID
    addressees: int
    unlocated: int


class CallCloseInput(Change):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class CallCloseDone(Schema):
    id: uuid.UUID
    version: int
    released: int


class CallIncludeDone(Schema):
    rows: int


class CallAddresseeQuery(Paging):
    state: CallState | None = None
    found: Found | None = None
    unit: Code | None = None
    sort: Literal["next_step_at", "-next_step_at"] = "next_step_at"


class CallAddresseeRow(Schema):
    """`step` is counted from 0, -1 while the place is not known. `said` and `promised` are the
    answer."""

    id: uuid.UUID
    round: uuid.UUID
    contact: uuid.UUID
    name: str
    mobile: str
    is_masked: bool
    kind: ContactKind
    unit: Named
    region: Named
    found: Found
    state: CallState
    step: int
    failures: int
    next_step_at: dt.datetime | None
    answer_by: dt.datetime | None
    called_at: dt.datetime | None
    read_at: dt.datetime | None
    answered_at: dt.datetime | None
    is_late: bool
    is_carried: bool
    answer_way: Way | None
    said: str
    promised: str
    version: int


class CallEventRow(Schema):
    kind: str
    step: int
    way: str
    happened_at: dt.datetime
    known_at: dt.datetime


class CallInput(Write):
    """A call that an officer made. `at` absent: now. An answer says something or promises it."""

    outcome: Literal["answered", "no-answer", "wrong-number"]
    whom: Literal["self", "deputy"] = "self"
    way: Literal["phone", "visit"] = "phone"
    at: Instant | None = None
    said: Words = ""
    promised: Words = ""


class CallAnswerInput(Write):
    """What the addressee answers."""

    said: Annotated[str, Field(min_length=1, max_length=300)]
    promised: Words = ""


class CallDone(Schema):
    id: uuid.UUID
    version: int
    state: CallState


class MyCallRow(Schema):
    """A call to the reader. The text is that of the message."""

    id: uuid.UUID
    name: str
    level: Level
    text: str
    region: Named
    state: CallState
    answer_by: dt.datetime | None
    answered_at: dt.datetime | None


class CallStepColumns(Schema):
    who: Who
    channel: Way
    minutes: Minutes | None = None


class CallLadderRow(Proof):
    id: uuid.UUID
    unit: Named
    level: Level
    hazard: str
    kinds: list[ContactKind]
    steps: list[CallStepColumns]
    answer_within_minutes: int | None
    alarm_after_failures: int
    valid_from: dt.date
    version: int


class CallLadderQuery(Paging):
    unit: Code | None = None
    sort: Literal["valid_from", "-valid_from"] = "-valid_from"


class CallLadderInput(Write):
    """From `valid_from` on; rounds that run keep theirs. The house default is the rule
    `call-ladder`."""

    unit: Code
    level: Level
    hazard: Annotated[str, Field(max_length=20)] = ""
    kinds: Annotated[list[ContactKind], Field(min_length=1, max_length=15)]
    steps: Annotated[list[CallStepColumns], Field(min_length=1, max_length=12)]
    answer_within_minutes: Minutes | None = None
    alarm_after_failures: Annotated[int, Field(ge=1, le=12)] = 3
    valid_from: Day
    source: Text
    mark: Mark = Mark.VERIFIED
