"""The addresses of the plan, gathered for `site`."""

from ninja import Router

from anlan.plan.api import (
    collecting,
    corrections,
    importing,
    inspecting,
    items,
    mechanism,
    notices,
)
from anlan.plan.api.indicators import deciding as indicator_decisions
from anlan.plan.api.indicators import reading as indicators
from anlan.plan.api.loop import breakdown, deliverables, measures, reports

router = Router()
_parts = (
    *(notices, items, corrections, importing),
    *(breakdown, deliverables, reports, measures),
    *(collecting, mechanism, inspecting),
    *(indicators, indicator_decisions),
)
for _part in _parts:
    router.add_router("", _part.router)
