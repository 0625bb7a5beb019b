"""Improvements as a box on the page of another record: of a problem, an accident, a plan item."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from anlan.base.records import Record
from anlan.base.screens.list_state import WHOLE
from anlan.base.screens.signed_in import scope_of
from anlan.base.worlds.current import current
from anlan.registers.rules.scope import Capability
from anlan.review.models import Improvement
from anlan.review.queries import about_record, improvement_url, with_names
from anlan.review.screens.common import change_text, measure_label, state_badge

MOST_SHOWN = 10


def record_panel(request: HttpRequest, row: Record) -> str | None:
    """Improvements whose problem came to light in this record, and the way to set one."""
    model, key = row._meta.label_lower, str(row.pk)
    rows = about_record(scope_of(request), model, key)
    return _panel(request, rows, {"model": model, "key": key})


def item_panel(request: HttpRequest, row: Any) -> str | None:
    """Improvements that belong to an item of the plan."""
    seen = Improvement.objects.visible_to(scope_of(request)).filter(item_key=row.key)
    asked = {"item": row.key, "model": row._meta.label_lower, "key": str(row.pk)}
    return _panel(request, with_names(seen), asked)


def body_panel(request: HttpRequest, row: Any) -> str | None:
    """Improvements that a body carries out."""
    seen = Improvement.objects.visible_to(scope_of(request)).filter(owner=row)
    return _panel(request, with_names(seen), {}) if seen.exists() else None


def _panel(request: HttpRequest, rows: QuerySet[Any], asked: dict[str, str]) -> str | None:
    scope = scope_of(request)
    if not scope.may(Capability.READ_INTERNAL):
        return None
    may = bool(asked) and scope.may(Capability.KEEP_OWN) and not current().is_past
    shown = list(rows.order_by("-due_on", "pk")[:MOST_SHOWN])
    if not shown and not may:
        return None
    context = {
        "lines": [
            (row, improvement_url(row.pk), state_badge(row), measure_label(row.measure), change)
            for row, change in ((row, change_text(row)) for row in shown)
        ],
        "count": rows.count(),
        "more": f"{reverse('improvements')}?{urlencode(WHOLE)}",
        "add_url": f"{reverse('improvement-add')}?{urlencode(asked)}" if may else "",
    }
    return render_to_string("review/panel.html", context, request=request)
