"""Evaluations: frozen figures, blocks with their evidence, findings, acts, and the paper."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import Change, Write, expected_version, stated
from anlan.base.papers.word import WORD_TYPE
from anlan.base.screens.sheets import demonstration_mark
from anlan.plan.actions.evaluating.editing import BlockText, edit_block, take_generated
from anlan.plan.actions.evaluating.freezing import freeze_anew, open_evaluation
from anlan.plan.actions.evaluating.signing import (
    Signing,
    return_evaluation,
    sign_evaluation,
    submit_evaluation,
)
from anlan.plan.api.common import scope_for
from anlan.plan.models import Evaluation
from anlan.plan.queries.evaluation.draft import (
    Draft,
    draft_of,
    edition_of,
    evaluation_of,
    evaluations,
    paper_bytes,
)
from anlan.plan.rules.evaluation.facts import EvaluationKind
from anlan.plan.rules.evaluation.life import EvaluationState
from anlan.plan.rules.evaluation.linter import Finding
from anlan.plan.rules.evaluation.text import BlockKind
from anlan.registers.rules.scope import Capability

router = Router(tags=["plan: evaluations"])
STATES = {"x-states": ["expected_version"]}
Key = Annotated[str, Field(min_length=1, max_length=60)]


class EvaluationRow(Schema):
    id: uuid.UUID
    notice: uuid.UUID
    kind: EvaluationKind
    year: int
    title: str
    state: EvaluationState
    edition: int
    document_number: str
    signed_on: dt.date | None
    version: int


class BlockRow(Schema):
    """`figures` are keys of `/figures`; `version` is that of the edit, 0 where nobody wrote.
    `is_stale`: the generated text beneath the edit changed."""

    key: str
    kind: BlockKind
    text: str
    generated: str
    figures: list[str]
    is_edited: bool
    is_stale: bool
    version: int


class EvaluationFigureRow(Schema):
    """`whole` is null for a plain count; a share of none is not determinable."""

    key: str
    label: str
    part: int
    whole: int | None
    said: str
    records: list[str]


class FrozenRecordRow(Schema):
    key: str
    label: str
    url: str
    state: str


class FindingRow(Schema):
    block: str
    sentence: str
    finding: Finding
    why: str


class EditionFull(Schema):
    number: int
    frozen_at: dt.datetime
    digest: str
    figures: list[EvaluationFigureRow]
    records: list[FrozenRecordRow]


class EvaluationFull(EvaluationRow):
    frozen_at: dt.datetime
    digest: str
    blocks: list[BlockRow]
    findings: list[FindingRow]


class EvaluationMade(Schema):
    id: uuid.UUID
    version: int
    state: EvaluationState
    edition: int


class BlockMade(Schema):
    id: uuid.UUID
    block: str
    version: int


class EvaluationOpenInput(Write):
    notice: uuid.UUID
    kind: EvaluationKind
    year: Annotated[int, Field(ge=2000, le=2100)]


class BlockInput(Write):
    """`expected_version` 0: nobody wrote this block yet."""

    expected_version: Annotated[int, Field(ge=0, le=2**31 - 1)]
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    evidence: Annotated[tuple[Key, ...], Field(max_length=100)] = ()


class ReturnInput(Change):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class EvaluationSignInput(Change):
    document_number: Annotated[str, Field(min_length=1, max_length=60)]
    signed_on: dt.date


@router.get("/evaluations", response=Page[EvaluationRow])
def list_evaluations(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """Evaluations, the newest year first."""
    rows = evaluations(scope_for(request, Capability.READ_INTERNAL)).order_by(
        "-year", "kind", "pk"
    )
    return page_of(request, rows, query, _row)


@router.post("/evaluations", response={201: EvaluationMade})
def open_one(request: HttpRequest, body: EvaluationOpenInput) -> Status[dict[str, Any]]:
    """Freeze the figures of now and open a draft over them."""
    made = open_evaluation(body.notice, body.kind, body.year, **stated(request, body).kwargs())
    return Status(201, made)


@router.get("/evaluations/{uuid:evaluation_id}", response=EvaluationFull)
def read_one(request: HttpRequest, evaluation_id: uuid.UUID) -> dict[str, Any]:
    """The text block by block, with what the linter finds."""
    draft = _draft(request, evaluation_id)
    return {
        **_row(draft.evaluation),
        "frozen_at": draft.edition.frozen_at,
        "digest": draft.edition.digest,
        "blocks": _blocks(draft),
        "findings": [
            {
                "block": found.block,
                "sentence": found.sentence,
                "finding": found.finding,
                "why": found.why.text(_),
            }
            for found in draft.findings
        ],
    }


@router.get("/evaluations/{uuid:evaluation_id}/editions/{int:number}", response=EditionFull)
def read_edition(request: HttpRequest, evaluation_id: uuid.UUID, number: int) -> dict[str, Any]:
    """Frozen figures with the records they count."""
    edition = edition_of(_one(request, evaluation_id), number)
    facts = edition.to_facts()
    names = ("key", "label", "part", "whole", "said")
    return {
        "number": edition.number,
        "frozen_at": edition.frozen_at,
        "digest": edition.digest,
        "figures": [
            {**{name: getattr(f, name) for name in names}, "records": list(f.records)}
            for f in facts.figures.values()
        ],
        "records": [
            {"key": key, "label": r.label, "url": r.url, "state": r.state}
            for key, r in facts.records.items()
        ],
    }


@router.post(
    "/evaluations/{uuid:evaluation_id}/freeze", response=EvaluationMade, openapi_extra=STATES
)
def freeze(request: HttpRequest, evaluation_id: uuid.UUID, body: Change) -> dict[str, Any]:
    """A further edition of a draft, of now."""
    version = expected_version(request, body)
    return freeze_anew(evaluation_id, expected_version=version, **stated(request, body).kwargs())


@router.put("/evaluations/{uuid:evaluation_id}/blocks/{block}", response=BlockMade)
def write_block(
    request: HttpRequest, evaluation_id: uuid.UUID, block: str, body: BlockInput
) -> dict[str, Any]:
    """Write a block over its generated text."""
    said = BlockText(block=block, text=body.text, evidence=body.evidence)
    return edit_block(
        evaluation_id,
        said,
        expected_version=body.expected_version,
        **stated(request, body).kwargs(),
    )


@router.post(
    "/evaluations/{uuid:evaluation_id}/blocks/{block}/generated",
    response=BlockMade,
    openapi_extra=STATES,
)
def restore_block(
    request: HttpRequest, evaluation_id: uuid.UUID, block: str, body: Change
) -> dict[str, Any]:
    """Take the generated text of a block again."""
    version = expected_version(request, body)
    return take_generated(
        evaluation_id, block, expected_version=version, **stated(request, body).kwargs()
    )


@router.post(
    "/evaluations/{uuid:evaluation_id}/submit", response=EvaluationMade, openapi_extra=STATES
)
def submit(request: HttpRequest, evaluation_id: uuid.UUID, body: Change) -> dict[str, Any]:
    """Hand the draft over to whoever signs."""
    version = expected_version(request, body)
    return submit_evaluation(
        evaluation_id, expected_version=version, **stated(request, body).kwargs()
    )


@router.post(
    "/evaluations/{uuid:evaluation_id}/return", response=EvaluationMade, openapi_extra=STATES
)
def give_back_evaluation(
    request: HttpRequest, evaluation_id: uuid.UUID, body: ReturnInput
) -> dict[str, Any]:
    """Back to a draft, with what is to be set right."""
    version = expected_version(request, body)
    return return_evaluation(
        evaluation_id, expected_version=version, **stated(request, body).kwargs()
    )


@router.post(
    "/evaluations/{uuid:evaluation_id}/sign", response=EvaluationMade, openapi_extra=STATES
)
def sign_one_evaluation(
    request: HttpRequest, evaluation_id: uuid.UUID, body: EvaluationSignInput
) -> dict[str, Any]:
    """Enter number and day; the paper is kept and never changes."""
    version = expected_version(request, body)
    signing = Signing(
        number=body.document_number,
        signed_on=body.signed_on,
        mark=demonstration_mark(),
        base_url=request.build_absolute_uri("/").rstrip("/"),
    )
    return sign_evaluation(
        evaluation_id, signing, expected_version=version, **stated(request, body).kwargs()
    )


@router.get("/evaluations/{uuid:evaluation_id}/paper")
def read_evaluation_paper(request: HttpRequest, evaluation_id: uuid.UUID) -> HttpResponse:
    """The paper as .docx: a draft, or the kept file of a signed one."""
    draft = _draft(request, evaluation_id)
    base = request.build_absolute_uri("/").rstrip("/")
    content = paper_bytes(draft, mark=demonstration_mark(), base_url=base)
    response = HttpResponse(content, content_type=WORD_TYPE)
    name = f"{draft.evaluation.title}.docx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _one(request: HttpRequest, key: uuid.UUID) -> Evaluation:
    return evaluation_of(scope_for(request, Capability.READ_INTERNAL), key)


def _draft(request: HttpRequest, key: uuid.UUID) -> Draft:
    return draft_of(_one(request, key))


def _row(row: Evaluation) -> dict[str, Any]:
    names = (
        "kind",
        "year",
        "title",
        "state",
        "edition",
        "document_number",
        "signed_on",
        "version",
    )
    found = {name: getattr(row, name) for name in names}
    return {"id": row.pk, "notice": row.notice_id, **found}


def _blocks(draft: Draft) -> list[dict[str, Any]]:
    versions = {key: edit.version for key, edit in draft.edits.items()}
    return [
        {
            "key": shown.block.key,
            "kind": shown.block.kind,
            "text": shown.text,
            "generated": shown.block.text,
            "figures": list(shown.figures),
            "is_edited": shown.edit is not None,
            "is_stale": shown.is_stale,
            "version": versions.get(shown.block.key, 0),
        }
        for shown in draft.blocks
    ]
