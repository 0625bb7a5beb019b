"""The addresses of warning, gathered for `site`."""

from ninja import Router

from anlan.warning.api import bulletins, calling, received, scores

router = Router()
for _part in (received, calling, bulletins, scores):
    router.add_router("", _part.router)
