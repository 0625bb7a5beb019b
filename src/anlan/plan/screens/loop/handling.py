"""The decision how an item is dealt with: broken down, or left to the market."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.errors import NotAllowed
from anlan.base.records import Record
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.loop.handling import decide_handling
from anlan.plan.forms.loop import HandlingForm
from anlan.plan.queries.loop.handling import decision_of, handling_of_item
from anlan.plan.rules.loop.handling import Handling
from anlan.plan.screens.loop.common import crumbs_of, item_of_path, tab_url
from anlan.registers.rules.scope import Capability


class HandlingScreen(RegisterForm):
    form_class = HandlingForm
    title = gettext_lazy("Decide how the item is dealt with")
    lead = gettext_lazy(
        "What the market has to do is recorded and not broken down; everything else is."
    )

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        if not self.request.user.is_authenticated:
            return
        self.item = item_of_path(self.request, kwargs["notice"], kwargs["key"])
        if not scope_of(self.request).may(Capability.STEER_PLAN):
            raise NotAllowed

    def current(self) -> Record | None:
        return decision_of(self.item)

    def initial(self) -> dict[str, Any]:
        handling = handling_of_item(self.item)
        is_open = handling is Handling.STATEMENT
        return {"decided": Handling.BREAK_DOWN.value if is_open else handling.value}

    def perform(self, asked: Asked) -> str:
        decide_handling(
            self.item.pk,
            Handling(asked.values["decided"]),
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return self.back()

    def back(self) -> str:
        return tab_url(self.item, "breakdown")

    def crumbs(self) -> list[tuple[str, Text]]:
        return crumbs_of(self.item, "breakdown", _("Break-down"))
