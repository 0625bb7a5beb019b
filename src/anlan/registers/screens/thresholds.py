"""Thresholds that units set for stale numbers."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_list import Action, RegisterList
from anlan.base.screens.signed_in import scope_of
from anlan.registers.models import ContactThreshold
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import MARK_COLUMN


class ThresholdList(RegisterList):
    model = ContactThreshold
    capability = Capability.READ_INTERNAL
    title = _("Thresholds of stale numbers")
    empty = _("No unit set one of its own: the default holds everywhere.")
    columns = (
        Column(
            name="unit",
            label=_("unit"),
            value=lambda t: t.unit.short_name,
            sort=("unit__position", "valid_from"),
            is_title=True,
        ),
        Column(
            name="days",
            label=_("stale after (calendar days)"),
            value=lambda t: t.stale_after_calendar_days,
            sort=("stale_after_calendar_days",),
            align="end",
        ),
        Column(
            name="from", label=_("valid from"), value=lambda t: t.valid_from, sort=("valid_from",)
        ),
        Column(name="source", label=_("source"), value=lambda t: t.source),
        MARK_COLUMN,
    )
    default_sort = "unit"
    lead = _("Where a unit set none, a number is stale after 90 calendar days: our default.")

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("contact-list"), _("Contacts and proof")),)

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit")

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.KEEP_OWN):
            return ()
        url = reverse("threshold-add")
        return (Action(label=_("Set a threshold"), url=url, icon="plus", is_primary=True),)
