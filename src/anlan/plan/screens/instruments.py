"""Institutions required: by clause with the next step, as a list, one line, linking."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotAllowed
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.actions.instrument import (
    NewRequirement,
    link_instrument,
    may_link,
    may_require,
    require_instrument,
    withdraw_requirement,
)
from anlan.plan.choices import KIND_CHOICES
from anlan.plan.forms.instrument import LinkForm, PlainReasonForm, RequirementForm
from anlan.plan.models import InstrumentRequirement
from anlan.plan.queries.instruments import (
    grouped,
    required,
    requirement_url,
    standing,
    with_last_use,
)
from anlan.plan.rules.instrument_requirement import (
    NEXT_STEPS,
    REQUIREMENT_LABELS,
    RequirementStanding,
)
from anlan.plan.screens.common import item_url, with_query
from anlan.plan.screens.loop.common import item_of_path
from anlan.registers.instruments import in_state
from anlan.registers.models import Instrument
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.instruments import instrument_url
from anlan.registers.screens.keeping import KeptForm

LOOKS = {
    RequirementStanding.REQUIRED: ("red", "warn"),
    RequirementStanding.DRAFTING: ("yellow", "edit"),
    RequirementStanding.ADOPTED: ("blue", "info"),
    RequirementStanding.IN_FORCE: ("green", "check"),
    RequirementStanding.DUE_FOR_REVIEW: ("orange", "warn"),
    RequirementStanding.REPEALED: ("red", "warn"),
}


def standing_badge(row: InstrumentRequirement) -> Badge:
    found = standing(row, clock.today())
    tone, icon = LOOKS[found]
    return Badge(text=_(found.label), tone=tone, icon=icon)


def next_step(row: InstrumentRequirement) -> str:
    return _(NEXT_STEPS[standing(row, clock.today())])


def in_standing(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    if code == RequirementStanding.REQUIRED:
        return rows.filter(instrument__isnull=True)
    found = Instrument.objects.filter(in_state(code, clock.today()))
    return rows.filter(instrument__in=found)


class Institutions(SignedIn, View):
    """By clause: what is required and not there yet (or everything), with the next step."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest) -> HttpResponse:
        scope, today = scope_of(request), clock.today()
        rows = list(
            with_last_use(required(scope), today).order_by(
                "item__notice", "item__position", "position", "pk"
            )
        )
        met = [row for row in rows if standing(row, today).is_met]
        shows_all = request.GET.get("show") == "all"
        kept = set(met) if not shows_all else set()
        shown = [row for row in rows if row not in kept]
        groups = [
            (item, item_url(item), [self._line(row) for row in lines], may_require(scope, item))
            for item, lines in grouped(shown)
        ]
        context = {
            "groups": groups,
            "total": len(rows),
            "met": len(met),
            "shows_all": shows_all,
            "list_url": reverse("plan-requirement-list"),
            "measure_url": reverse("plan-measure", args=["instruments-in-force"]),
            "register_url": reverse("instrument-list"),
        }
        return render(request, "plan/institutions.html", context)

    @staticmethod
    def _line(row: Any) -> dict[str, Any]:
        return {
            "row": row,
            "url": requirement_url(row),
            "badge": standing_badge(row),
            "step": next_step(row),
            "instrument_url": instrument_url(row.instrument) if row.instrument else "",
        }


class RequirementList(RegisterList):
    model = InstrumentRequirement
    capability = Capability.READ_INTERNAL
    title = gettext_lazy("Institutions required")
    lead = gettext_lazy(
        "What the clauses ask for, one line each, with the document that meets it."
    )
    empty = gettext_lazy("No clause of an imported notice asks for an institution yet.")
    columns = (
        Column(
            name="item",
            label=gettext_lazy("item"),
            value=lambda r: r.item.key,
            link=lambda r: item_url(r.item),
            sort=("item__notice", "item__position", "position"),
        ),
        Column(
            name="wanted",
            label=gettext_lazy("institution asked for"),
            value=lambda r: r.wanted,
            link=requirement_url,
            sort=("wanted",),
            is_title=True,
        ),
        Column(name="state", label=gettext_lazy("state"), value=standing_badge),
        Column(
            name="instrument",
            label=gettext_lazy("institution"),
            value=lambda r: r.instrument and str(r.instrument),
            link=lambda r: instrument_url(r.instrument) if r.instrument else None,
            sort=("instrument__name",),
            missing=gettext_lazy("none linked"),
        ),
        Column(name="next", label=gettext_lazy("next step"), value=next_step),
        Column(
            name="phrase",
            label=gettext_lazy("phrase of the clause"),
            value=lambda r: r.phrase,
            shown=False,
        ),
        Column(
            name="uses",
            label=gettext_lazy("uses in 12 months"),
            value=lambda r: r.uses,
            align="end",
            sort=("uses",),
        ),
    )
    filters = (
        Filter(
            name="state",
            label=gettext_lazy("state"),
            choices=lambda scope: [(s.value, _(text)) for s, text in REQUIREMENT_LABELS.items()],
            narrow=in_standing,
        ),
        Filter(
            name="kind",
            label=gettext_lazy("kind of item"),
            choices=lambda scope: KIND_CHOICES,
            field="item__kind",
        ),
    )
    search_fields = ("wanted__icontains", "phrase__icontains", "item__key__iexact")
    default_sort = "item"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        live = rows.filter(Q(item__is_dropped=False), withdrawn_at__isnull=True)
        return with_last_use(live.select_related("item", "instrument"), clock.today())

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-institutions"), _("Institutions required")),)


