"""Forms of the plan office: a choice with its paper, publishing, the composition of I7."""

import uuid
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.records import Record
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.indicators.choosing import NewChoice, choose
from anlan.plan.actions.indicators.composing import NewComponent, compose, sign_composition
from anlan.plan.actions.indicators.publishing import NewEdition, publish
from anlan.plan.choices import CHOICE_KIND_CHOICES
from anlan.plan.forms.indicators import (
    COMPONENT_LINES,
    ChoiceForm,
    ComposeForm,
    PublishForm,
    SignForm,
)
from anlan.plan.models import Notice, PlanItem, SubGoalComposition
from anlan.plan.queries.indicators.board import period_of
from anlan.plan.queries.indicators.choices import chosen_for
from anlan.plan.queries.indicators.subgoal import KEY, composition_of, offered_measures
from anlan.plan.queries.items import notices
from anlan.plan.rules.indicators.choices import Basis, ChoiceKind
from anlan.plan.rules.indicators.subgoal import STATEMENTS
from anlan.plan.screens.indicators import common
from anlan.registers.rules.scope import Capability

Crumbs = list[tuple[str, Text]]


class OfNotice(RegisterForm):
    """A form that concerns one notice; for the plan office alone."""

    notice: Notice

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        if not self.request.user.is_authenticated:
            return
        scope = scope_of(self.request)
        if not scope.may(Capability.STEER_PLAN):
            raise NotAllowed
        found = notices(scope).filter(pk=self._notice_id()).first()
        if found is None:
            raise NotFound
        self.notice = found

    def _notice_id(self) -> Any:
        return self.kwargs["notice"]

    def back(self) -> str:
        return common.list_url(notice=str(self.notice.pk))

    def crumbs(self) -> Crumbs:
        return [(self.back(), _("Indicators"))]

    def said(self, asked: Asked) -> dict[str, Any]:
        return {
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
            "reason": asked.reason,
        }


class ChooseScreen(OfNotice):
    form_class = ChoiceForm
    title = gettext_lazy("Set with a paper")

    @property
    def kind(self) -> ChoiceKind:
        try:
            return ChoiceKind(self.kwargs["kind"])
        except ValueError as error:
            raise NotFound from error

    @property
    def lead(self) -> Text:  # type: ignore[override]
        return dict(CHOICE_KIND_CHOICES)[self.kind.value]

    def form_arguments(self) -> dict[str, Any]:
        return {"kind": self.kind}

    def initial(self) -> dict[str, Any]:
        basis = self.request.GET.get("basis", "")
        asked = basis if basis in {each.value for each in Basis} else ""
        row = chosen_for(self.notice).rows.get((self.kind.value, asked))
        if row is not None:
            names = ("first_year", "last_year", "reading", "source")
            return {name: getattr(row, name) for name in names} | {"basis": row.basis}
        period = period_of(self.notice)
        if self.kind is ChoiceKind.WINDOW:
            return {"first_year": period.first, "last_year": period.last}
        return {"basis": asked}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        choose(
            NewChoice(
                notice=self.notice.pk,
                kind=self.kind,
                source=values["source"],
                basis=values.get("basis") or "",
                first_year=values.get("first_year"),
                last_year=values.get("last_year"),
                reading=values.get("reading") or "",
                holds=not values["takes_back"],
            ),
            **self.said(asked),
        )
        return self.back()


class PublishScreen(OfNotice):
    form_class = PublishForm
    title = gettext_lazy("Publish the figures")
    lead = gettext_lazy(
        "Every figure is frozen as it is known now. Later changes never touch it; its page shows "
        "what would be different."
    )
    submit = gettext_lazy("Publish")

    def initial(self) -> dict[str, Any]:
        return {"published_on": clock.today()}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        made = publish(
            NewEdition(
                notice=self.notice.pk,
                title=values["title"],
                document_number=values["document_number"],
                published_on=values["published_on"],
            ),
            **self.said(asked),
        )
        return common.edition_url(made["id"])


class ComposeScreen(OfNotice):
    form_class = ComposeForm
    title = gettext_lazy("Compose the sub-goal")
    lead = gettext_lazy(
        "Which measures stand for each statement, and from which baseline. Saving makes a new "
        "draft; it decides once it is signed."
    )

    def form_arguments(self) -> dict[str, Any]:
        item = PlanItem.objects.filter(notice=self.notice, key=KEY, is_dropped=False).first()
        if item is None:
            raise NotFound
        texts = [(str(n), str(text)) for n, text in enumerate(item.deliverables, start=1)]
        measures = [(m.name, f"{'、'.join(m.serves)} {_(m.label)}") for m in offered_measures()]
        return {"measures": measures, "statements": texts[:STATEMENTS]}

    def initial(self) -> dict[str, Any]:
        known = composition_of(self.notice)
        values: dict[str, Any] = {}
        lines: dict[int, int] = {}
        for row in known.components if known is not None else ():
            number = row["statement"]
            lines[number] = lines.get(number, 0) + 1
            mark = f"{number}_{lines[number]}"
            for name in ("measure", "baseline", "source"):
                values[f"{name}_{mark}"] = row[name]
        return values

    def perform(self, asked: Asked) -> str:
        values = asked.values
        components = [
            NewComponent(
                statement=number,
                measure=values[f"measure_{number}_{line}"],
                baseline=values[f"baseline_{number}_{line}"],
                source=values[f"source_{number}_{line}"],
            )
            for number in range(1, STATEMENTS + 1)
            for line in range(1, COMPONENT_LINES + 1)
            if values[f"measure_{number}_{line}"]
        ]
        compose(self.notice.pk, components, **self.said(asked))
        return self.back()

    def back(self) -> str:
        return common.indicator_url(KEY, notice=str(self.notice.pk))


class SignCompositionScreen(OfNotice):
    form_class = SignForm
    title = gettext_lazy("Sign the composition")
    submit = gettext_lazy("Sign")

    def _row(self) -> SubGoalComposition:
        rows = SubGoalComposition.objects.visible_to(scope_of(self.request))
        found: SubGoalComposition | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        return found

    def _notice_id(self) -> uuid.UUID:
        return self._row().notice_id

    def current(self) -> Record | None:
        return self._row()

    def perform(self, asked: Asked) -> str:
        sign_composition(
            self.kwargs["pk"],
            asked.values["document_number"],
            expected_version=asked.expected_version,
            **self.said(asked),
        )
        return self.back()

    def back(self) -> str:
        return common.indicator_url(KEY, notice=str(self.notice.pk))
