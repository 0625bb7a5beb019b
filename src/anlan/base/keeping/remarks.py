"""Comments on a record: written by whoever works with it, changed by their author alone."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import QuerySet

from anlan.base import upkeep
from anlan.base.actor import Actor
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.journal.recording import recording
from anlan.base.keeping.bulk import ReasonMissing
from anlan.base.models import Attachment, Comment
from anlan.base.records import Record
from anlan.base.rules.labels import gettext_noop

WORKS_WITH = "read-internal"
MAY_REMOVE_OTHERS = "keep-registers"


class NothingSaid(Invalid):
    code = "nothing-said"
    message = gettext_noop("Write the comment first.")


class NotTheAuthor(NotAllowed):
    code = "not-the-author"
    message = gettext_noop("Only its author changes a comment. Write one of your own beside it.")


def require_sight(actor: Actor, subject: Record) -> None:
    """Whoever works with records and sees this one. Raises NotAllowed or NotFound."""
    if actor.scope is None or not actor.scope.may(WORKS_WITH):
        raise NotAllowed
    visible = type(subject)._default_manager.visible_to(actor.scope)  # type: ignore[attr-defined]
    if not visible.filter(pk=subject.pk).exists():
        raise NotFound


def require_removal(actor: Actor, row: Comment | Attachment, reason: str) -> None:
    """One's own, or somebody else's for whoever keeps registers; never without a reason."""
    if row.account != actor.account and not actor.scope.may(MAY_REMOVE_OTHERS):
        raise NotAllowed
    if not reason.strip():
        raise ReasonMissing(field="reason")


def about(model: type[Any], subject: Record) -> QuerySet[Any]:
    """What lies beside a record, removed things too: their place stays."""
    label = subject._meta.label_lower
    rows: QuerySet[Any] = model._default_manager.filter(
        subject_model=label, subject_key=subject.pk
    )
    return rows.order_by("id")


def add_comment(
    subject: Record, text: str, *, actor: Actor, now: dt.datetime, request_id: str
) -> dict[str, Any]:
    require_sight(actor, subject)
    text = _said(text)
    with recording(
        action="base.comment.create",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"subject": str(subject.pk), "text": text},
    ) as rec:
        if rec.repeated:
            return rec.result
        row = Comment(
            subject_model=subject._meta.label_lower,
            subject_key=subject.pk,
            account=actor.account,
            made_at=now,
            text=text,
        )
        upkeep.validate(row)
        rec.add(row)
        rec.result = {"id": str(row.pk)}
    return rec.result


def edit_comment(
    subject: Record,
    comment_id: uuid.UUID,
    text: str,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> None:
    """What stood there before stays in the journal."""
    require_sight(actor, subject)
    text = _said(text)
    with recording(
        action="base.comment.change",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"comment": str(comment_id), "version": expected_version, "text": text},
    ) as rec:
        if rec.repeated:
            return
        row = rec.lock(
            Comment, _of(Comment, subject, comment_id), expected_version=expected_version
        )
        if row.account != actor.account:
            raise NotTheAuthor
        row.text, row.edited_at = text, now
        upkeep.validate(row)
        rec.save(row)


def remove_comment(
    subject: Record,
    comment_id: uuid.UUID,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> None:
    require_sight(actor, subject)
    with recording(
        action="base.comment.remove",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"comment": str(comment_id)},
    ) as rec:
        if rec.repeated:
            return
        row = rec.lock(Comment, _of(Comment, subject, comment_id))
        require_removal(actor, row, reason)
        row.removed_at, row.removed_by, row.removed_why = now, actor.account, reason.strip()
        rec.save(row)


def _said(text: str) -> str:
    text = text.strip()
    if not text:
        raise NothingSaid(field="text")
    refuse_secret(text)
    return text


def _of(model: type[Any], subject: Record, key: uuid.UUID) -> uuid.UUID:
    if not about(model, subject).filter(pk=key, removed_at__isnull=True).exists():
        raise NotFound
    return key
