"""The form that back-fills one deliverable."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.errors import NotAllowed, NotFound
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.collecting.back_filling import BackFill, back_fill, may_back_fill
from anlan.plan.actions.loop.evidence import MOST_BYTES, MOST_FILES, KeptFile, keep_file
from anlan.plan.forms.collecting import BackFillForm
from anlan.plan.models import Deliverable
from anlan.plan.screens.loop.common import crumbs_of
from anlan.registers.rules.scope import Capability


class BackFillScreen(RegisterForm):
    capability = Capability.READ_INTERNAL
    form_class = BackFillForm
    title = gettext_lazy("Back-fill what was finished before")
    lead = gettext_lazy(
        "For what was finished before the plan was kept here. It is shown as back-filled "
        "everywhere, with who confirms it."
    )
    submit = gettext_lazy("Back-fill")
    done = gettext_lazy("Back-filled, and entered in the journal.")

    def current(self) -> Deliverable:
        seen = Deliverable.objects.visible_to(scope_of(self.request))
        related = seen.select_related("item__notice", "body__unit")
        found: Deliverable | None = related.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        if not may_back_fill(scope_of(self.request), found):
            raise NotAllowed
        return found

    def initial(self) -> dict[str, Any]:
        row = self.current()
        names = ("finished_on", "document_number", "confirmed_by")
        return {name: getattr(row, name) for name in names} | {"evidence": row.note}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        back_fill(
            self.kwargs["pk"],
            BackFill(
                finished_on=values["finished_on"],
                confirmed_by=values["confirmed_by"],
                document_number=values["document_number"],
                evidence=values["evidence"],
                replaces=values["replaces"],
            ),
            files=self._files(),
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return self.back()

    def _files(self) -> tuple[KeptFile, ...]:
        files = self.request.FILES.getlist("files")[:MOST_FILES]
        return tuple(_kept(file) for file in files)

    def back(self) -> str:
        return reverse("plan-deliverable", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [*crumbs_of(row.item, "deliverables", _("Deliverables")), (self.back(), row.text)]


def _kept(file: UploadedFile) -> KeptFile:
    return keep_file(file.read(MOST_BYTES + 1), file.name or "")
