"""Acts on a round and its addressees: begin, end, call the unlocated, record a call; ladders."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.errors import NotAllowed
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.area_contacts import area_contact_url, callable_number
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN
from anlan.registers.screens.keeping import KeptForm, kept_units
from anlan.warning.actions.calling import close_round, open_round
from anlan.warning.actions.calling_ladder import set_ladder
from anlan.warning.actions.calling_record import include_unlocated
from anlan.warning.choices import LEVEL_CHOICES
from anlan.warning.forms.calling import ConfirmForm, EndForm, LadderForm
from anlan.warning.models import CallAddressee, CallLadder, CallRound, WarningMessage
from anlan.warning.queries.calling import (
    chosen_for,
    ladder_for,
    today_of,
)
from anlan.warning.rules.call_state import CallState
from anlan.warning.rules.ladder import Ladder, house_ladder
from anlan.warning.rules.recipients import Found
from anlan.warning.rules.signal import Level
from anlan.warning.screens.calling_common import (
    DEFAULT_LADDER,
    board_url,
    kinds_text,
    level_badge,
    place_text,
    present_step,
    state_badge,
    step_text,
)


class RoundOpen(KeptForm):
    """Who would be called and how, before anybody is."""

    form_class = ConfirmForm
    title = _("Begin to call")
    submit = _("Call them now")
    template_name = "warning/call_open.html"

    def message(self) -> WarningMessage:
        row: WarningMessage = self.one(WarningMessage, pk=self.kwargs["pk"])
        if not self.scope.may_keep_for(row.warning.unit.code):
            raise NotAllowed
        return row

    def perform(self, asked: Asked) -> str:
        result = open_round(self.message().pk, **self.told(asked))
        return reverse("call-board", args=[result["id"]])

    def back(self) -> str:
        return reverse("call-round-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(self.back(), _("Call-and-confirm"))]

    def more_context(self) -> dict[str, Any]:
        row, day = self.message(), today_of(clock.now())
        ladder = ladder_for(row.warning.unit, row.level, row.warning.hazard, day)
        chosen = chosen_for(row, ladder, day)
        unlocated = sum(one.found is Found.UNLOCATED for one in chosen)
        return {
            "message": row,
            "level": level_badge(row),
            "called": len(chosen) - unlocated,
            "unlocated": unlocated,
            "steps": [step_text(step) for step in ladder.steps],
            "kinds": kinds_text(ladder),
            "default_text": DEFAULT_LADDER if ladder.is_default else "",
        }


class OfRound(KeptForm):
    def current(self) -> CallRound:
        row: CallRound = self.one(CallRound, pk=self.kwargs["pk"])
        return row

    def back(self) -> str:
        return board_url(self.current())

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [
            (reverse("call-round-list"), _("Call-and-confirm")),
            (board_url(row), str(row.warning)),
        ]


class RoundEndForm(OfRound):
    form_class = EndForm
    title = _("End the round")
    lead = _("Who did not answer is released, and is not shown as answered.")
    submit = _("End it")

    def perform(self, asked: Asked) -> str:
        close_round(self.kwargs["pk"], expected_version=asked.expected_version, **self.told(asked))
        return self.back()


class UnlocatedInclude(OfRound):
    form_class = ConfirmForm
    title = _("Call those whose place is not known")
    lead = _("Nobody could say whether they are inside. Calling one too many harms less.")
    submit = _("Call them too")

    def perform(self, asked: Asked) -> str:
        include_unlocated(self.kwargs["pk"], **self.told(asked))
        return self.back()


class AddresseeObject(RegisterObject):
    model = CallAddressee
    capability = Capability.READ_PEOPLE
    url_name = "call-addressee"
    subject = "warning.calladdressee"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(
            "person",
            "deputy",
            "upper__person",
            "region__parent",
            "unit",
            "contact__region",
            "round__warning",
            "answered_by",
        )

    def neighbours_among(self, row: CallAddressee) -> QuerySet[Any] | None:
        return CallAddressee.objects.visible_to(scope_of(self.request)).filter(round=row.round)

    def heading(self, row: CallAddressee) -> Text:
        return row.person.name

    def badges(self, row: CallAddressee) -> Sequence[Badge]:
        return (state_badge(row),)

    def crumbs(self, row: CallAddressee) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("call-round-list"), _("Call-and-confirm")),
            (board_url(row.round), str(row.round.warning)),
        )

    def api_url(self, row: CallAddressee) -> str:
        return f"/api/v1/call-addressees/{row.pk}"

    def actions(self, row: CallAddressee) -> Sequence[Action]:
        if not scope_of(self.request).may_keep_for(row.unit.code):
            return ()
        if row.state == CallState.ANSWERED.value:
            return ()
        url = reverse("call-record", args=[row.pk])
        return (Action(label=_("Record a call"), url=url, icon="plus", is_primary=True),)

    def facts(self, row: CallAddressee) -> Sequence[Fact]:
        scope = scope_of(self.request)
        number = callable_number(row.person, row.unit.code, scope)
        deputy = row.deputy and f"{row.deputy.name} " + callable_number(
            row.deputy, row.unit.code, scope
        )
        upper = row.upper and f"{row.upper.person.name} {row.upper.get_kind_display()}"
        return (
            fact(_("state"), state_badge(row)),
            fact(_("called as"), row.get_kind_display(), url=area_contact_url(row.contact)),
            fact(_("region"), place_text(row)),
            fact(_("why on the list"), row.get_found_display()),
            fact(_("mobile"), number, missing=_("not entered")),
            fact(_("deputy"), deputy, missing=_("nobody named")),
            fact(_("level above"), upper, missing=_("nobody named")),
            fact(_("step"), present_step(row, row.round.to_ladder())),
            fact(_("next step after"), row.next_step_at),
            fact(_("answer by"), row.answer_by, missing=_("no answer is asked for")),
            fact(_("called at"), row.called_at),
            fact(_("read at"), row.read_at),
            fact(_("time of the answer"), row.answered_at, missing=_("no answer yet")),
            fact(_("person who answered"), row.answered_by and row.answered_by.name),
            fact(_("channel"), row.get_answer_way_display()),
            fact(_("what was said"), row.said),
            fact(_("action promised"), row.promised),
            fact(_("spoke after the release"), row.after_release_at),
        )

    def relations(self, row: CallAddressee) -> Sequence[Relation]:
        events = list(row.events.all())
        people = registers.people_named().filter(pk__in={e.person for e in events if e.person})
        names = {person.pk: person.name for person in people}
        return (
            Relation(
                label=_("What happened"),
                columns=(
                    Column(name="at", label=_("at"), value=lambda e: e.happened_at, is_title=True),
                    Column(
                        name="kind",
                        label=_("what happened"),
                        value=lambda e: e.get_kind_display(),
                    ),
                    Column(name="way", label=_("channel"), value=lambda e: e.get_way_display()),
                    Column(
                        name="person",
                        label=_("person"),
                        value=lambda e: names.get(e.person, ""),
                    ),
                    Column(name="known", label=_("recorded at"), value=lambda e: e.known_at),
                ),
                rows=events,
                count=len(events),
                empty=_("Nothing happened yet."),
                anchor="events",
            ),
        )


class LadderList(RegisterList):
    model = CallLadder
    capability = Capability.READ_INTERNAL
    title = _("Ladders of calls")
    lead = _("Who is called at which level, how, and in what time. A round keeps its ladder.")
    empty = _("No unit has set its own: the house default below holds.")
    template_name = "warning/call_ladders.html"
    filters = (
        Filter(
            name="level",
            label=_("warning level"),
            choices=lambda scope: [(level.value, _ladder_label(level)) for level in Level],
            field="level",
        ),
    )
    columns = (
        Column(
            name="unit",
            label=_("unit"),
            value=lambda r: r.unit.short_name,
            sort=("unit__position", "level"),
            is_title=True,
        ),
        Column(name="level", label=_("warning level"), value=level_badge, sort=("level",)),
        Column(
            name="hazard",
            label=_("hazard"),
            value=lambda r: r.get_hazard_display(),
            missing=_("every hazard"),
        ),
        Column(
            name="from", label=_("valid from"), value=lambda r: r.valid_from, sort=("valid_from",)
        ),
        Column(
            name="steps",
            label=_("steps"),
            value=lambda r: [step_text(step) for step in r.to_domain().steps],
        ),
        Column(name="kinds", label=_("who is called"), value=lambda r: kinds_text(r.to_domain())),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    default_sort = "unit"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit")

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("call-round-list"), _("Call-and-confirm")),)

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.KEEP_OWN):
            return ()
        url = reverse("call-ladder-add")
        return (Action(label=_("Set a ladder"), url=url, icon="plus", is_primary=True),)

    def more_context(self) -> dict[str, Any]:
        return {"defaults": [_shown(house_ladder(level)) for level in Level]}


def _ladder_label(level: Level) -> Text:
    return dict(LEVEL_CHOICES)[level.value]


def _shown(ladder: Ladder) -> dict[str, Any]:
    minutes = ladder.answer_within_minutes
    within = gettext("{minutes} minutes").format(minutes=minutes) if minutes else ""
    return {
        "level": _ladder_label(ladder.level),
        "tone": ladder.level.value,
        "kinds": kinds_text(ladder),
        "within": within or gettext("no answer is asked for"),
        "steps": [step_text(step) for step in ladder.steps],
        "alarm": ladder.alarm_after_failures,
    }


class LadderAdd(KeptForm):
    form_class = LadderForm
    title = _("Set a ladder")
    lead = _("From a day on; rounds that run keep theirs. A county's own goes before the city's.")

    def initial(self) -> dict[str, Any]:
        level = self.request.GET.get("level", Level.RED.value)
        ladder = house_ladder(Level(level) if level in tuple(Level) else Level.RED)
        found: dict[str, Any] = {
            "level": ladder.level.value,
            "kinds": [kind.value for kind in ladder.kinds],
            "answer_within_minutes": ladder.answer_within_minutes,
            "alarm_after_failures": ladder.alarm_after_failures,
            "valid_from": clock.today(),
        }
        for number, step in enumerate(ladder.steps, start=1):
            found |= {
                f"who_{number}": step.who.value,
                f"way_{number}": step.way.value,
                f"minutes_{number}": step.minutes,
            }
        return found

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"unit": kept_units(self.scope)}

    def perform(self, asked: Asked) -> str:
        set_ladder(asked.values, **self.told(asked))
        return self.back()

    def back(self) -> str:
        return reverse("call-ladder-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("call-round-list"), _("Call-and-confirm")),
            (self.back(), _("Ladders of calls")),
        ]
