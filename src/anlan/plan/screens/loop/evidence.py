"""Files that prove something: their list on a page, and the file itself."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base.errors import NotFound
from anlan.base.screens.cells import Column
from anlan.base.screens.register_object import Relation
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.actions.loop.evidence import content_of
from anlan.plan.models import Evidence

EVIDENCE_COLUMNS = (
    Column(
        name="file",
        label=gettext_lazy("file"),
        value=lambda e: e.file_name,
        link=lambda e: reverse("plan-evidence", args=[e.pk]),
        is_title=True,
    ),
    Column(
        name="size",
        label=gettext_lazy("size in bytes"),
        value=lambda e: e.size_bytes,
        align="end",
    ),
    Column(name="added_at", label=gettext_lazy("added at"), value=lambda e: e.added_at),
)


def evidence_relation(request: Any, **of: Any) -> Relation:
    rows = list(Evidence.objects.visible_to(scope_of(request)).filter(**of))
    return Relation(
        label=_("Evidence"),
        columns=EVIDENCE_COLUMNS,
        rows=rows,
        empty=_("No file. A document number may prove it as well."),
        count=len(rows),
    )


class EvidenceFile(SignedIn, View):
    """The file behind a row, to whoever sees what it proves; never shown inside the page."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = Evidence.objects.visible_to(scope_of(request)).filter(pk=pk).first()
        if row is None:
            raise NotFound
        response = HttpResponse(content_of(row), content_type=row.media_type)
        response["Content-Disposition"] = content_disposition_header(True, row.file_name)
        response["X-Content-Type-Options"] = "nosniff"
        return response
