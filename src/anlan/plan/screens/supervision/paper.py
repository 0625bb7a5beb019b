"""A paper of supervision: its page for printing, and its file."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views import View

from anlan.base.errors import NotFound
from anlan.base.papers.word import WORD_TYPE
from anlan.base.screens.sheets import demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.models import SupervisionSlip
from anlan.plan.queries.supervision.papers import PAPER_RELATED, slip_file, slip_file_name
from anlan.plan.rules.supervision.life import SlipState
from anlan.plan.screens.loop.common import term_badge
from anlan.plan.screens.supervision.desk import last_day, level_badge
from anlan.registers.rules.scope import Capability


def paper_shown(request: HttpRequest, pk: uuid.UUID) -> SupervisionSlip:
    """A paper in view, with everything that its page and its file say."""
    rows = SupervisionSlip.objects.visible_to(scope_of(request))
    row: SupervisionSlip | None = rows.select_related(*PAPER_RELATED).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


class SlipWord(SignedIn, View):
    """The paper as .docx, laid to GB/T 9704; the same bytes each time."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = paper_shown(request, pk)
        base = request.build_absolute_uri("/").rstrip("/")
        mark = demonstration_mark()
        content = slip_file(row, mark=mark, base_url=base)
        response = HttpResponse(content, content_type=WORD_TYPE)
        name = f"{mark}-{slip_file_name(row)}" if mark else slip_file_name(row)
        response["Content-Disposition"] = content_disposition_header(True, name)
        response["X-Content-Type-Options"] = "nosniff"
        return response


class SlipPaper(SignedIn, View):
    """A paper as it is printed: a draft without red head, number or seal until it is signed."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = paper_shown(request, pk)
        context = {
            "row": row,
            "order": row.order,
            "is_draft": row.state == SlipState.PREPARED.value,
            "paper": row.get_paper_display(),
            "level": level_badge(row.level),
            "addressee": row.to or row.order.unit,
            "term": term_badge(row.due),
            "matter_due": last_day(row.order.matter.due_at),
        }
        return render(request, "plan/supervision/paper.html", context)
