"""Publishing the figures of the indicators: frozen as they are known at the moment."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.models import IndicatorEdition, Notice
from anlan.plan.queries.indicators.editions import digest_of, figures_of
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability


class NoDocument(Invalid):
    code = "no-document"
    message = gettext_noop("Published figures name their document: give its number.")


class NoTitle(Invalid):
    code = "no-title"
    message = gettext_noop("Give the title under which the figures are published.")


class NotPublishedYet(Invalid):
    code = "not-published-yet"
    message = gettext_noop("{day} has not come yet. Choose today or a day before.")


class NoIndicators(Invalid):
    code = "no-indicators"
    message = gettext_noop("This notice has no indicator that could be published.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdition:
    notice: uuid.UUID
    title: str
    document_number: str
    published_on: dt.date

    def payload(self) -> dict[str, Any]:
        return {name: str(getattr(self, name)) for name in self.__slots__}


def publish(
    new: NewEdition, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Freeze every figure as it is known now, under a document. The plan office."""
    scope = require(actor, Capability.STEER_PLAN)
    notice = Notice.objects.visible_to(scope).filter(pk=new.notice).first()
    if notice is None:
        raise NotFound
    _check(new, now)
    with recording(
        action="plan.indicator.publish",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=new.payload(),
    ) as rec:
        if not rec.repeated:
            figures = figures_of(notice)
            if not figures:
                raise NoIndicators(field="notice")
            rows = IndicatorEdition.objects.filter(notice=notice)
            row = IndicatorEdition(
                notice=notice,
                number=(rows.aggregate(last=Max("number"))["last"] or 0) + 1,
                title=new.title.strip(),
                document_number=new.document_number.strip(),
                published_on=new.published_on,
                cut_at=now,
                published_by=actor.account,
                figures=figures,
                digest=digest_of(figures),
            )
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def _check(new: NewEdition, now: dt.datetime) -> None:
    if not new.title.strip():
        raise NoTitle(field="title")
    if not new.document_number.strip():
        raise NoDocument(field="document_number")
    if new.published_on > now.astimezone(CITY_ZONE).date():
        raise NotPublishedYet(field="published_on", day=new.published_on.isoformat())
