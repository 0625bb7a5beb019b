"""The composer: hazard, level, change, where, what to say; preview before anything is kept."""

import datetime as dt
import uuid
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked
from anlan.registers.models import Body, Region
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm, kept_bodies
from anlan.warning.actions.bulletins.drafting import fill, rewrite_bulletin, write_bulletin
from anlan.warning.choices import CHANGE_CHOICES
from anlan.warning.forms.bulletins import TREE_LEVELS, BulletinForm
from anlan.warning.models import Bulletin
from anlan.warning.queries.bulletins import (
    Areas,
    areas_of,
    bulletin_url,
    change_gap_of,
    may_write,
    reached_by,
    region_tree,
    words_of,
)
from anlan.warning.queries.calling import today_of
from anlan.warning.rules.bulletin.outline_text import write_outlines
from anlan.warning.rules.bulletin.route import BulletinWay
from anlan.warning.rules.signal import Change, Hazard, Level
from anlan.warning.screens.bulletin_common import (
    drawing_map,
    gap_names,
    grounds,
    title_of,
)
from anlan.warning.screens.bulletins import DESK

PREVIEW = "preview"
PREFILL_CHARS = 300


class Compose(KeptForm):
    """A new bulletin, or one that follows another (`?follows=…&change=…`). A monitoring notice
    hands over `?hazard=…&level=…&region=…&note=…&text=…`; what does not fit is left out."""

    capability = Capability.RECEIVE_WARNINGS
    form_class = BulletinForm
    title = _("Compose a bulletin")
    lead = _(
        "A draft stays inside until another pair of eyes approved it. Whether your body issues it "
        "or proposes it to the owner follows from the register of rights."
    )
    submit = _("Save the draft")
    done = _("The draft is kept. Nothing left the house.")
    template_name = "warning/compose.html"

    @cached_property
    def before(self) -> Bulletin | None:
        """The bulletin that a new one follows."""
        text = self.request.GET.get("follows", "")
        if not text:
            return None
        try:
            key = uuid.UUID(text)
        except ValueError as error:
            raise NotFound from error
        found: Bulletin = self.one(Bulletin, pk=key)
        if not may_write(self.scope, found.body):
            raise NotAllowed
        return found

    def offered(self) -> dict[str, QuerySet[Any]]:
        bodies = kept_bodies(self.scope).order_by("unit__position", "code")
        if self.before is not None:
            bodies = bodies.filter(pk=self.before.body_id)
        return {"body": bodies}

    def initial(self) -> dict[str, Any]:
        if self.before is not None:
            return self._following(self.before)
        asked = self.request.GET
        code = self.request.actor.body  # type: ignore[attr-defined]
        bodies = self.offered()["body"]
        own = bodies.filter(code=code).first() or (bodies.first() if len(bodies) == 1 else None)
        regions = Region.objects.filter(code__in=asked.getlist("region"))
        return {
            "body": own and own.pk,
            "hazard": _known(Hazard, asked.get("hazard", "")),
            "level": _known(Level, asked.get("level", "")),
            "change": Change.ISSUE.value,
            "origin": asked.get("note", "")[:PREFILL_CHARS],
            "text": asked.get("text", "")[:PREFILL_CHARS],
            **_places(list(regions), ""),
        }

    def _following(self, before: Bulletin) -> dict[str, Any]:
        change = _known(Change, self.request.GET.get("change", "")) or Change.RENEW.value
        regions, outlines = areas_of(before)
        kept = {} if change == Change.LIFT else {"text": before.text}
        return {
            "body": before.body_id,
            "hazard": before.hazard,
            "level": before.level,
            "change": change,
            "headline": "" if change == Change.LIFT else before.headline,
            "instruction": "" if change == Change.LIFT else before.instruction,
            **kept,
            **_places(regions, write_outlines(outline for _name, outline in outlines)),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.POST.get("step") != PREVIEW:
            return super().post(request, **kwargs)
        form = self.form_class(request.POST, **self.form_arguments())
        is_whole = form.is_valid()
        context = self._preview(form) if is_whole else {"preview_refused": True}
        if request.headers.get("HX-Request"):
            return render(request, "warning/compose_preview.html", context | {"form": form})
        status = 200 if is_whole else 422
        return self._page(form, status=status, **context)

    def _preview(self, form: Any) -> dict[str, Any]:
        now = clock.now()
        row, areas = self._unsaved(form, now)
        gap = change_gap_of(row)
        return grounds(row, now) | {
            "previewed": row,
            "words": words_of(row, now, areas),
            "gaps": gap_names(row, now, areas),
            "unfit": gap.text(gettext) if gap is not None else "",
            "reached": reached_by(row, today_of(now), areas),
            "is_proposal": row.way == BulletinWay.PROPOSE,
        }

    def _unsaved(self, form: Any, now: dt.datetime) -> tuple[Bulletin, Areas]:
        draft = form.draft()
        body = Body.objects.select_related("unit").get(pk=draft.body)
        row = Bulletin(body=body, unit=body.unit, follows=self.followed())
        fill(row, draft, now)
        regions = list(Region.objects.filter(pk__in=draft.regions).order_by("code"))
        return row, (regions, tuple((each.name, each.outline) for each in draft.outlines))

    def followed(self) -> Bulletin | None:
        return self.before

    def perform(self, asked: Asked) -> str:
        form = self.form_class(self.request.POST, **self.form_arguments())
        form.is_valid()
        follows = self.before.pk if self.before is not None else None
        result = write_bulletin(form.draft(follows), **self.told(asked))
        return bulletin_url(result["id"])

    def back(self) -> str:
        return reverse("warning-desk")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("warning-desk"), DESK)]

    def more_context(self) -> dict[str, Any]:
        followed = self.followed()
        return {
            "tree": region_tree(),
            "ticked": self._ticked(),
            "map": drawing_map(self.scope),
            "followed": followed,
            "followed_title": title_of(followed) if followed is not None else "",
            "followed_url": bulletin_url(followed.pk) if followed is not None else "",
            "changes": self._changes(followed),
        }

    def _ticked(self) -> set[str]:
        if self.request.method == "POST":
            return set(self.request.POST.getlist("regions"))
        return set(self.initial().get("regions", ()))

    def _changes(self, followed: Bulletin | None) -> list[tuple[str, Any]]:
        """A first bulletin is issued; one that follows raises, lowers, renews or lifts."""
        if followed is None:
            return CHANGE_CHOICES
        return [row for row in CHANGE_CHOICES if row[0] != Change.ISSUE.value]


