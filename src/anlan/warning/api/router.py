"""The addresses of warning, gathered for `site`."""

from ninja import Router

from anlan.warning.api import calling, received, scores

router = Router()
for _part in (received, calling, scores):
    router.add_router("", _part.router)
