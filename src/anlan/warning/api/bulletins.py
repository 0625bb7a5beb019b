"""Bulletins: drafts, the steps of their life, their words and CAP messages."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Query, Router, Status

from anlan.base import clock
from anlan.base.api.finding import by_key, holding, named, only
from anlan.base.api.paging import Page, page_of
from anlan.base.api.writing import Change, expected_version, stated, tagged
from anlan.base.rules.verdict import Verdict
from anlan.registers.api.common import scope_for
from anlan.registers.models import Body, Region
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.actions.bulletins.drafting import (
    Draft,
    discard_bulletin,
    rewrite_bulletin,
    submit_bulletin,
    take_back_bulletin,
    write_bulletin,
)
from anlan.warning.actions.bulletins.issuing import issue_bulletin
from anlan.warning.actions.bulletins.proposing import propose_bulletin, record_answer
from anlan.warning.actions.bulletins.reviewing import approve_bulletin, send_back_bulletin
from anlan.warning.actions.receiving import Drawn
from anlan.warning.api.bulletin_shapes import (
    VERSION,
    BulletinAnswer,
    BulletinApprove,
    BulletinCancel,
    BulletinChange,
    BulletinFollow,
    BulletinInput,
    BulletinQuery,
    BulletinRow,
    BulletinSendBack,
    BulletinStep,
    BulletinWords,
)
from anlan.warning.models import Bulletin
from anlan.warning.queries.bulletins import (
    areas_of,
    bulletin_route,
    bulletins,
    change_gap_of,
    gaps,
    reached_by,
    words_of,
)
from anlan.warning.queries.calling import today_of
from anlan.warning.queries.desk import in_queue
from anlan.warning.rules.bulletin.approval import approval_of
from anlan.warning.rules.bulletin.life import EDITABLE, BulletinState
from anlan.warning.rules.signal import Level

router = Router(tags=["bulletins"])


@router.get("/bulletins", response=Page[BulletinRow])
def list_bulletins(request: HttpRequest, query: Query[BulletinQuery]) -> dict[str, Any]:
    """Drafts of the own units, and what was issued."""
    rows = bulletins(scope_for(request, Capability.READ_INTERNAL))
    if query.queue is not None:
        rows = in_queue(rows, query.queue, clock.now())
    state = None if query.state is None else query.state.value
    rows = holding(
        rows,
        {
            "state": state,
            "level": query.level,
            "hazard": query.hazard,
            "unit__code": query.unit,
        },
    )
    if query.q:
        rows = rows.filter(headline__icontains=query.q)
    return page_of(request, rows.order_by(query.sort, "pk"), query, bulletin_row)


@router.post("/bulletins", response={201: BulletinRow})
def post_bulletin(request: HttpRequest, body: BulletinInput) -> Status[dict[str, Any]]:
    """A new draft. Nothing leaves the house."""
    scope = scope_for(request, Capability.RECEIVE_WARNINGS)
    draft = _draft(body, scope, body.follows)
    return Status(201, _answer(scope, write_bulletin(draft, **stated(request, body).kwargs())))


@router.get("/bulletins/{uuid:bulletin_id}", response=BulletinRow)
def get_bulletin(
    request: HttpRequest, response: HttpResponse, bulletin_id: uuid.UUID
) -> dict[str, Any]:
    row = _one(scope_for(request, Capability.READ_INTERNAL), bulletin_id)
    tagged(response, row.version)
    return bulletin_row(row)


@router.get("/bulletins/{uuid:bulletin_id}/words", response=BulletinWords)
def get_bulletin_words(request: HttpRequest, bulletin_id: uuid.UUID) -> dict[str, Any]:
    """How it is said: full text, one short message, CAP; and the grounds."""
    row, now = _one(scope_for(request, Capability.READ_INTERNAL), bulletin_id), clock.now()
    words, reached = words_of(row, now), reached_by(row, today_of(now))
    gap = change_gap_of(row)
    is_open = BulletinState(row.state) in EDITABLE
    return {
        "full": words.full,
        "short": words.short,
        "used": words.used,
        "most": words.most,
        "cap": words.cap,
        "gaps": [part.value for part in gaps(row, now)] if is_open else [],
        "unfit": gap.text(gettext) if gap is not None and is_open else "",
        "reached": reached.called,
        "unlocated": reached.unlocated,
        "route": _grounds(bulletin_route(row, today_of(now))),
        "approval": _grounds(approval_of(Level(row.level))),
    }


@router.post("/bulletins/{uuid:bulletin_id}/change", response=BulletinRow, openapi_extra=VERSION)
def post_bulletin_change(
    request: HttpRequest, bulletin_id: uuid.UUID, body: BulletinChange
) -> dict[str, Any]:
    """The draft as it shall be; what is absent becomes empty."""
    scope = scope_for(request, Capability.RECEIVE_WARNINGS)
    version = expected_version(request, body)
    result = rewrite_bulletin(
        bulletin_id,
        _draft(body, scope, None),
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    return _answer(scope, result)


@router.post("/bulletins/{uuid:bulletin_id}/update", response={201: BulletinRow})
def post_bulletin_update(
    request: HttpRequest, bulletin_id: uuid.UUID, body: BulletinFollow
) -> Status[dict[str, Any]]:
    """A draft that raises, lowers or renews a bulletin in force; once issued it takes its
    place."""
    scope = scope_for(request, Capability.RECEIVE_WARNINGS)
    before = _one(scope, bulletin_id)
    draft = Draft(
        body=before.body_id,
        hazard=before.hazard,
        level=body.level,
        change=body.change,
        headline=before.headline if body.headline is None else body.headline,
        text=before.text if body.text is None else body.text,
        instruction=before.instruction if body.instruction is None else body.instruction,
        expires_at=before.expires_at if body.expires_at is None else body.expires_at,
        follows=before.pk,
    )
    return Status(201, _answer(scope, write_bulletin(draft, **stated(request, body).kwargs())))


@router.post("/bulletins/{uuid:bulletin_id}/cancel", response={201: BulletinRow})
def post_bulletin_cancel(
    request: HttpRequest, bulletin_id: uuid.UUID, body: BulletinCancel
) -> Status[dict[str, Any]]:
    """A draft that lifts a bulletin in force: approved and issued, it ends the warning."""
    scope = scope_for(request, Capability.RECEIVE_WARNINGS)
    before = _one(scope, bulletin_id)
    draft = Draft(
        body=before.body_id,
        hazard=before.hazard,
        level=before.level,
        change="lift",
        text=body.text,
        follows=before.pk,
    )
    return Status(201, _answer(scope, write_bulletin(draft, **stated(request, body).kwargs())))


@router.post("/bulletins/{uuid:bulletin_id}/submit", response=BulletinRow, openapi_extra=VERSION)
def post_bulletin_submit(
    request: HttpRequest, bulletin_id: uuid.UUID, body: BulletinStep
) -> dict[str, Any]:
    """Hand it over for approval; refused while something is missing."""
    return _step(submit_bulletin, request, bulletin_id, body)


@router.post(
    "/bulletins/{uuid:bulletin_id}/take-back", response=BulletinRow, openapi_extra=VERSION
)
def post_bulletin_take_back(
    request: HttpRequest, bulletin_id: uuid.UUID, body: BulletinStep
) -> dict[str, Any]:
    """Undo a submission; an approval is void."""
    return _step(take_back_bulletin, request, bulletin_id, body)


@router.post("/bulletins/{uuid:bulletin_id}/discard", response=BulletinRow, openapi_extra=VERSION)
def post_bulletin_discard(
    request: HttpRequest, bulletin_id: uuid.UUID, body: BulletinStep
) -> dict[str, Any]:
    """Lay a draft aside."""
    return _step(discard_bulletin, request, bulletin_id, body)


@router.post("/bulletins/{uuid:bulletin_id}/approve", response=BulletinRow, openapi_extra=VERSION)
def post_bulletin_approve(
    request: HttpRequest, bulletin_id: uuid.UUID, body: BulletinApprove
) -> dict[str, Any]:
    """Approve the version that was seen: by other hands than those that wrote it."""
    return _step(approve_bulletin, request, bulletin_id, body, signer=body.signer)


@router.post(
    "/bulletins/{uuid:bulletin_id}/send-back", response=BulletinRow, openapi_extra=VERSION
)
def post_bulletin_send_back(
    request: HttpRequest, bulletin_id: uuid.UUID, body: BulletinSendBack
) -> dict[str, Any]:
    """Give it back to the writer, with the reason."""
    return _step(send_back_bulletin, request, bulletin_id, body)


@router.post("/bulletins/{uuid:bulletin_id}/issue", response=BulletinRow, openapi_extra=VERSION)
def post_bulletin_issue(
    request: HttpRequest, bulletin_id: uuid.UUID, body: BulletinStep
) -> dict[str, Any]:
    """Issue an approved own warning: it becomes a warning in force that can be called."""
    return _step(issue_bulletin, request, bulletin_id, body)


@router.post("/bulletins/{uuid:bulletin_id}/propose", response=BulletinRow, openapi_extra=VERSION)
def post_bulletin_propose(
    request: HttpRequest, bulletin_id: uuid.UUID, body: BulletinStep
) -> dict[str, Any]:
    """Send an approved proposal to its owner."""
    return _step(propose_bulletin, request, bulletin_id, body)


@router.post("/bulletins/{uuid:bulletin_id}/answer", response=BulletinRow, openapi_extra=VERSION)
def post_bulletin_answer(
    request: HttpRequest, bulletin_id: uuid.UUID, body: BulletinAnswer
) -> dict[str, Any]:
    """What the owner answered to a proposal."""
    more = {"is_adopted": body.is_adopted, "answer": body.answer}
    return _step(record_answer, request, bulletin_id, body, **more)


def _step(
    act: Any, request: HttpRequest, key: uuid.UUID, body: Change, **more: Any
) -> dict[str, Any]:
    scope = scope_for(request, Capability.RECEIVE_WARNINGS)
    version = expected_version(request, body)
    result = act(key, expected_version=version, **more, **stated(request, body).kwargs())
    return _answer(scope, result)


def _one(scope: Scope, key: uuid.UUID) -> Bulletin:
    found: Bulletin = only(bulletins(scope).filter(pk=key))
    return found


def _answer(scope: Scope, result: dict[str, Any]) -> dict[str, Any]:
    return bulletin_row(_one(scope, uuid.UUID(result["id"])))


def _draft(body: Any, scope: Scope, follows: uuid.UUID | None) -> Draft:
    writer = by_key(Body.objects.visible_to(scope), body.body)
    seen = Region.objects.visible_to(scope)
    same = (
        *("hazard", "level", "change", "headline", "text", "instruction"),
        *("effective_at", "expires_at", "origin", "owner"),
    )
    return Draft(
        body=writer.pk,
        regions=tuple(by_key(seen, code).pk for code in dict.fromkeys(body.regions)),
        outlines=tuple(Drawn(outline=o.outline.dict(), name=o.name) for o in body.outlines),
        follows=follows,
        **{name: getattr(body, name) for name in same},
    )


def _grounds(verdict: Verdict[Any]) -> dict[str, Any]:
    return verdict.to_json(gettext)


def bulletin_row(row: Bulletin) -> dict[str, Any]:
    regions, outlines = areas_of(row)
    same = (
        *("way", "owner", "hazard", "level", "change", "headline", "text", "instruction"),
        *("effective_at", "expires_at", "origin", "state", "drafted_at", "written_by"),
        *("submitted_at", "submitted_by", "sent_back_because", "approved_at", "approved_by"),
        *("signer", "sent_at", "identifier", "answer", "answered_at", "version"),
    )
    return {
        "id": row.pk,
        "body": named(row.body),
        "unit": named(row.unit),
        "follows": row.follows_id,
        "references": row.refers_to,
        "message": row.message_id,
        "warning": row.message.warning_id if row.message is not None else None,
        "areas": [named(region) for region in regions],
        "outlines": [{"name": name, "outline": outline} for name, outline in outlines],
        **{name: getattr(row, name) for name in same},
    }
