"""The addresses of warning, gathered for `site`."""

from ninja import Router

from anlan.warning.api import calling, monitoring, received

router = Router()
for _part in (received, calling, monitoring):
    router.add_router("", _part.router)
