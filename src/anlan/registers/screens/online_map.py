"""The switch of the online base map: by the system administrator, with the reason."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.maps.online import HOST, online_map, set_online_map
from anlan.base.models import OnlineMap
from anlan.base.screens.register_form import Asked
from anlan.registers.forms.online_map import OnlineMapForm
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm


class OnlineMapSetting(KeptForm):
    capability = Capability.KEEP_INSTANCE
    form_class = OnlineMapForm
    title = _("Online map")
    lead = _(
        "Maps are drawn by this program: outlines, rivers and towns, without any network. With a "
        "key the national platform 天地图 can lie under them; when it does not answer, the "
        "drawing is what there is."
    )
    template_name = "registers/online_map.html"

    def current(self) -> OnlineMap:
        return online_map()

    def initial(self) -> dict[str, Any]:
        row = self.current()
        return {"is_on": row.is_on, "approval": row.approval}

    def perform(self, asked: Asked) -> str:
        set_online_map(**asked.values, expected_version=asked.expected_version, **self.told(asked))
        return reverse("online-map")

    def more_context(self) -> dict[str, Any]:
        return {"setting": self.current(), "host": HOST.removeprefix("https://")}
