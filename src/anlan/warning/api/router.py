"""The addresses of warning, gathered for `site`."""

from ninja import Router

from anlan.warning.api import calling, cap, received

router = Router()
for _part in (received, cap, calling):
    router.add_router("", _part.router)
