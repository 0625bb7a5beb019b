"""What the indicator screens share: the notice in view, looks of a state, words, addresses."""

import uuid
from decimal import Decimal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.errors import NotFound
from anlan.base.rules.verdict import UNKNOWN, Verdict
from anlan.base.screens.cells import Badge, Text
from anlan.base.screens.signed_in import scope_of
from anlan.plan.models import Notice
from anlan.plan.queries.indicators.board import COUNTED_IN
from anlan.plan.queries.indicators.subgoal import KEY
from anlan.plan.queries.items import current_notice, notices
from anlan.plan.rules.indicators.sentence import plain, sentence
from anlan.plan.rules.indicators.standing import Number, Standing, Status
from anlan.plan.rules.indicators.subgoal import Judgement
from anlan.plan.screens.common import uuid_or_none, with_query

LOOKS = {
    Status.MET: ("green", "check"),
    Status.NOT_MET: ("red", "warn"),
    Status.NOT_DETERMINABLE: ("grey", "info"),
    Status.RUNNING: ("blue", "info"),
}
JUDGED = {
    Judgement.IMPROVED: ("green", "check"),
    Judgement.NOT_IMPROVED: ("red", "warn"),
    Judgement.NOT_DETERMINABLE: ("grey", "info"),
}


def notice_in_view(request: HttpRequest) -> Notice:
    """The notice of `?notice=`, else the newest. NotFound where there is none."""
    asked = request.GET.get("notice", "").strip()
    scope = scope_of(request)
    found = current_notice(scope)
    if asked:
        key = uuid_or_none(asked)
        found = notices(scope).filter(pk=key).first() if key else None
    if found is None:
        raise NotFound
    return found


def notice_query(request: HttpRequest) -> dict[str, str]:
    """Keeps the notice that was asked for in further addresses."""
    asked = request.GET.get("notice", "").strip()
    return {"notice": asked} if asked else {}


def list_url(**query: str) -> str:
    return with_query(reverse("plan-indicators"), **query)


def indicator_url(key: str, **query: str) -> str:
    return with_query(reverse("plan-indicator", args=[key]), **query)


def records_url(key: str, year: int, unit: str = "", **query: str) -> str:
    return with_query(reverse("plan-indicator-records", args=[key, year]), unit=unit, **query)


def has_causes(key: str) -> bool:
    """Whether there is a page of what stands behind it."""
    return key in COUNTED_IN or key == KEY


def causes_url(key: str, **query: str) -> str:
    return with_query(reverse("plan-indicator-causes", args=[key]), **query)


def edition_url(key: uuid.UUID) -> str:
    return reverse("plan-indicator-edition", args=[key])


def status_badge(status: Status) -> Badge:
    tone, icon = LOOKS[status]
    return Badge(text=_(status.label), tone=tone, icon=icon)


def judgement_badge(judgement: Judgement) -> Badge:
    tone, icon = JUDGED[judgement]
    return Badge(text=_(judgement.label), tone=tone, icon=icon)


def number_text(value: Number) -> str:
    return _("not determinable") if value is UNKNOWN else plain(value)


def amount(value: Decimal | None) -> str:
    """A figure of a table; empty stays empty, the column says what that means."""
    return "" if value is None else plain(value)


def words(standing: Standing) -> str:
    return sentence(standing).text(_)


def notes_of(verdict: Verdict[Standing]) -> list[dict[str, Text]]:
    """The reasons of a verdict for the box 依据."""
    rows = [each for each in verdict.reasons if each.note is not None]
    return [
        {
            "note": each.note.text(_) if each.note is not None else "",
            "source": _(each.source),
            "article": each.article,
            "edition": each.edition,
            "status": _(each.status.label),
        }
        for each in rows
    ]
