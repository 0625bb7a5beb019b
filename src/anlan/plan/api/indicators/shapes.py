"""Shapes of the indicators over the API."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

from anlan.base.api.as_of import AsOfDay
from anlan.base.api.paging import Paging
from anlan.base.api.writing import Change, Input, Write
from anlan.plan.rules.indicators.choices import Basis, ChoiceKind, Reading
from anlan.plan.rules.indicators.restating import Cause
from anlan.plan.rules.indicators.standing import Status as StandingStatus
from anlan.plan.rules.indicators.subgoal import Judgement

Year = Annotated[int, Field(ge=1949, le=2100)]
Paper = Annotated[str, Field(min_length=1, max_length=300)]
DocumentNumber = Annotated[str, Field(min_length=1, max_length=60)]
Baseline = Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4)]


class YearOut(Schema):
    """Numbers are exact decimals as text; null is not known, never zero."""

    year: int
    value: str | None
    numerator: str | None
    denominator: str | None
    denominator_edition: str
    records: int
    is_whole: bool
    missing: list[str]


class OutlookOut(Schema):
    """The value at the end of the period and its 95 % bounds; `model` names the model."""

    low: str
    estimate: str
    high: str
    model: str


class StandingOut(Schema):
    status: StandingStatus
    value: str | None
    mean_of_yearly_ratios: str | None
    ratio_of_sums: str | None
    sentence: str
    missing: list[str]
    outlook: OutlookOut | None
    years: list[YearOut]


class UnitOut(Schema):
    unit: str
    standing: StandingOut


class ReasonOut(Schema):
    rule: str
    source: str
    article: str
    edition: str
    status: str
    note: str


class IndicatorRow(Schema):
    """`operator` is `<` or `>=`; `target` an exact decimal as text."""

    key: str
    name: str
    operator: str
    target: str
    unit: str
    first_year: int
    last_year: int
    standing: StandingOut


class IndicatorDetail(IndicatorRow):
    """`units` are those in the actor's view."""

    units: list[UnitOut]
    reasons: list[ReasonOut]


class IndicatorNoticeQuery(Schema):
    """`notice` is the id of a notice; the newest when absent."""

    notice: uuid.UUID | None = None


class PastNoticeQuery(IndicatorNoticeQuery, AsOfDay):
    pass


class BehindRow(Schema):
    basis: Basis
    record: uuid.UUID
    unit: str
    number: str | None
    statement: int
    known_at: dt.datetime


class BehindQuery(Paging):
    unit: Annotated[str, Field(max_length=40)] = ""


class ChoiceRow(Schema):
    id: uuid.UUID
    kind: ChoiceKind
    basis: str
    first_year: int | None
    last_year: int | None
    reading: str
    source: str
    holds: bool
    set_at: dt.datetime
    version: int


class ChoiceInput(Write):
    """`basis` for a coverage, `reading` for a reading, years for the others. `holds` false takes
    the choice back."""

    notice: uuid.UUID
    kind: ChoiceKind
    source: Paper
    basis: Basis | None = None
    first_year: Year | None = None
    last_year: Year | None = None
    reading: Reading | None = None
    holds: bool = True


class Done(Schema):
    id: uuid.UUID
    version: int


class EditionRow(Schema):
    id: uuid.UUID
    number: int
    title: str
    document_number: str
    published_on: dt.date
    cut_at: dt.datetime
    digest: str
    version: int


class FigureOut(Schema):
    value: str | None
    numerator: str | None
    denominator: str | None
    state: str


class FrozenRow(FigureOut):
    """`key` is `I2`, `I2/2024` or `I2/2024/yanhu`."""

    key: str


class ChangeOut(Schema):
    key: str
    was: FigureOut
    now: FigureOut
    cause: Cause


class EditionDetail(EditionRow):
    """`changes` are the figures that would be others if they were published now. Figures of
    reporting units outside the actor's view are left out."""

    figures: list[FrozenRow]
    changes: list[ChangeOut]


class EditionInput(Write):
    notice: uuid.UUID
    title: Annotated[str, Field(min_length=1, max_length=200)]
    document_number: DocumentNumber
    published_on: dt.date


class ComponentOut(Schema):
    measure: str
    baseline: str | None
    value: str | None
    source: str
    judgement: Judgement


class StatementOut(Schema):
    number: int
    text: str
    judgement: Judgement
    components: list[ComponentOut]


class SubGoalOut(Schema):
    """`improved` is null while a statement is not determined: no number then."""

    composition: uuid.UUID | None
    version: int | None
    is_signed: bool
    improved: int | None
    determined: int
    statements: list[StatementOut]


class ComponentInput(Input):
    statement: Annotated[int, Field(ge=1, le=4)]
    measure: Annotated[str, Field(min_length=1, max_length=80)]
    baseline: Baseline | None = None
    source: Annotated[str, Field(max_length=200)] = ""


class CompositionInput(Write):
    notice: uuid.UUID
    components: Annotated[list[ComponentInput], Field(max_length=40)]


class SubGoalSignInput(Change):
    document_number: DocumentNumber
