"""The addresses of the plan, gathered for `site`."""

from ninja import Router

from anlan.plan.api import collecting, corrections, importing, items, notices

router = Router()
for _part in (notices, items, corrections, importing, collecting):
    router.add_router("", _part.router)
