"""What several register screens share: spans, dates, the day a page is read for."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_object import mark_badge
from anlan.registers.choices import Mark
from anlan.registers.models import ReportingUnit
from anlan.registers.rules.scope import Scope

MARK_COLUMN = Column(name="mark", label=_("proof"), value=mark_badge, sort=("mark",))
SOURCE_COLUMN = Column(
    name="source", label=_("source"), value=lambda row: row.source, sort=("source",), shown=False
)
UNKNOWN = _("unknown")
OPEN_START = _("since before the records")
OPEN_END = _("until now")


def mark_choices(scope: Scope) -> list[tuple[str, Text]]:
    return [(code, label) for code, label in Mark.choices]


def unit_choices(scope: Scope) -> list[tuple[str, Text]]:
    """Reporting units whose bodies the reader may see: the city, and the units in view."""
    units = ReportingUnit.objects.visible_to(scope)
    return [(u.code, u.short_name) for u in units if u.kind == "city" or u.code in scope.units]


def asked_day(request: HttpRequest) -> dt.date:
    """The day of `?on=YYYY-MM-DD`; today when it is absent. Refuses what is no date."""
    text = request.GET.get("on", "").strip()
    if not text:
        return clock.today()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            gettext_noop("“{text}” is not a date. Write it as 2023-02-03."), field="on", text=text
        ) from error


def day_context(request: HttpRequest) -> dict[str, Any]:
    day = asked_day(request)
    return {"day": day, "is_past_day": day != clock.today()}


def span(row: Any) -> str:
    """From and until of a row, in words where an end is open."""
    start = row.valid_from.isoformat() if row.valid_from else str(OPEN_START)
    end = row.valid_until.isoformat() if row.valid_until else str(OPEN_END)
    return f"{start} – {end}"
