"""The switch of the public page: by the system administrator, with the reason."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.register_form import Asked
from anlan.exchange.actions.public import set_public_release
from anlan.exchange.forms import PublicReleaseForm
from anlan.exchange.models import PublicRelease
from anlan.exchange.queries import public_release
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm


class PublicSetting(KeptForm):
    capability = Capability.KEEP_INSTANCE
    form_class = PublicReleaseForm
    title = _("Warnings for the public")
    lead = _(
        "Off by default. When it is on, everybody may read the warnings that their owner released "
        "and got a number for, without signing in; nothing else is shown."
    )
    template_name = "exchange/public_setting.html"

    def current(self) -> PublicRelease:
        return public_release()

    def initial(self) -> dict[str, Any]:
        row = self.current()
        return {"is_on": row.is_on, "map_approval": row.map_approval}

    def perform(self, asked: Asked) -> str:
        set_public_release(
            is_on=asked.values["is_on"],
            map_approval=asked.values["map_approval"],
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return reverse("public-setting")

    def more_context(self) -> dict[str, Any]:
        return {"setting": self.current()}
