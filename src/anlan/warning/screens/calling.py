"""The last-mile board (叫应看板): rounds, who answered, who is silent."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.signed_in import scope_of
from anlan.registers import contact_queries
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.area_contacts import callable_number, kind_choices, proof_badge
from anlan.registers.screens.common import unit_choices
from anlan.registers.screens.contacts import WithThresholds
from anlan.warning.choices import CALL_STATE_CHOICES, FOUND_CHOICES, LEVEL_CHOICES
from anlan.warning.models import CallAddressee, CallRound, IssuedWarning
from anlan.warning.queries.calling import (
    addressees,
    counts_by_state,
    lines_of,
    may_be_called,
    median_minutes,
    newest_message,
    not_begun,
    to_be_telephoned,
)
from anlan.warning.rules.call_state import CallState
from anlan.warning.rules.recipients import Found
from anlan.warning.screens.calling_common import (
    DEFAULT_LADDER,
    addressee_url,
    board_url,
    kinds_text,
    level_badge,
    place_text,
    present_step,
    record_url,
    round_badge,
    state_badge,
    step_text,
)
from anlan.warning.screens.calling_map import board_map, with_places
from anlan.warning.screens.reply_words import board_lines

URGENCY = (
    CallState.SILENT,
    CallState.UNREACHABLE,
    CallState.WAITING,
    CallState.CALLED,
    CallState.READ,
    CallState.RELEASED,
    CallState.ANSWERED,
)
RUNNING = "running"
NUMBER = "number_"


def level_choices(scope: Scope) -> Sequence[tuple[str, Text]]:
    return LEVEL_CHOICES


def state_choices(scope: Scope) -> Sequence[tuple[str, Text]]:
    return CALL_STATE_CHOICES


def found_choices(scope: Scope) -> Sequence[tuple[str, Text]]:
    return FOUND_CHOICES


def term_choices(scope: Scope) -> Sequence[tuple[str, Text]]:
    return ((RUNNING, _("calls under way")), ("closed", _("calls over")))


class RoundList(RegisterList):
    model = CallRound
    capability = Capability.READ_PEOPLE
    title = _("Call-and-confirm")
    lead = _("Who was called for which warning, and who has answered.")
    empty = _("No round of calls yet. Open a warning in force and begin to call.")
    filters = (
        Filter(name="level", label=_("warning level"), choices=level_choices, field="level"),
        Filter(
            name="term",
            label=_("round"),
            choices=term_choices,
            narrow=lambda rows, code: rows.filter(closed_at__isnull=code == RUNNING),
        ),
    )
    search_fields = ("warning__issuer__icontains",)
    default_sort = "-opened"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        scope = scope_of(self.request)
        seen = CallAddressee.objects.visible_to(scope).values("pk")
        mine = Q(addressees__in=seen)
        answered = mine & Q(addressees__state=CallState.ANSWERED.value)
        given_up = (CallState.SILENT.value, CallState.UNREACHABLE.value)
        silent = mine & Q(addressees__state__in=given_up)
        released = mine & Q(addressees__state=CallState.RELEASED.value)
        return rows.select_related("warning", "unit").annotate(
            listed=Count("addressees", filter=mine),
            answered=Count("addressees", filter=answered),
            silent=Count("addressees", filter=silent),
            released=Count("addressees", filter=released),
        )

    def all_columns(self) -> tuple[Column, ...]:
        return (
            Column(
                name="warning",
                label=_("warning"),
                value=lambda r: str(r.warning),
                link=board_url,
                is_title=True,
            ),
            Column(name="level", label=_("warning level"), value=level_badge, sort=("level",)),
            Column(
                name="opened",
                label=_("opened at"),
                value=lambda r: r.opened_at,
                sort=("opened_at",),
            ),
            Column(name="state", label=_("round"), value=round_badge, sort=("closed_at",)),
            Column(name="listed", label=_("addressees"), value=lambda r: r.listed, align="end"),
            Column(
                name="answered",
                label=_("answered the call"),
                value=lambda r: r.answered,
                align="end",
            ),
            Column(name="silent", label=_("silent"), value=lambda r: r.silent, align="end"),
            Column(
                name="released",
                label=_("released unanswered"),
                value=lambda r: r.released,
                align="end",
            ),
            Column(name="unit", label=_("unit"), value=lambda r: r.unit.short_name, shown=False),
        )

    def actions(self) -> Sequence[Action]:
        return (
            Action(label=_("SMS replies"), url=reverse("call-reply-list")),
            Action(label=_("Area contacts"), url=reverse("area-contact-list")),
            Action(label=_("Ladders of calls"), url=reverse("call-ladder-list")),
        )


class CallBoard(WithThresholds, RegisterList):
    """One round: counts, map, and the addressees, the silent ones first."""

    model = CallAddressee
    capability = Capability.READ_PEOPLE
    template_name = "warning/call_board.html"
    empty = _("Nobody of the units that your post keeps is called in this round.")
    filters = (
        Filter(name="state", label=_("state"), choices=state_choices, field="state"),
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="unit__code"),
        Filter(name="kind", label=_("called as"), choices=kind_choices, field="kind"),
        Filter(name="found", label=_("why on the list"), choices=found_choices, field="found"),
        Filter(
            name="late",
            label=_("in the term or after it"),
            choices=lambda scope: (("yes", _("late answers")), ("no", _("answers in time"))),
            narrow=lambda rows, code: rows.filter(
                is_late=code == "yes", state=CallState.ANSWERED.value
            ),
        ),
    )
    search_fields = (
        "person__name__icontains",
        "person__initials__icontains",
        "region__name__icontains",
        "contact__place__icontains",
    )
    default_sort = "state"

    @cached_property
    def round(self) -> CallRound:
        rows = CallRound.objects.visible_to(scope_of(self.request))
        joined = rows.select_related("warning", "message", "unit", "replaces")
        found: CallRound | None = joined.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        return found

    @cached_property
    def ladder(self) -> Any:
        return self.round.to_ladder()

    @property
    def title(self) -> Text:  # type: ignore[override]
        return gettext("Calls: {warning}").format(warning=self.round.warning)

    @property
    def lead(self) -> Text:  # type: ignore[override]
        said = gettext("Opened {at}. {addressees} people are called.")
        at = self.round.opened_at.astimezone(clock.CITY_ZONE)
        called = self.round.addressees_count - self.round.unlocated_count
        return said.format(at=f"{at:%Y-%m-%d %H:%M}", addressees=called)

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("call-round-list"), _("Call-and-confirm")),)

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        ranks = [When(state=state.value, then=Value(rank)) for rank, state in enumerate(URGENCY)]
        joined = rows.filter(round=self.round).select_related(
            "person", "region__parent", "unit", "contact", "answered_by", "deputy", "upper__person"
        )
        ordered = joined.annotate(urgency=Case(*ranks, output_field=IntegerField()))
        return contact_queries.with_area_answers(ordered, prefix=NUMBER)

    def all_columns(self) -> tuple[Column, ...]:
        scope, ladder, thresholds = scope_of(self.request), self.ladder, self.thresholds
        is_open = self.round.closed_at is None

        def record_link(row: CallAddressee) -> str | None:
            closed = row.state in (CallState.ANSWERED.value, CallState.RELEASED.value)
            may = scope.may_keep_for(row.unit.code)
            return None if closed or not may or not is_open else record_url(row)

        return (
            Column(
                name="name",
                label=_("name of the person"),
                value=lambda a: a.person.name,
                link=addressee_url,
                sort=("person__initials", "pk"),
                is_title=True,
            ),
            Column(
                name="state",
                label=_("state"),
                value=state_badge,
                sort=("urgency", "next_step_at", "region__code"),
            ),
            Column(
                name="record",
                label=_("call"),
                value=lambda a: gettext("Record a call") if record_link(a) else "",
                link=record_link,
                missing="",
            ),
            Column(
                name="kind",
                label=_("called as"),
                value=lambda a: a.get_kind_display(),
                sort=("kind", "region__code"),
            ),
            Column(
                name="region",
                label=_("region"),
                value=lambda a: place_text(a),
                sort=("region__code", "kind"),
            ),
            Column(
                name="mobile",
                label=_("mobile"),
                value=lambda a: callable_number(a.person, a.unit.code, scope),
                missing=_("not entered"),
            ),
            Column(
                name="step", label=_("step"), value=lambda a: present_step(a, ladder), missing="—"
            ),
            Column(
                name="next",
                label=_("next step after"),
                value=lambda a: a.next_step_at,
                sort=("next_step_at", "urgency"),
            ),
            Column(
                name="answered",
                label=_("time of the answer"),
                value=lambda a: a.answered_at,
                sort=("answered_at",),
            ),
            Column(name="promised", label=_("action promised"), value=lambda a: a.promised),
            Column(name="said", label=_("what was said"), value=lambda a: a.said, shown=False),
            Column(
                name="proof",
                label=_("proof of the number"),
                value=lambda a: proof_badge(a, thresholds, NUMBER),
                shown=False,
            ),
            Column(
                name="found",
                label=_("why on the list"),
                value=lambda a: a.get_found_display(),
                shown=False,
            ),
            Column(name="unit", label=_("unit"), value=lambda a: a.unit.short_name, shown=False),
        )

    def actions(self) -> Sequence[Action]:
        row, scope = self.round, scope_of(self.request)
        found = []
        if row.replaces_id:
            found.append(Action(label=_("Round before"), url=board_url(row.replaces)))
        newest = newest_message(row.warning)
        if newest is not None and newest.pk != row.message_id:
            found += open_actions(row.warning, scope)
        following = to_be_telephoned(scope, row).first()
        if following is not None:
            url = record_url(following)
            found.append(Action(label=_("Call the next one"), url=url, is_primary=not found))
        if row.closed_at is None and scope.may_keep_for(row.unit.code):
            found.append(
                Action(label=_("End the round"), url=reverse("call-close", args=[row.pk]))
            )
        return found

    def figures(self) -> Sequence[tuple[Text, Any, str]]:
        """Each figure opens its rows."""
        counts, here = self.counts, reverse("call-board", args=[self.round.pk])
        labels = dict(CALL_STATE_CHOICES)
        figures: list[tuple[Text, Any, str]] = [
            (labels[state.value], counts[state], f"{here}?state={state.value}#rows")
            for state in URGENCY
        ]
        minutes = median_minutes(self.mine)
        shown = gettext("{minutes} min").format(minutes=minutes) if minutes is not None else "—"
        figures.append((_("median time to answer"), shown, f"{here}?state=answered#rows"))
        return figures

    @cached_property
    def mine(self) -> QuerySet[CallAddressee]:
        return addressees(scope_of(self.request), self.round)

    @cached_property
    def counts(self) -> dict[CallState, int]:
        return counts_by_state(self.mine)

    def more_context(self) -> dict[str, Any]:
        scope, lines = scope_of(self.request), lines_of(self.mine)
        unlocated = self.mine.filter(not_begun())
        newest = newest_message(self.round.warning)
        return {
            "round": self.round,
            "badge": round_badge(self.round),
            "level": level_badge(self.round),
            "lines": lines,
            "map": board_map(lines, with_places(self.mine), scope),
            "steps": [step_text(step) for step in self.ladder.steps],
            "kinds": kinds_text(self.ladder),
            "ladder": self.ladder,
            "default_text": DEFAULT_LADDER if self.ladder.is_default else "",
            "unlocated": unlocated.count(),
            "unlocated_url": f"?found={Found.UNLOCATED.value}",
            "may_include": self.round.closed_at is None and scope.may(Capability.KEEP_OWN),
            "is_newer": newest is not None and newest.pk != self.round.message_id,
            "replies": board_lines(scope, self.round),
            "live_models": "warning",
        }


def open_actions(warning: IssuedWarning, scope: Scope) -> list[Action]:
    """The way to a new round, for whoever may open it."""
    newest = newest_message(warning)
    if newest is None or not scope.may_keep_for(warning.unit.code):
        return []
    if CallRound.objects.filter(message=newest).exists():
        return []
    if not may_be_called(newest, clock.now()):
        return []
    url = reverse("call-open", args=[newest.pk])
    return [Action(label=_("Begin to call"), url=url, icon="check", is_primary=True)]


def calling_panel(request: Any, warning: IssuedWarning) -> str | None:
    """The box on the page of a warning: its rounds. The way to a new one stands at its top."""
    scope = scope_of(request)
    if not scope.may(Capability.READ_PEOPLE):
        return None
    rounds = []
    for row in CallRound.objects.visible_to(scope).filter(warning=warning).order_by("-opened_at"):
        counts = counts_by_state(addressees(scope, row))
        silent = counts[CallState.SILENT] + counts[CallState.UNREACHABLE]
        rounds.append(
            (row, round_badge(row), counts[CallState.ANSWERED], sum(counts.values()), silent)
        )
    return render_to_string("warning/call_panel.html", {"rounds": rounds}, request=request)