class BulletinEdit(Compose):
    """A draft written on, or one that was sent back."""

    title = _("Edit the bulletin")
    lead = _("Who else changed it meanwhile is told; nothing typed is lost.")

    def current(self) -> Bulletin:
        row: Bulletin = self.one(Bulletin, pk=self.kwargs["pk"])
        if not may_write(self.scope, row.body):
            raise NotAllowed
        return row

    @property
    def before(self) -> Bulletin | None:
        return self.current().follows

    def initial(self) -> dict[str, Any]:
        row = self.current()
        regions, outlines = areas_of(row)
        same = (
            *("hazard", "level", "change", "owner", "headline", "text", "instruction"),
            *("effective_at", "expires_at", "origin"),
        )
        return {
            "body": row.body_id,
            **{name: getattr(row, name) for name in same},
            **_places(regions, write_outlines(outline for _name, outline in outlines)),
        }

    def perform(self, asked: Asked) -> str:
        form = self.form_class(self.request.POST, **self.form_arguments())
        form.is_valid()
        result = rewrite_bulletin(
            self.kwargs["pk"],
            form.draft(),
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return bulletin_url(result["id"])

    def back(self) -> str:
        return bulletin_url(self.kwargs["pk"])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [(reverse("warning-desk"), DESK), (bulletin_url(row.pk), title_of(row))]


def _known(words: Any, text: str) -> str:
    """A code that exists, else empty."""
    return text if text in {each.value for each in words} else ""


def _places(regions: list[Region], outlines: str) -> dict[str, Any]:
    """Divisions of the tree as ticks, the others as codes."""
    listed = [region.code for region in regions if region.level in TREE_LEVELS]
    others = [region.code for region in regions if region.level not in TREE_LEVELS]
    return {"regions": listed, "more_codes": ", ".join(others), "outlines": outlines}
