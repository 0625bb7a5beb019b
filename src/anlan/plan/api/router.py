"""The addresses of the plan, gathered for `site`."""

from ninja import Router

from anlan.plan.api import collecting, corrections, importing, items, mechanism, notices

router = Router()
for _part in (notices, items, corrections, importing, collecting, mechanism):
    router.add_router("", _part.router)
