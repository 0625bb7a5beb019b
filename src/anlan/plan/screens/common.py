"""What several plan screens share: signs of roles, the notice in view, addresses, badges."""

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import NotFound
from anlan.base.records import Record
from anlan.base.screens.as_of import past_day
from anlan.base.screens.cells import Badge, Text
from anlan.base.screens.signed_in import scope_of
from anlan.plan.choices import DutyRole, MatchState, NoticeSource
from anlan.plan.models import Duty, Notice, NoticeEdition, PlanItem
from anlan.plan.queries.overview import front


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A role in the matrix: a sign that needs no colour, and its word."""

    code: str
    sign: str
    label: Text


SIGNS = (
    Sign(code="lead", sign="●", label=_("Leads")),
    Sign(code="support", sign="○", label=_("Supports")),
    Sign(code="joint", sign="◆", label=_("Responsible jointly")),
    Sign(code="via_group", sign="◌", label=_("Through a group")),
)
SIGN_OF = {sign.code: sign for sign in SIGNS}
SHOWN_AS_OF = re.compile(
    r"^/plan/(?:$|items/|bodies/|indicators/|supervision/(?:$|[0-9a-f-]{36}/$)"
    r"|carry-overs/(?:$|[0-9a-f-]{36}/$)|carried-items/(?:$|[0-9a-f-]{36}/$)"
    r"|[0-9a-f-]{36}/items/)"
)
ROLE_ORDER = {DutyRole.LEAD: 0, DutyRole.JOINT: 1, DutyRole.SUPPORT: 2}


def item_url(item: PlanItem) -> str:
    return item_address(item.notice_id, item.key)


def item_address(notice_id: uuid.UUID, key: str) -> str:
    return with_query(reverse("plan-item", args=[notice_id, key]))


def notice_url(notice: Notice) -> str:
    return reverse("plan-notice", args=[notice.pk])


def body_url(code: str, **query: str) -> str:
    return with_query(reverse("plan-body", args=[code]), **query)


def with_query(address: str, **query: Any) -> str:
    """An address with those parameters that say something. Inside a past state the pages that
    can show it keep its day."""
    pairs = {name: value for name, value in query.items() if value not in ("", None)}
    day = past_day()
    if day is not None and SHOWN_AS_OF.match(address):
        pairs["as_of"] = day.isoformat()
    return f"{address}?{urlencode(pairs)}" if pairs else address


def uuid_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def front_of(request: HttpRequest, notice: uuid.UUID | None = None) -> NoticeEdition | None:
    """The notice of the path or of `?notice=`, else the newest. NotFound for an unknown one."""
    asked = request.GET.get("notice", "").strip()
    key = notice or uuid_or_none(asked)
    if asked and key is None:
        raise NotFound
    found = front(scope_of(request), key)
    if found is None and key is not None:
        raise NotFound
    return found


def source_badge(edition: NoticeEdition) -> Badge:
    """Whether the words on screen are those of the publisher or rendered from facts."""
    if edition.source_kind == NoticeSource.FILE:
        return Badge(text=_("Original wording read from a file"), tone="green", icon="check")
    return Badge(text=_("Rendered from plan facts, original not attached"), tone="yellow")


def mode_badge(item: PlanItem) -> Badge:
    tones = {"lead_support": "blue", "sole": "blue", "joint": "orange", "none": "grey"}
    return Badge(text=item.get_mode_display(), tone=tones.get(item.mode, "grey"))


def match_badge(duty: Duty) -> Badge | None:
    """How a printed name found its body; nothing to say for an ordinary name."""
    match duty.match:
        case MatchState.OPEN:
            return Badge(text=_("Not matched to a body yet"), tone="orange", icon="warn")
        case MatchState.FORMER:
            return Badge(text=_("Former or later name"), tone="grey")
        case MatchState.PERSON:
            return Badge(text=_("Matched by a person"), tone="blue")
        case _:
            return None


def years_text(years: Iterable[int]) -> str:
    return "、".join(str(year) for year in years)


def section_path(item: PlanItem) -> list[str]:
    return [part for part in item.section.split(" / ") if part]


def page_of(url_name: str, model: type[Record]) -> Callable[[str], str]:
    """The page of a due's subject; empty when the record is gone or the key is none."""

    def url(key: str) -> str:
        try:
            found = model._default_manager.filter(pk=uuid.UUID(key)).exists()
        except ValueError:
            return ""
        return reverse(url_name, args=[key]) if found else ""

    return url
