"""The addresses of the plan, gathered for `site`."""

from ninja import Router

from anlan.plan.api import (
    carrying,
    collecting,
    corrections,
    evaluations,
    importing,
    inspecting,
    instruments,
    items,
    mechanism,
    notices,
    upward,
)
from anlan.plan.api.indicators import causes as indicator_causes
from anlan.plan.api.indicators import deciding as indicator_decisions
from anlan.plan.api.indicators import reading as indicators
from anlan.plan.api.loop import breakdown, deliverables, measures, reports
from anlan.plan.api.supervision import acting as supervision

router = Router()
_parts = (
    *(notices, items, corrections, importing),
    *(breakdown, deliverables, reports, measures),
    *(collecting, mechanism, inspecting, evaluations, carrying),
    *(supervision, upward),
    *(instruments, indicators, indicator_causes, indicator_decisions),
)
for _part in _parts:
    router.add_router("", _part.router)
