"""Who may publish which warning: the register of rights."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_list import Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN, mark_choices
from anlan.warning.choices import KIND_CHOICES, LEVEL_CHOICES
from anlan.warning.models import PublishingRight

TITLE = _("Who may publish warnings")
EVERY_LEVEL = _("every level")


class RightList(RegisterList):
    model = PublishingRight
    capability = Capability.READ_INTERNAL
    title = TITLE
    lead = _(
        "Kind of warning, level, body and law. The city's own table of signers is not known and "
        "is entered here when it is. Whoever is not named relays unchanged, with issuer and time."
    )
    empty = _("No right is entered. Take the rows of the law in by loading the profile again.")
    columns = (
        Column(
            name="kind",
            label=_("kind of warning"),
            value=lambda r: r.get_kind_display(),
            link=lambda r: reverse("publishing-right", args=[r.pk]),
            sort=("kind", "level"),
            is_title=True,
        ),
        Column(
            name="level",
            label=_("warning level"),
            value=lambda r: r.get_level_display() if r.level else None,
            sort=("level",),
            missing=EVERY_LEVEL,
        ),
        Column(name="bodies", label=_("who may"), value=lambda r: r.bodies, sort=("bodies",)),
        Column(name="exclusive", label=_("nobody else may"), value=lambda r: r.is_exclusive),
        Column(name="law", label=_("law or document"), value=lambda r: r.law, sort=("law",)),
        Column(
            name="article", label=_("article"), value=lambda r: r.article, missing=_("not seen")
        ),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(
            name="kind", label=_("kind of warning"), choices=lambda s: KIND_CHOICES, field="kind"
        ),
        Filter(
            name="level", label=_("warning level"), choices=lambda s: LEVEL_CHOICES, field="level"
        ),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("bodies__icontains", "law__icontains")
    default_sort = "kind"

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("warning-list"), _("Incoming warnings")),)


class RightObject(RegisterObject):
    model = PublishingRight
    capability = Capability.READ_INTERNAL
    url_name = "publishing-right"
    subject = "warning.publishingright"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("body")

    def crumbs(self, row: PublishingRight) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("warning-list"), _("Incoming warnings")),
            (reverse("publishing-right-list"), TITLE),
        )

    def facts(self, row: PublishingRight) -> Sequence[Fact]:
        url = reverse("body", args=[row.body.code]) if row.body is not None else ""
        return (
            fact(_("kind of warning"), row.get_kind_display()),
            fact(
                _("warning level"),
                row.get_level_display() if row.level else "",
                missing=EVERY_LEVEL,
            ),
            fact(_("who may publish, in words"), row.bodies),
            fact(_("body"), row.body, url=url, missing=_("a class of bodies")),
            fact(_("nobody else may"), row.is_exclusive),
            fact(_("law or document"), row.law),
            fact(_("article"), row.article, missing=_("not seen")),
            fact(_("valid from"), row.valid_from, missing=_("not entered")),
            fact(_("valid until (excluded)"), row.valid_until, missing=_("open")),
        )
