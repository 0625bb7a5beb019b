"""The addresses of warning, gathered for `site`."""

from ninja import Router

from anlan.warning.api import bulletins, calling, cap, monitoring, received, release, scores

router = Router()
for _part in (received, cap, release, calling, bulletins, monitoring, scores):
    router.add_router("", _part.router)
