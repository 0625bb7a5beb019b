"""Bulletins: the list, the page of one, its print and its files."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import unit_choices
from anlan.registers.screens.keeping import kept_bodies
from anlan.warning.choices import (
    BULLETIN_STATE_CHOICES,
    HAZARD_CHOICES,
    LEVEL_CHOICES,
    WAY_CHOICES_OF_BULLETIN,
)
from anlan.warning.models import Bulletin
from anlan.warning.queries.bulletins import (
    approval_verdict,
    areas_of,
    bulletin_of,
    bulletin_url,
    bulletins,
    chain_before,
    change_gap_of,
    follower_of,
    is_followable,
    may_write,
    words_of,
)
from anlan.warning.queries.desk import QUEUES, in_queue
from anlan.warning.queries.received import may_receive, warning_url
from anlan.warning.queries.release import receipt_of
from anlan.warning.rules.bulletin.life import EDITABLE, BulletinAct, BulletinState, may
from anlan.warning.rules.bulletin.route import BulletinWay
from anlan.warning.screens.bulletin_common import (
    areas_text,
    bulletin_badge,
    gap_names,
    grounds,
    title_of,
    way_badge,
)
from anlan.warning.screens.calling import open_actions
from anlan.warning.screens.common import area_map, level_badge

DESK = _("Warning desk")
BULLETINS = _("Bulletins")
QUEUE_LABELS = {
    "drafts": _("drafts and sent back"),
    "waiting": _("waits for approval"),
    "approved": _("approved, not issued yet"),
    "open": _("issued, in force"),
    "proposed": _("proposed, no answer yet"),
    "expiring": _("running out soon"),
}


def queue_choices(scope: Any) -> list[tuple[str, Text]]:
    return [(code, QUEUE_LABELS[code]) for code in QUEUES]


TITLE_COLUMN = Column(
    name="title",
    label=_("bulletin"),
    value=title_of,
    link=lambda r: bulletin_url(r.pk),
    sort=("headline", "pk"),
    is_title=True,
)
STATE_COLUMN = Column(name="state", label=_("state"), value=bulletin_badge, sort=("state", "pk"))
LEVEL_COLUMN = Column(
    name="level", label=_("warning level"), value=level_badge, sort=("level", "pk")
)
BODY_COLUMN = Column(
    name="body",
    label=_("body that writes"),
    value=lambda r: r.body.short_name,
    sort=("body__short_name", "pk"),
)
ENDS_COLUMN = Column(
    name="ends",
    label=_("expires at"),
    value=lambda r: r.expires_at,
    sort=("expires_at", "pk"),
    missing=_("not said"),
)
WRITTEN_COLUMN = Column(
    name="drafted",
    label=_("first written at"),
    value=lambda r: r.drafted_at,
    sort=("drafted_at", "pk"),
)


class BulletinList(RegisterList):
    model = Bulletin
    capability = Capability.READ_INTERNAL
    title = BULLETINS
    lead = _("Warnings that our bodies write: to issue them, or to propose them to their owner.")
    empty = _(
        "No bulletin yet. Compose one: the register of rights says whether your body issues it or "
        "proposes it to the owner."
    )
    columns = (
        TITLE_COLUMN,
        STATE_COLUMN,
        LEVEL_COLUMN,
        Column(
            name="way", label=_("own warning or proposal"), value=way_badge, sort=("way", "pk")
        ),
        BODY_COLUMN,
        Column(name="areas", label=_("where it holds"), value=areas_text, missing=_("not said")),
        ENDS_COLUMN,
        WRITTEN_COLUMN,
        Column(
            name="sent",
            label=_("issued or proposed at"),
            value=lambda r: r.sent_at,
            sort=("sent_at", "pk"),
            missing=_("not yet"),
            shown=False,
        ),
    )
    filters = (
        Filter(
            name="queue",
            label=_("on the desk"),
            choices=queue_choices,
            narrow=lambda rows, code: in_queue(rows, code, clock.now()),
        ),
        Filter(
            name="state", label=_("state"), choices=lambda s: BULLETIN_STATE_CHOICES, field="state"
        ),
        Filter(
            name="level", label=_("warning level"), choices=lambda s: LEVEL_CHOICES, field="level"
        ),
        Filter(name="hazard", label=_("hazard"), choices=lambda s: HAZARD_CHOICES, field="hazard"),
        Filter(
            name="way",
            label=_("own warning or proposal"),
            choices=lambda s: WAY_CHOICES_OF_BULLETIN,
            field="way",
        ),
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="unit__code"),
    )
    search_fields = ("headline__icontains", "text__icontains", "body__short_name__icontains")
    default_sort = "-drafted"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return bulletins(scope_of(self.request)).filter(pk__in=rows.values("pk"))

    def actions(self) -> Sequence[Action]:
        desk = Action(label=DESK, url=reverse("warning-desk"))
        return (*compose_actions(scope_of(self.request)), desk)


def compose_actions(scope: Any) -> tuple[Action, ...]:
    """The way to a new bulletin, for whoever writes for a body."""
    if not scope.may(Capability.RECEIVE_WARNINGS) or not kept_bodies(scope).exists():
        return ()
    url = reverse("bulletin-compose")
    return (Action(label=_("Compose a bulletin"), url=url, icon="plus", is_primary=True),)


class BulletinObject(RegisterObject):
    model = Bulletin
    capability = Capability.READ_INTERNAL
    url_name = "bulletin"
    subject = "warning.bulletin"
    template_name = "warning/bulletin.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return bulletins(scope_of(self.request)).filter(pk__in=rows.values("pk"))

    def heading(self, row: Bulletin) -> Text:
        return title_of(row)

    def lead(self, row: Bulletin) -> Text:
        return str(row.body.full_name)

    def badges(self, row: Bulletin) -> Sequence[Badge]:
        return (level_badge(row), bulletin_badge(row), way_badge(row))

    def crumbs(self, row: Bulletin) -> Sequence[tuple[str, Text]]:
        return ((reverse("warning-desk"), DESK), (reverse("bulletin-list"), BULLETINS))

    def neighbours_among(self, row: Bulletin) -> QuerySet[Any] | None:
        return None

    def api_url(self, row: Bulletin) -> str:
        return f"/api/v1/bulletins/{row.pk}"

    def actions(self, row: Bulletin) -> Sequence[Action]:
        return steps_of(row, self.request)

    def facts(self, row: Bulletin) -> Sequence[Fact]:
        warning = row.message.warning if row.message is not None else None
        yet = _("not yet")
        return (
            fact(_("hazard"), row.get_hazard_display()),
            fact(_("kind of change"), row.get_change_display()),
            fact(_("where it holds"), areas_text(row), missing=_("not said")),
            fact(_("holds from"), row.effective_at, missing=_("from the moment of issue")),
            fact(_("expires at"), row.expires_at, missing=_("not said")),
            fact(_("owner of the warning"), row.owner, missing=_("the body itself"))
            if row.way == BulletinWay.PUBLISH
            else fact(_("owner of the warning"), row.owner, missing=_("not known: say it")),
            fact(_("written because of"), row.origin, missing=_("not said")),
            fact(_("first written at"), row.drafted_at),
            fact(_("last written by"), row.written_by),
            fact(_("submitted at"), _when(row.submitted_at, row.submitted_by), missing=yet),
            fact(_("approved at"), _when(row.approved_at, row.approved_by), missing=yet),
            fact(_("signed by (post)"), row.signer, missing=yet),
            fact(_("issued or proposed at"), _when(row.sent_at, row.sent_by), missing=yet),
            *(
                [fact(_("warning"), str(warning), url=warning_url(warning.pk))]
                if warning is not None
                else []
            ),
            *([fact(_("answer of the owner"), row.answer)] if row.answer else []),
        )

    def relations(self, row: Bulletin) -> Sequence[Relation]:
        seen = bulletins(scope_of(self.request))
        following = follower_of(row)
        keys = [each.pk for each in [*chain_before(row), following] if each is not None]
        return (
            Relation(
                label=_("earlier and later ones"),
                columns=(TITLE_COLUMN, STATE_COLUMN, LEVEL_COLUMN, WRITTEN_COLUMN),
                rows=list(seen.filter(pk__in=keys).order_by("drafted_at", "pk")),
                empty=_("It follows none and none follows it."),
            ),
        )

    def more_context(self, row: Bulletin) -> dict[str, Any]:
        now, scope = clock.now(), scope_of(self.request)
        gap = change_gap_of(row)
        regions, outlines = areas_of(row)
        is_open = BulletinState(row.state) in EDITABLE
        return grounds(row, now) | {
            "words": words_of(row, now),
            "gaps": gap_names(row, now) if is_open else [],
            "unfit": gap.text(gettext) if gap is not None and is_open else "",
            "map": area_map(list(row.areas.all()), row.level, scope),
            "places": [
                *((region.name, reverse("region", args=[region.code])) for region in regions),
                *((name or gettext("drawn area"), "") for name, _outline in outlines),
            ],
            "is_proposal": row.way == BulletinWay.PROPOSE,
            "refusal": refusal_of(row, self.request),
        }


def _when(moment: Any, account: str) -> str:
    if moment is None:
        return ""
    return f"{moment.astimezone(clock.CITY_ZONE):%Y-%m-%d %H:%M} · {account}"


def refusal_of(row: Bulletin, request: HttpRequest) -> str:
    """Why the reader may not approve what waits for it; empty when it may, or nothing waits."""
    if row.state != BulletinState.SUBMITTED:
        return ""
    verdict = approval_verdict(scope_of(request), request.actor.account, row)  # type: ignore[attr-defined]
    note = verdict.reasons[-1].note
    return "" if verdict.value is True or note is None else note.text(gettext)


def steps_of(row: Bulletin, request: HttpRequest) -> list[Action]:
    """The steps that this reader may take now, the next one first."""
    scope, account = scope_of(request), request.actor.account  # type: ignore[attr-defined]
    state, writes = BulletinState(row.state), may_write(scope, row.body)
    approves = approval_verdict(scope, account, row).value is True
    sends = BulletinAct.PROPOSE if row.way == BulletinWay.PROPOSE else BulletinAct.ISSUE
    offered = (
        (BulletinAct.SUBMIT, writes, "bulletin-submit", _("Submit for approval"), "check"),
        (BulletinAct.APPROVE, approves, "bulletin-approve", _("Approve"), "check"),
        (
            sends,
            writes,
            "bulletin-propose" if sends is BulletinAct.PROPOSE else "bulletin-issue",
            _("Send to the owner") if sends is BulletinAct.PROPOSE else _("Issue it now"),
            "check",
        ),
        (BulletinAct.ADOPT, writes, "bulletin-answer", _("Record the answer"), "check"),
        (BulletinAct.EDIT, writes, "bulletin-edit", _("Edit"), "edit"),
        (BulletinAct.SEND_BACK, approves, "bulletin-send-back", _("Send back"), "left"),
        (BulletinAct.TAKE_BACK, writes, "bulletin-take-back", _("Take back"), "left"),
        (BulletinAct.DISCARD, writes, "bulletin-discard", _("Discard"), "close"),
    )
    found = [
        Action(label=label, url=reverse(name, args=[row.pk]), icon=icon)
        for act, is_permitted, name, label, icon in offered
        if is_permitted and may(state, act)
    ]
    found = [*_follow_steps(row, writes=writes), *_call_steps(row, scope), *found]
    if found:
        first = found[0]
        found[0] = Action(label=first.label, url=first.url, icon=first.icon, is_primary=True)
    return [
        *found,
        *_receipt_step(row, scope),
        Action(label=_("Print view"), url=reverse("bulletin-print", args=[row.pk])),
        Action(
            label=_("Alert message file"),
            url=reverse("bulletin-cap", args=[row.pk]),
            icon="download",
        ),
        Action(label=_("Text file"), url=reverse("bulletin-text", args=[row.pk]), icon="download"),
    ]


def _follow_steps(row: Bulletin, *, writes: bool) -> list[Action]:
    if not writes or not is_followable(row, clock.now()) or follower_of(row) is not None:
        return []
    compose = f"{reverse('bulletin-compose')}?follows={row.pk}"
    return [
        Action(label=_("Update it"), url=f"{compose}&change=renew", icon="edit"),
        Action(label=_("Cancel it"), url=f"{compose}&change=lift", icon="close"),
    ]


def _call_steps(row: Bulletin, scope: Any) -> list[Action]:
    if row.message is None or not scope.may(Capability.READ_PEOPLE):
        return []
    return open_actions(row.message.warning, scope)


def _receipt_step(row: Bulletin, scope: Any) -> list[Action]:
    """The way to the number of the national release, once it was issued."""
    message = row.message
    if message is None or not may_receive(scope, row.unit.code) or receipt_of(message):
        return []
    url = reverse("warning-receipt", args=[message.pk])
    return [Action(label=_("Record the receipt"), url=url, icon="check")]


class OneBulletin(SignedIn, View):
    """A page or a file of one bulletin."""

    capability = Capability.READ_INTERNAL

    def row(self, key: uuid.UUID) -> Bulletin:
        found = bulletin_of(scope_of(self.request), key)
        if found is None:
            raise NotFound
        return found

    def file(self, row: Bulletin, content: str, kind: str, ending: str) -> HttpResponse:
        response = HttpResponse(content, content_type=kind)
        name = f"bulletin-{row.pk.hex}.{ending}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class BulletinPrint(OneBulletin):
    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row, now = self.row(pk), clock.now()
        context = grounds(row, now) | {
            "row": row,
            "heading": title_of(row),
            "words": words_of(row, now),
            "areas": areas_text(row),
            "back": bulletin_url(row.pk),
            "crumbs": [(reverse("warning-desk"), DESK), (bulletin_url(row.pk), title_of(row))],
            "is_proposal": row.way == BulletinWay.PROPOSE,
            "state": bulletin_badge(row),
        }
        return render(request, "warning/bulletin_print.html", context)


class BulletinCap(OneBulletin):
    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = self.row(pk)
        return self.file(row, words_of(row, clock.now()).cap, "application/xml", "xml")


class BulletinText(OneBulletin):
    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = self.row(pk)
        words = words_of(row, clock.now())
        parts = [words.full, words.short, title_of(row), str(bulletin_badge(row))]
        return self.file(row, "\n\n".join(parts) + "\n", "text/plain; charset=utf-8", "txt")
