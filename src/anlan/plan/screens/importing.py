"""Import of a notice: drop a file, see what was read, decide. Nothing is kept before that."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from anlan.base import clock
from anlan.base.documents.reader import MOST_BYTES, refuse_size
from anlan.base.errors import Invalid, NotAllowed, NotFound, Refused
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.actions.uploads import (
    PendingUpload,
    cancel_upload,
    confirm_upload,
    find_upload,
    keep_upload,
    sweep_uploads,
    waiting_uploads,
)
from anlan.plan.choices import KIND_CHOICES, MatchState
from anlan.plan.queries.items import notices
from anlan.plan.queries.reading import Reading, corrected_as, parsed_edition, reading_of
from anlan.plan.rules.matching import MATCH_LABELS, Match
from anlan.plan.rules.notice.compare import compare
from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.values import MODE_LABELS, Clause, Mode
from anlan.plan.screens.common import years_text
from anlan.plan.screens.compared import differences
from anlan.plan.screens.review import unread_lines
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability

FORM_BYTES = 64 * 1024
"""House rule: what a form adds to the file it carries."""
ROWS_AT_MOST = 300
MEGABYTE = 1024 * 1024


class NoFile(Invalid):
    code = "no-file"
    message = gettext_noop("No file was chosen. Choose the notice as .txt, .docx or .pdf.")


@method_decorator(csrf_exempt, name="dispatch")
class ImportScreen(SignedIn, View):
    """The form. Its size is checked before the body is parsed, so the token check comes later."""

    capability = Capability.IMPORT_NOTICE
    measures_body = True

    def get(self, request: HttpRequest) -> HttpResponse:
        sweep_uploads(clock.now())
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        try:
            refuse_size(int(request.META.get("CONTENT_LENGTH") or 0) - FORM_BYTES)
        except Refused as refusal:
            return self._page(request, refusal)
        checked = csrf_protect(self._receive)
        return checked(request)

    def _receive(self, request: HttpRequest) -> HttpResponse:
        file = request.FILES.get("file")
        try:
            if not isinstance(file, UploadedFile):
                raise NoFile(field="file")
            refuse_size(file.size or 0)
            upload = keep_upload(
                file.read(),
                file.name or "",
                actor=request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            return self._page(request, refusal)
        return redirect("plan-import-answer", upload.token)

    def _page(self, request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
        context = {
            "refusal": refusal,
            "limit_mb": MOST_BYTES // MEGABYTE,
            "waiting": waiting_uploads(
                actor=request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
            ),
            "known": list(notices(scope_of(request))[:10]),
        }
        status = 200 if refusal is None else 422
        return render(request, "plan/import.html", context, status=status)


class ImportAnswer(SignedIn, View):
    """What was read of one upload, and the two buttons."""

    capability = Capability.IMPORT_NOTICE

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        upload = self._upload(token)
        if upload.result is not None:
            return redirect("plan-notice", upload.result["notice"])
        return self._page(upload)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Import. A repeat leads to the same notice."""
        reason = request.POST.get("reason", "").strip()[:300] or _("Imported from a file")
        try:
            result = confirm_upload(
                token,
                reason=reason,
                actor=request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
                is_draft=request.POST.get("is_draft") == "on",
            )
        except (NotFound, NotAllowed):
            raise
        except Refused as refusal:
            return self._page(self._upload(token), refusal)
        address = reverse("plan-notice", args=[result["notice"]])
        return redirect(f"{address}?imported={result['edition']}")

    def _upload(self, token: str) -> PendingUpload:
        return find_upload(
            token,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
        )

    def _page(self, upload: PendingUpload, refusal: Refused | None = None) -> HttpResponse:
        scope = scope_of(self.request)
        reading = reading_of(parse(upload.text), scope)
        context = {
            "upload": upload,
            "refusal": refusal,
            "as_draft": self.request.POST.get("is_draft") == "on",
            "others": notices(scope).exists(),
            "reading": reading,
            "head": reading.parsed.document,
            "clause_count": len(reading.assigned),
            "plain_count": len(reading.parsed.clauses) - len(reading.assigned),
            "kinds": self._kinds(reading),
            "clauses": [_clause_row(clause, reading) for clause in self._shown(reading)],
            "cut": max(0, len(reading.parsed.clauses) - ROWS_AT_MOST),
            "unmatched": [
                (match, self._candidates(match), self._standing(match, reading))
                for match in reading.unmatched
            ],
            "passages": unread_lines(
                upload.text, [(s.start, s.end, s.text) for s in reading.parsed.coverage.unread]
            ),
        } | self._against(reading)
        status = 200 if refusal is None else 422
        return render(self.request, "plan/import_answer.html", context, status=status)

    @staticmethod
    def _shown(reading: Reading) -> tuple[Clause, ...]:
        return reading.parsed.clauses[:ROWS_AT_MOST]

    @staticmethod
    def _kinds(reading: Reading) -> list[tuple[Any, int]]:
        counts: dict[str, int] = {}
        for clause in reading.parsed.clauses:
            counts[clause.kind.value] = counts.get(clause.kind.value, 0) + 1
        return [(label, counts[kind]) for kind, label in KIND_CHOICES if kind in counts]

    def _candidates(self, match: Match) -> list[str]:
        scope = scope_of(self.request)
        found = (registers.body_by_code(scope, code) for code in match.candidates)
        return [body.short_name for body in found if body is not None]

    @staticmethod
    def _standing(match: Match, reading: Reading) -> str:
        keys = [c.id for c in reading.assigned if match.printed in c.units()]
        return "、".join(keys[:12]) + ("…" if len(keys) > 12 else "")

    @staticmethod
    def _against(reading: Reading) -> dict[str, Any]:
        """Set beside the edition in force, when the number is the same."""
        if reading.current is None:
            return {"current": None, "of_clauses": len(reading.assigned), "differences": None}
        old = parsed_edition(reading.current)
        new = corrected_as(reading.parsed, reading.current)
        return {
            "current": reading.current,
            "of_clauses": sum(1 for clause in old.clauses if clause.mode is not Mode.NONE),
            "differences": differences(old, new, compare(old, new)),
        }


class CancelImport(SignedIn, View):
    """Throw an upload away; nothing of it is left."""

    capability = Capability.IMPORT_NOTICE
    http_method_names = ("post",)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        cancel_upload(
            token,
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
        )
        return redirect(f"{reverse('plan-import')}?cancelled=1")


def _clause_row(clause: Clause, reading: Reading) -> dict[str, Any]:
    return {
        "clause": clause,
        "leads": [_named(name, reading) for name in clause.lead_units],
        "others": [_named(name, reading) for name in clause.support_units],
        "years": years_text(clause.deadline_years),
        "mode": _(MODE_LABELS[clause.mode]),
    }


def _named(name: str, reading: Reading) -> tuple[str, bool, str]:
    """A printed name, whether it waits for a person, and how it was matched."""
    state = reading.matches[name].state if name in reading.matches else MatchState.OPEN
    return name, state is MatchState.OPEN, _(MATCH_LABELS[state])
