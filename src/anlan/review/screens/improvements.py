"""Improvements: the list, and the page from the problem over the measure to its effect."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_list import Action, Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.queries import sees_body
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN, unit_choices
from anlan.review.choices import Origin
from anlan.review.models import Improvement
from anlan.review.queries import (
    files_of,
    improvement_url,
    in_state,
    state_of,
    subject_seen,
    with_names,
)
from anlan.review.rules.effect import Effect
from anlan.review.rules.improvement import ImprovementState
from anlan.review.screens.common import (
    change_text,
    figure_text,
    measure_label,
    state_badge,
    wanted_text,
)
from anlan.review.screens.steps import STEP_COLUMNS, grounds_of, steps_of


def _state_choices(scope: Any) -> list[tuple[str, Text]]:
    return [(state.value, _(state.label)) for state in ImprovementState]


def _narrow(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(in_state(code, clock.today()))


def _measure_choices(scope: Any) -> list[tuple[str, Text]]:
    used = Improvement.objects.visible_to(scope).values_list("measure", flat=True)
    return [(name, measure_label(name)) for name in sorted(set(used.order_by()))]


class ImprovementList(RegisterList):
    model = Improvement
    capability = Capability.READ_INTERNAL
    title = _("Improvements")
    lead = _(
        "What is done against problems that were found: by whom, by when, and whether the figure "
        "of a measure shows an effect."
    )
    empty = _(
        "No improvement is set that your post may see. Set one here, or from the page of the "
        "problem."
    )
    columns = (
        Column(
            name="problem",
            label=_("problem"),
            value=str,
            link=lambda r: improvement_url(r.pk),
            sort=("problem",),
            is_title=True,
        ),
        Column(name="state", label=_("state"), value=state_badge),
        Column(
            name="owner",
            label=_("body that carries it out"),
            value=lambda r: r.owner.short_name,
            sort=("owner__unit__position", "owner__position"),
        ),
        Column(name="due", label=_("to be done by"), value=lambda r: r.due_on, sort=("due_on",)),
        Column(
            name="check",
            label=_("effect checked on"),
            value=lambda r: r.check_on,
            sort=("check_on",),
        ),
        Column(
            name="measure",
            label=_("measure of the effect"),
            value=lambda r: measure_label(r.measure),
            sort=("measure",),
        ),
        Column(name="change", label=_("figure"), value=change_text),
        Column(name="todo", label=_("what is to be done"), value=lambda r: r.todo, shown=False),
        Column(
            name="person",
            label=_("person in charge"),
            value=lambda r: r.person.name if r.person is not None else None,
            shown=False,
            missing=_("the body decides"),
        ),
        Column(
            name="origin",
            label=_("came to light by"),
            value=lambda r: r.get_origin_display(),
            sort=("origin",),
            shown=False,
        ),
        Column(
            name="item",
            label=_("item of the plan"),
            value=lambda r: r.item_key,
            sort=("item_key",),
            shown=False,
        ),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(name="state", label=_("state"), choices=_state_choices, narrow=_narrow),
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="unit__code"),
        Filter(
            name="origin",
            label=_("came to light by"),
            choices=choices_of(Origin),
            field="origin",
        ),
        Filter(
            name="measure",
            label=_("measure of the effect"),
            choices=_measure_choices,
            field="measure",
        ),
    )
    search_fields = (
        "problem__icontains",
        "todo__icontains",
        "owner__full_name__icontains",
        "item_key__iexact",
    )
    default_sort = "due"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_names(rows)

    def all_columns(self) -> tuple[Column, ...]:
        if scope_of(self.request).may(Capability.READ_PEOPLE):
            return self.columns
        return tuple(column for column in self.columns if column.name != "person")

    def figures(self) -> Sequence[tuple[Text, Any, str]]:
        seen = Improvement.objects.visible_to(scope_of(self.request))
        shown = (
            ImprovementState.OVERDUE,
            ImprovementState.DONE,
            ImprovementState.WAITING,
            ImprovementState.NOT_EFFECTIVE,
            ImprovementState.EFFECTIVE,
        )
        return [
            (
                _(state.label),
                seen.filter(in_state(state, clock.today())).count(),
                f"{reverse('improvements')}?state={state.value}",
            )
            for state in shown
        ]

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.KEEP_OWN):
            return ()
        url = reverse("improvement-add")
        return (Action(label=_("Set an improvement"), url=url, icon="plus", is_primary=True),)


FILE_COLUMNS = (
    Column(
        name="file",
        label=_("file"),
        value=lambda f: f.file_name,
        link=lambda f: reverse("attachment", args=[f.pk]),
        is_title=True,
    ),
    Column(name="at", label=_("added at"), value=lambda f: f.made_at),
    Column(name="by", label=_("added by"), value=lambda f: actor_label(f.account)),
)
FOLLOW_COLUMNS = (
    Column(
        name="todo",
        label=_("what is to be done"),
        value=lambda r: r.todo,
        link=lambda r: improvement_url(r.pk),
        is_title=True,
    ),
    Column(name="due", label=_("to be done by"), value=lambda r: r.due_on),
    Column(name="state", label=_("state"), value=state_badge),
)


class ImprovementObject(RegisterObject):
    model = Improvement
    capability = Capability.READ_INTERNAL
    url_name = "improvement"
    subject = "review.improvement"
    order_key = ("due_on", "pk")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_names(rows)

    def badges(self, row: Improvement) -> Sequence[Badge]:
        return (state_badge(row),)

    def lead(self, row: Improvement) -> Text:
        return row.todo

    def crumbs(self, row: Improvement) -> Sequence[tuple[str, Text]]:
        return ((reverse("improvements"), _("Improvements")),)

    def api_url(self, row: Improvement) -> str:
        return f"/api/v1/improvements/{row.pk}"

    def figures(self, row: Improvement) -> Sequence[tuple[Text, Any, str]]:
        after = figure_text(row.after_part, row.after_whole)
        return (
            (_("figure at the start"), figure_text(row.before_part, row.before_whole), ""),
            (_("wanted"), wanted_text(row), ""),
            (_("figure at the check"), after or gettext("not checked yet"), ""),
        )

    def facts(self, row: Improvement) -> Sequence[Fact]:
        scope = scope_of(self.request)
        name, address = subject_seen(scope, row)
        owner = reverse("body", args=[row.owner.code]) if sees_body(scope, row.owner) else ""
        follows, sees_people = row.follows, scope.may(Capability.READ_PEOPLE)
        return (
            fact(_("problem"), row.problem),
            fact(_("came to light by"), row.get_origin_display()),
            fact(_("record"), name, url=address, missing=_("none")),
            fact(_("item of the plan"), row.item_key, missing=_("none")),
            fact(_("what is to be done"), row.todo),
            fact(_("body that carries it out"), row.owner.full_name, url=owner),
            fact(
                _("person in charge"),
                row.person.name if row.person is not None and sees_people else None,
                missing=_("the body decides"),
            ),
            fact(_("to be done by"), row.due_on),
            fact(_("measure of the effect"), measure_label(row.measure)),
            fact(_("direction"), row.get_direction_display()),
            fact(_("wanted figure (%)"), wanted_text(row)),
            fact(_("effect checked on"), row.check_on),
            fact(
                _("follows the improvement"),
                follows,
                url=improvement_url(follows.pk) if follows is not None else "",
                missing=_("none"),
            ),
            fact(_("note"), row.note),
            fact(_("grounds of the verdict"), grounds_of(row), missing=_("not checked yet")),
        )

    def relations(self, row: Improvement) -> Sequence[Relation]:
        scope = scope_of(self.request)
        files = list(files_of(row).order_by("made_at"))
        after = list(with_names(Improvement.objects.visible_to(scope).filter(follows=row)))
        return (
            Relation(
                label=_("From the problem to the effect"),
                columns=STEP_COLUMNS,
                rows=steps_of(row),
                empty="",
            ),
            Relation(
                label=_("Proof of what was done"),
                columns=FILE_COLUMNS,
                rows=files,
                empty=_("No file yet: without one nothing is taken as done."),
                count=len(files),
            ),
            Relation(
                label=_("What follows it"),
                columns=FOLLOW_COLUMNS,
                rows=after,
                empty=_("Nothing follows it."),
                count=len(after),
            ),
        )

    def actions(self, row: Improvement) -> Sequence[Action]:
        scope = scope_of(self.request)
        state = state_of(row, clock.today())
        keeps = scope.may_keep_for(row.unit.code, row.owner.code)
        steers = scope.may(Capability.STEER_PLAN)
        found = []
        if keeps and state in (ImprovementState.OPEN, ImprovementState.OVERDUE):
            found = [
                _action(_("Say that it is done"), "improvement-done", row, is_primary=True),
                _action(_("On the telephone"), "improvement-phone", row),
            ]
        if steers and state is ImprovementState.DONE:
            found.append(_action(_("Look a second time"), "improvement-look", row, True))
        if keeps and state.value in (Effect.NOT_EFFECTIVE, Effect.NOT_DETERMINABLE):
            url = f"{reverse('improvement-add')}?follows={row.pk}"
            label = _("Set an improvement that follows")
            found.append(Action(label=label, url=url, icon="plus", is_primary=True))
        if steers and not state.is_closed:
            found.append(_action(_("Withdraw"), "improvement-withdraw", row))
        return found


def _action(label: Any, name: str, row: Improvement, is_primary: bool = False) -> Action:
    return Action(label=label, url=reverse(name, args=[row.pk]), is_primary=is_primary)
