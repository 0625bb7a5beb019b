"""The addresses of warning, gathered for `site`."""

from ninja import Router

from anlan.warning.api import calling, cap, received, release

router = Router()
for _part in (received, cap, release, calling):
    router.add_router("", _part.router)
