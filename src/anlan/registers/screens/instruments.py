"""Institutions: list, page with their uses, entry and change; the box on records that use them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.keeping.remarks import require_sight
from anlan.base.records import Record
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Action, Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.actions.instruments import (
    NewCitation,
    add_instrument,
    change_instrument,
    cite_instrument,
    subject_of,
)
from anlan.registers.choices import InstrumentKind
from anlan.registers.forms.instruments import CitationForm, InstrumentForm
from anlan.registers.instruments import (
    citations_of,
    in_state,
    named_subjects,
    page_of_subject,
    used_text,
    with_uses,
)
from anlan.registers.models import Citation, Instrument
from anlan.registers.rules.instrument import (
    INSTRUMENT_STATE_LABELS,
    InstrumentState,
    instrument_state,
)
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN, mark_choices, unit_choices
from anlan.registers.screens.keeping import KeptForm, columns_of, kept_bodies

LOOKS = {
    InstrumentState.DRAFTING: ("yellow", "edit"),
    InstrumentState.ADOPTED: ("blue", "info"),
    InstrumentState.IN_FORCE: ("green", "check"),
    InstrumentState.DUE_FOR_REVIEW: ("orange", "warn"),
    InstrumentState.REPEALED: ("grey", ""),
}
COLUMNS = (
    "name",
    "number",
    "kind",
    "issuer",
    "adopted_on",
    "in_force_from",
    "in_force_until",
    "review_on",
    "replaces",
    "note",
    "source",
    "mark",
)
SHOWN_USES = 50


def instrument_url(row: Instrument) -> str:
    return reverse("instrument", args=[row.pk])


def state_of(row: Instrument, day: dt.date | None = None) -> InstrumentState:
    return instrument_state(row.to_domain(), day or clock.today()).known()


def instrument_badge(row: Instrument) -> Badge:
    state = state_of(row)
    tone, icon = LOOKS[state]
    return Badge(text=gettext(state.label), tone=tone, icon=icon)


def state_choices(scope: Any) -> list[tuple[str, Text]]:
    return [(state.value, gettext(label)) for state, label in INSTRUMENT_STATE_LABELS.items()]


class InstrumentList(RegisterList):
    model = Instrument
    capability = Capability.READ_INTERNAL
    title = _("Institutions")
    lead = _(
        "Mechanisms, systems, lists, catalogues and measures that the clauses ask for, with their "
        "days in force and the records that use them. What is required and not there yet stands "
        "under “Institutions required”."
    )
    empty = _("No institution is entered that your post may see. Enter the first one.")
    columns = (
        Column(
            name="name",
            label=_("name"),
            value=str,
            link=instrument_url,
            sort=("name",),
            is_title=True,
        ),
        Column(
            name="number",
            label=_("document number"),
            value=lambda i: i.number,
            sort=("number",),
            missing=_("none"),
        ),
        Column(name="kind", label=_("kind"), value=lambda i: i.get_kind_display(), sort=("kind",)),
        Column(
            name="issuer",
            label=_("issuer"),
            value=lambda i: i.issuer.short_name,
            sort=("issuer__unit__position", "issuer__position"),
        ),
        Column(name="state", label=_("state"), value=instrument_badge),
        Column(
            name="adopted",
            label=_("adopted on"),
            value=lambda i: i.adopted_on,
            sort=("adopted_on",),
        ),
        Column(
            name="review",
            label=_("next review on"),
            value=lambda i: i.review_on,
            sort=("review_on",),
            missing=_("no day set"),
        ),
        Column(
            name="uses",
            label=_("uses in 12 months"),
            value=lambda i: i.uses,
            sort=("uses",),
            align="end",
        ),
        Column(
            name="last",
            label=_("used last on"),
            value=lambda i: i.last_used_on,
            sort=("last_used_on",),
            missing=_("never"),
            shown=False,
        ),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(
            name="state",
            label=_("state"),
            choices=state_choices,
            narrow=lambda rows, code: rows.filter(in_state(code, clock.today())),
        ),
        Filter(name="kind", label=_("kind"), choices=choices_of(InstrumentKind), field="kind"),
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="issuer__unit__code"),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("name__icontains", "number__icontains", "issuer__full_name__icontains")
    default_sort = "-adopted"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_uses(rows.select_related("issuer__unit"), clock.today())

    def actions(self) -> Sequence[Action]:
        if not kept_bodies(scope_of(self.request)).exists():
            return ()
        url = reverse("instrument-add")
        return (Action(label=_("Enter an institution"), url=url, icon="plus", is_primary=True),)


class InstrumentObject(RegisterObject):
    model = Instrument
    capability = Capability.READ_INTERNAL
    url_name = "instrument"
    subject = "registers.instrument"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        joined = rows.select_related("issuer__unit", "replaces", "review_due")
        return with_uses(joined, clock.today())

    def badges(self, row: Instrument) -> Sequence[Badge]:
        return (instrument_badge(row),)

    def lead(self, row: Any) -> Text:
        return used_text(row)

    def crumbs(self, row: Instrument) -> Sequence[tuple[str, Text]]:
        return ((reverse("instrument-list"), _("Institutions")),)

    def api_url(self, row: Instrument) -> str:
        return f"/api/v1/instruments/{row.pk}"

    def actions(self, row: Instrument) -> Sequence[Action]:
        found = [
            Action(label=_("Attach its text"), url="?tab=attachments", icon="upload"),
        ]
        if scope_of(self.request).may_keep_for(row.issuer.unit.code, row.issuer.code):
            url = reverse("instrument-change", args=[row.pk])
            found.insert(0, Action(label=_("Change"), url=url, icon="edit", is_primary=True))
        return found

    def facts(self, row: Instrument) -> Sequence[Fact]:
        older = row.replaces
        newer = Instrument.objects.visible_to(scope_of(self.request)).filter(replaces=row).first()
        return (
            fact(_("name"), row.name),
            fact(_("document number"), row.number, missing=_("none")),
            fact(_("kind"), row.get_kind_display()),
            fact(
                _("issuer"),
                row.issuer.full_name,
                url=reverse("body", args=[row.issuer.code]),
            ),
            fact(_("adopted on"), row.adopted_on, missing=_("not adopted yet")),
            fact(_("in force from"), row.in_force_from, missing=_("no day set")),
            fact(_("no longer in force from"), row.in_force_until, missing=_("no end set")),
            fact(_("next review on"), row.review_on, missing=_("no day set")),
            fact(_("replaces"), older and str(older), url=(older and instrument_url(older)) or ""),
            fact(
                _("replaced by"), newer and str(newer), url=(newer and instrument_url(newer)) or ""
            ),
            fact(_("note"), row.note),
        )

    def relations(self, row: Instrument) -> Sequence[Relation]:
        scope = scope_of(self.request)
        seen = Citation.objects.visible_to(scope).filter(instrument=row)
        rows = list(seen[:SHOWN_USES])
        names = named_subjects(scope, rows)
        hidden = (gettext("a record outside your view"), "")
        return (
            Relation(
                label=_("Records that used it"),
                columns=(
                    Column(name="on", label=_("used on"), value=lambda c: c.cited_on),
                    Column(
                        name="record",
                        label=_("record"),
                        value=lambda c: names.get(c.pk, hidden)[0],
                        link=lambda c: names.get(c.pk, hidden)[1],
                        is_title=True,
                    ),
                    Column(
                        name="note",
                        label=_("what for"),
                        value=lambda c: c.note if c.pk in names else "",
                    ),
                ),
                rows=rows,
                count=seen.count(),
                empty=_(
                    "No record used it yet. Open the record that follows it and choose “Name an "
                    "institution that was used”."
                ),
            ),
        )


class InstrumentAdd(KeptForm):
    form_class = InstrumentForm
    title = _("Enter an institution")
    lead = _("A draft needs no number and no days. Its text is attached on its page.")

    def initial(self) -> dict[str, Any]:
        own = kept_bodies(self.scope).filter(code__in=self.scope.bodies).first()
        return {
            "issuer": own and own.pk,
            "name": self.request.GET.get("name", "")[:160],
            "kind": self.request.GET.get("kind", ""),
        }

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {
            "issuer": kept_bodies(self.scope),
            "replaces": Instrument.objects.visible_to(self.scope).order_by("name"),
        }

    def perform(self, asked: Asked) -> str:
        result = add_instrument(asked.values, **self.told(asked))
        return reverse("instrument", args=[result["id"]])

    def back(self) -> str:
        return reverse("instrument-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("instrument-list"), _("Institutions"))]


class InstrumentChange(InstrumentAdd):
    title = _("Change an institution")
    lead = ""

    def current(self) -> Instrument:
        row: Instrument = self.one(Instrument, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return columns_of(self.current(), COLUMNS)

    def offered(self) -> dict[str, QuerySet[Any]]:
        found = super().offered()
        return found | {"replaces": found["replaces"].exclude(pk=self.kwargs["pk"])}

    def perform(self, asked: Asked) -> str:
        change_instrument(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("instrument", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [*super().crumbs(), (self.back(), str(self.current()))]


class InstrumentCite(KeptForm):
    """A record used an institution; the record stands in the address."""

    form_class = CitationForm
    capability = Capability.KEEP_OWN
    title = _("Name an institution that was used")
    lead = _("Only what was in force on that day can have been used.")

    def subject(self) -> Record:
        row = subject_of(self.kwargs["model"], self.kwargs["key"])
        require_sight(self.request.actor, row)  # type: ignore[attr-defined]
        return row

    def initial(self) -> dict[str, Any]:
        self.subject()
        return {"cited_on": clock.today()}

    def offered(self) -> dict[str, QuerySet[Any]]:
        seen = Instrument.objects.visible_to(self.scope).exclude(adopted_on__isnull=True)
        return {"instrument": seen.order_by("name")}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        new = NewCitation(
            instrument=values["instrument"].pk,
            subject=self.subject(),
            cited_on=values["cited_on"],
            note=values["note"],
        )
        cite_instrument(new, **self.told(asked))
        return self.back()

    def back(self) -> str:
        return page_of_subject(self.kwargs["model"], self.kwargs["key"]) or reverse(
            "instrument-list"
        )

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("instrument-list"), _("Institutions")),
            (self.back(), str(self.subject())),
        ]


def citations_panel(request: HttpRequest, row: Record) -> str | None:
    """On the page of a record: the institutions it used, and the way to name another."""
    scope = scope_of(request)
    if not scope.may(Capability.READ_INTERNAL):
        return None
    model, key = row._meta.label_lower, str(row.pk)
    may = scope.may(Capability.KEEP_OWN) and bool(page_of_subject(model, key))
    rows = list(citations_of(model, key, scope))
    if not rows and not may:
        return None
    context = {
        "lines": [(line, instrument_url(line.instrument)) for line in rows],
        "cite_url": reverse("instrument-cite", args=[model, key]) if may else "",
    }
    return render_to_string("registers/citations_panel.html", context, request=request)


__all__ = ["citations_panel", "instrument_badge", "instrument_url", "state_of"]