class RequirementObject(RegisterObject):
    model = InstrumentRequirement
    capability = Capability.READ_INTERNAL
    url_name = "plan-requirement"
    subject = "plan.instrumentrequirement"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("item__notice", "instrument__issuer__unit")

    def heading(self, row: InstrumentRequirement) -> Text:
        return row.wanted

    def lead(self, row: InstrumentRequirement) -> Text:
        return next_step(row) if row.withdrawn_at is None else row.note

    def badges(self, row: InstrumentRequirement) -> Sequence[Badge]:
        if row.withdrawn_at is not None:
            return (Badge(text=_("no longer asked for"), tone="grey"),)
        exact = [Badge(text=_("named exactly by the clause"), tone="blue")]
        ours = [Badge(text=_("our reading of the clause"), tone="yellow", icon="info")]
        return [
            standing_badge(row),
            *(exact if row.is_named_exactly else []),
            *(ours if row.is_ours else []),
        ]

    def crumbs(self, row: InstrumentRequirement) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-institutions"), _("Institutions required")),)

    def actions(self, row: InstrumentRequirement) -> Sequence[Action]:
        scope = scope_of(self.request)
        if row.withdrawn_at is not None or not may_link(scope, row.item):
            return ()
        link = reverse("plan-requirement-link", args=[row.pk])
        enter = with_query(reverse("instrument-add"), name=row.wanted, kind=row.kind)
        found = [
            Action(label=_("Link an institution"), url=link, icon="edit", is_primary=True),
            Action(label=_("Enter a new institution"), url=enter, icon="plus"),
        ]
        if scope.may(Capability.STEER_PLAN):
            drop = reverse("plan-requirement-withdraw", args=[row.pk])
            found.append(Action(label=_("No longer asked for"), url=drop, icon="close"))
        return found

    def facts(self, row: InstrumentRequirement) -> Sequence[Fact]:
        instrument = row.instrument
        return (
            fact(_("item"), str(row.item), url=item_url(row.item)),
            fact(_("phrase of the clause"), row.phrase),
            fact(_("kind"), row.get_kind_display()),
            fact(
                _("institution"),
                instrument and str(instrument),
                url=instrument_url(instrument) if instrument else "",
                missing=_("none linked"),
            ),
            fact(_("document number"), instrument.number if instrument else ""),
            fact(_("issuer"), instrument.issuer.full_name if instrument else ""),
            fact(_("linked at"), row.linked_at),
            fact(_("note"), row.note),
        )


class RequirementAdd(KeptForm):
    form_class = RequirementForm
    capability = Capability.WORK_IN_PLAN
    title = gettext_lazy("Say that the clause asks for an institution")
    lead = gettext_lazy("It enters the measure of the item as required and not there yet.")

    def item(self) -> Any:
        found = item_of_path(self.request, self.kwargs["notice"], self.kwargs["key"])
        if not may_require(self.scope, found):
            raise NotAllowed
        return found

    def initial(self) -> dict[str, Any]:
        self.item()
        return {}

    def perform(self, asked: Asked) -> str:
        new = NewRequirement(item=self.item().pk, **asked.values)
        result = require_instrument(new, **self.told(asked))
        return reverse("plan-requirement", args=[result["id"]])

    def back(self) -> str:
        return reverse("plan-item", args=[self.kwargs["notice"], self.kwargs["key"]])


class _OfRequirement(KeptForm):
    capability = Capability.WORK_IN_PLAN

    def current(self) -> InstrumentRequirement:
        row: InstrumentRequirement = self.one(
            InstrumentRequirement, pk=self.kwargs["pk"], withdrawn_at__isnull=True
        )
        if not may_link(self.scope, row.item):
            raise NotAllowed
        return row

    def back(self) -> str:
        return reverse("plan-requirement", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("plan-institutions"), _("Institutions required")),
            (self.back(), self.current().wanted),
        ]


class RequirementLink(_OfRequirement):
    form_class = LinkForm
    title = gettext_lazy("Link an institution")
    lead = gettext_lazy("A draft may be linked: it is shown as drafting and does not count yet.")

    def initial(self) -> dict[str, Any]:
        return {"instrument": self.current().instrument_id}

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"instrument": Instrument.objects.visible_to(self.scope).order_by("name")}

    def perform(self, asked: Asked) -> str:
        chosen = asked.values["instrument"]
        key: uuid.UUID | None = chosen.pk if chosen is not None else None
        link_instrument(
            self.kwargs["pk"], key, expected_version=asked.expected_version, **self.told(asked)
        )
        return self.back()


class RequirementWithdraw(_OfRequirement):
    form_class = PlainReasonForm
    capability = Capability.STEER_PLAN
    title = gettext_lazy("No longer asked for")
    submit = gettext_lazy("Take it out of the measure")

    def perform(self, asked: Asked) -> str:
        withdraw_requirement(
            self.kwargs["pk"], expected_version=asked.expected_version, **self.told(asked)
        )
        return self.back()


ACTIONS = (
    ("plan.instrument.require", gettext_noop("Institution required")),
    ("plan.instrument.link", gettext_noop("Institution linked to what requires it")),
    ("plan.instrument.withdraw", gettext_noop("Institution no longer required")),
    ("plan.measure.map", gettext_noop("Measures mapped to the items")),
    ("plan.measure.bounds", gettext_noop("Bounds of a lamp set")),
    ("plan.measure.snapshot", gettext_noop("Figures of the day kept")),
)
