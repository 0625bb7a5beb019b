"""Reporting lines: the head of each body, and the leader whom it reports to."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_list import Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.models import Post, ReportingLine
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN, mark_choices, span

MISSING = _("not on record: papers go to the body")


def line_url(row: ReportingLine) -> str:
    return reverse("reporting-line", args=[row.pk])


def _post_url(post: Post | None, scope: Scope) -> str:
    """The page of a post, for those who may open it."""
    if post is None or not scope.may(Capability.READ_PEOPLE):
        return ""
    seen = Post.objects.visible_to(scope).filter(pk=post.pk).exists()
    return reverse("post", args=[post.pk]) if seen else ""


class ReportingLineList(RegisterList):
    model = ReportingLine
    capability = Capability.READ_INTERNAL
    title = _("Reporting lines")
    lead = _(
        "Who heads a body, and which leader it reports to. Supervision climbs along these lines."
    )
    empty = _("No line is on record. Bring a file in, or let an administrator enter the first.")
    columns = (
        Column(
            name="body",
            label=_("body"),
            value=lambda r: r.body,
            link=line_url,
            sort=("body__unit__position", "body__position"),
            is_title=True,
        ),
        Column(name="head", label=_("post of the head"), value=lambda r: r.head, missing=MISSING),
        Column(
            name="superior",
            label=_("post of the leader in charge"),
            value=lambda r: r.superior,
            missing=MISSING,
        ),
        Column(name="span", label=_("valid"), value=span, sort=("valid_from",)),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),)
    search_fields = ("body__short_name__icontains", "body__full_name__icontains")
    default_sort = "body"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("body__unit", "head__body", "superior__body")


class ReportingLineObject(RegisterObject):
    model = ReportingLine
    capability = Capability.READ_INTERNAL
    url_name = "reporting-line"
    subject = "registers.reporting_line"
    order_key = ("body__position", "pk")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("body__unit", "head__body", "superior__body")

    def crumbs(self, row: ReportingLine) -> Sequence[tuple[str, Text]]:
        return ((reverse("reporting-line-list"), _("Reporting lines")),)

    def facts(self, row: ReportingLine) -> Sequence[Fact]:
        scope = scope_of(self.request)
        return (
            fact(_("body"), row.body, url=reverse("body", args=[row.body.code])),
            fact(_("post of the head"), row.head, url=_post_url(row.head, scope), missing=MISSING),
            fact(
                _("post of the leader in charge"),
                row.superior,
                url=_post_url(row.superior, scope),
                missing=MISSING,
            ),
            fact(_("valid"), span(row)),
        )
