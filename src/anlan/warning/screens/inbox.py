"""The inbox of incoming warnings: list, page of a warning, page of one message."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.parts import registry
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import unit_choices
from anlan.warning.choices import HAZARD_CHOICES, LEVEL_CHOICES, Intake, hazard_and_level
from anlan.warning.models import IssuedWarning, WarningArea, WarningMessage
from anlan.warning.queries.bulletins import bulletin_url
from anlan.warning.queries.desk import SOON
from anlan.warning.queries.measures import median_minutes
from anlan.warning.queries.received import (
    area_names,
    areas_of,
    ends_at,
    may_receive,
    message_url,
    messages_of,
    publishing_verdict,
    read_here,
    received_after,
    units_received_for,
    warning_url,
    warnings,
    with_areas,
)
from anlan.warning.queries.release import receipt_of, restriction_of
from anlan.warning.rules.reading.reading import FIELDS, Reading
from anlan.warning.rules.relay import relay_text
from anlan.warning.screens.calling import open_actions
from anlan.warning.screens.common import area_map, grounds_of, level_badge, state_badge
from anlan.warning.screens.reading import lines_of

IN_FORCE, OVER, EXPIRING = "in-force", "over", "expiring"
PASTE = _("Paste a warning")
INBOX = _("Incoming warnings")


def state_choices(scope: Any) -> list[tuple[str, Text]]:
    return [
        (IN_FORCE, _("still in force")),
        (EXPIRING, _("running out soon")),
        (OVER, _("over")),
    ]


def in_state(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    if code == EXPIRING:
        soon = clock.now() + SOON
        return rows.filter(ended_at__isnull=True, expires_at__lte=soon)
    return rows.filter(ended_at__isnull=code == IN_FORCE)


def minutes_text(row: Any) -> str:
    minutes = int(received_after(row).total_seconds() // 60)
    return gettext("{minutes} minutes").format(minutes=minutes)


def areas_text(row: Any) -> str:
    return area_names(areas_of(row))


class WarningList(RegisterList):
    model = IssuedWarning
    capability = Capability.READ_INTERNAL
    title = INBOX
    lead = _("What owners of warnings said, in force first. Nothing is published here.")
    empty = _(
        "No warning came yet. Copy the text of the station from the telephone or the web page and "
        "paste it: issuer, hazard, level and time are read from it, and you choose what could not "
        "be read."
    )
    template_name = "warning/inbox.html"
    columns = (
        Column(
            name="hazard",
            label=_("hazard"),
            value=lambda w: w.get_hazard_display(),
            link=lambda w: warning_url(w.pk),
            sort=("hazard", "-newest_at"),
            is_title=True,
        ),
        Column(
            name="state",
            label=_("state"),
            value=state_badge,
            sort=("is_over", "-rank", "-newest_at"),
        ),
        Column(
            name="level", label=_("warning level"), value=level_badge, sort=("rank", "-newest_at")
        ),
        Column(
            name="issuer",
            label=_("issuer of the warning"),
            value=lambda w: w.issuer,
            sort=("issuer",),
        ),
        Column(name="areas", label=_("where it holds"), value=areas_text, missing=_("unknown")),
        Column(
            name="newest",
            label=_("newest message"),
            value=lambda w: w.newest_at,
            sort=("newest_at",),
        ),
        Column(
            name="ends",
            label=_("ended, or runs out"),
            value=ends_at,
            sort=("ended_at", "expires_at"),
            missing=_("until lifted"),
        ),
        Column(
            name="unit",
            label=_("carried on by"),
            value=lambda w: w.unit.short_name,
            sort=("unit__position",),
        ),
        Column(
            name="messages",
            label=_("messages"),
            value=lambda w: w.messages_all,
            sort=("messages_all",),
            align="end",
            shown=False,
        ),
        Column(
            name="issued",
            label=_("first issued"),
            value=lambda w: w.issued_at,
            sort=("issued_at",),
            shown=False,
        ),
    )  # fmt: skip
    filters = (
        Filter(
            name="state",
            label=_("state"),
            choices=state_choices,
            narrow=in_state,
        ),
        Filter(
            name="level", label=_("warning level"), choices=lambda s: LEVEL_CHOICES, field="level"
        ),
        Filter(name="hazard", label=_("hazard"), choices=lambda s: HAZARD_CHOICES, field="hazard"),
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="unit__code"),
    )
    search_fields = ("issuer__icontains", "messages__text__icontains")
    default_sort = "state"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_areas(warnings(scope_of(self.request)).filter(pk__in=rows.values("pk")))

    def found(self, word: str) -> Any:
        texts = WarningMessage.objects.filter(text__icontains=word).values("warning")
        return Q(issuer__icontains=word) | Q(pk__in=texts)

    def figures(self) -> Sequence[tuple[Text, Any, str]]:
        scope = scope_of(self.request)
        standing = IssuedWarning.objects.visible_to(scope).filter(ended_at__isnull=True)
        count, minutes = median_minutes(scope, clock.now())
        known = gettext("unknown") if minutes is None else f"{minutes:g}"
        high = standing.filter(level__in=("red", "orange")).count()
        here = reverse("warning-list")
        return (
            (_("still in force"), standing.count(), f"{here}?state={IN_FORCE}"),
            (_("of these red or orange"), high, f"{here}?state={IN_FORCE}&sort=state"),
            (_("messages in 12 months"), count, here),
            (_("minutes from issue to receipt (median)"), known, here),
        )

    def actions(self) -> Sequence[Action]:
        rights = Action(label=_("Who may publish"), url=reverse("publishing-right-list"))
        files = Action(label=_("CAP files"), url=reverse("cap-list"))
        if not units_received_for(scope_of(self.request)).exists():
            return (files, rights)
        paste = Action(label=PASTE, url=reverse("warning-paste"), icon="plus", is_primary=True)
        upload = Action(label=_("Upload a CAP file"), url=reverse("cap-upload"), icon="plus")
        return (paste, upload, files, rights)


class WarningObject(RegisterObject):
    model = IssuedWarning
    capability = Capability.READ_INTERNAL
    url_name = "warning"
    subject = "warning.warning"
    template_name = "warning/warning.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit__region", "issuer_body")

    def heading(self, row: IssuedWarning) -> Text:
        return gettext("{hazard} {level} warning").format(
            hazard=row.get_hazard_display(), level=row.get_level_display()
        )

    def lead(self, row: IssuedWarning) -> Text:
        return row.issuer

    def badges(self, row: IssuedWarning) -> Sequence[Badge]:
        return (level_badge(row), state_badge(row))

    def crumbs(self, row: IssuedWarning) -> Sequence[tuple[str, Text]]:
        return ((reverse("warning-list"), INBOX),)

    def api_url(self, row: IssuedWarning) -> str:
        return f"/api/v1/warnings/{row.pk}"

    def actions(self, row: IssuedWarning) -> Sequence[Action]:
        own = own_bulletin(row)
        if own is not None:
            opened = Action(label=_("Open its bulletin"), url=bulletin_url(own), is_primary=True)
            return (*open_actions(row, scope_of(self.request)), opened)
        scope = scope_of(self.request)
        calls = open_actions(row, scope)
        if not may_receive(scope, row.unit.code):
            return calls
        url = f"{reverse('warning-paste')}?unit={row.unit.code}"
        paste = _("Paste its next message")
        return (*calls, Action(label=paste, url=url, icon="plus", is_primary=not calls))

    def facts(self, row: IssuedWarning) -> Sequence[Fact]:
        return (
            fact(_("issuer of the warning"), row.issuer, url=_body_url(row)),
            fact(_("hazard"), row.get_hazard_display()),
            fact(_("warning level"), level_badge(row)),
            fact(_("first issued"), row.issued_at),
            fact(_("expires at"), row.expires_at, missing=_("no end is printed: until lifted")),
            fact(_("ended at"), row.ended_at, missing=_("still in force")),
            fact(_("carried on by"), row.unit.name, url=reverse("unit", args=[row.unit.code])),
        )

    def more_context(self, row: IssuedWarning) -> dict[str, Any]:
        scope, found = scope_of(self.request), messages_of(row)
        newest = found[-1] if found else None
        areas = list(newest.areas.all()) if newest is not None else []
        is_own = newest is not None and newest.intake == Intake.OWN
        own_body = row.issuer_body.code if is_own and row.issuer_body is not None else ""
        return {
            "is_own": is_own,
            "timeline": [self._moment(each) for each in reversed(found)],
            "map": area_map(areas, row.level, scope),
            "places": [(str(each), _region_url(each)) for each in areas],
            "grounds": grounds_of(
                publishing_verdict(row.hazard, row.level, clock.today(), own_body).reasons
            ),
        }

    def _moment(self, row: WarningMessage) -> dict[str, Any]:
        panels = [
            (panel.label, panel.render(self.request, row))
            for panel in registry.panels("warning.message")
        ]
        return {
            "row": row,
            "url": message_url(row.pk),
            "badge": level_badge(row),
            "areas": area_names(row.areas.all()),
            "delay": minutes_text(row),
            "relay": relay_text(row.text, row.warning.issuer, row.issued_at),
            "restriction": restriction_of(row),
            "panels": [(label, html) for label, html in panels if html],
        }


def own_bulletin(row: IssuedWarning) -> Any:
    """Key of the newest bulletin of ours that the warning came from; None for others."""
    own = row.messages.filter(intake=Intake.OWN.value).order_by("-issued_at", "-pk")
    found = own.values_list("bulletin", flat=True).first()
    return found


def _region_url(area: WarningArea) -> str:
    return reverse("region", args=[area.region.code]) if area.region is not None else ""


def _body_url(row: IssuedWarning) -> str:
    return reverse("body", args=[row.issuer_body.code]) if row.issuer_body is not None else ""


class MessageObject(RegisterObject):
    model = WarningMessage
    capability = Capability.READ_INTERNAL
    url_name = "warning-message"
    subject = "warning.message"
    template_name = "warning/message.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        joined = rows.select_related("warning__unit").prefetch_related("areas__region")
        return joined

    def heading(self, row: WarningMessage) -> Text:
        named = hazard_and_level(row.warning.get_hazard_display(), row.get_level_display())
        return f"{named} · {row.get_change_display()}"

    def lead(self, row: WarningMessage) -> Text:
        return row.warning.issuer

    def badges(self, row: WarningMessage) -> Sequence[Badge]:
        return (level_badge(row),)

    def crumbs(self, row: WarningMessage) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("warning-list"), INBOX),
            (warning_url(row.warning_id), str(row.warning)),
        )

    def neighbours_among(self, row: WarningMessage) -> QuerySet[Any] | None:
        return None

    def api_url(self, row: WarningMessage) -> str:
        return f"/api/v1/warnings/messages/{row.pk}"

    def actions(self, row: WarningMessage) -> Sequence[Action]:
        back = Action(label=_("To its warning"), url=warning_url(row.warning_id))
        if row.intake == Intake.OWN or not may_receive(
            scope_of(self.request), row.warning.unit.code
        ):
            return (back,)
        url = reverse("warning-message-correct", args=[row.pk])
        return (Action(label=_("It was misread: correct"), url=url, icon="edit"), back)

    def facts(self, row: WarningMessage) -> Sequence[Fact]:
        return (
            fact(_("warning"), str(row.warning), url=warning_url(row.warning_id)),
            fact(_("kind of change"), row.get_change_display()),
            fact(_("warning level"), level_badge(row)),
            fact(_("where it holds"), area_names(row.areas.all())),
            fact(_("issued at"), row.issued_at),
            fact(_("received at"), row.received_at),
            fact(_("from issue to receipt"), minutes_text(row)),
            fact(_("expires at"), row.expires_at, missing=_("no end is printed: until lifted")),
            fact(_("identifier of the owner"), row.identifier, missing=_("none")),
            fact(_("way it came"), row.get_intake_display()),
            fact(_("recorded by"), row.recorded_by),
        )

    def more_context(self, row: WarningMessage) -> dict[str, Any]:
        verdict = read_here(row.text, row.received_at)
        return {
            "relay": relay_text(row.text, row.warning.issuer, row.issued_at),
            "lines": lines_of(verdict.known()),
            "chosen": _chosen(row, verdict.known()),
            "grounds": grounds_of(verdict.reasons[:1]),
            "is_file": row.intake == Intake.CAP,
            "restriction": restriction_of(row),
            "receipt": receipt_of(row),
            "may_record": may_receive(scope_of(self.request), row.warning.unit.code),
            "document": row.cap_documents.visible_to(scope_of(self.request)).first(),
        }


def _chosen(row: WarningMessage, reading: Reading) -> list[str]:
    """Fields that a person said otherwise than they are read."""
    kept = {
        "issuer": row.warning.issuer,
        "hazard": row.warning.hazard,
        "level": row.level,
        "change": row.change,
        "issued_at": row.issued_at,
    }
    return [name for name in FIELDS if getattr(reading, name).value != kept[name]]
