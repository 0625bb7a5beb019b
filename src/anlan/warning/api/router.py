"""The addresses of warning, gathered for `site`."""

from ninja import Router

from anlan.warning.api import calling

router = Router()
for _part in (calling,):
    router.add_router("", _part.router)
