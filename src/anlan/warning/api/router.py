"""The addresses of warning, gathered for `site`."""

from ninja import Router

from anlan.warning.api import bulletins, calling, monitoring, received, scores

router = Router()
for _part in (received, calling, bulletins, monitoring, scores):
    router.add_router("", _part.router)
