"""The addresses of `base`, gathered for `site`."""

from ninja import Router

from anlan.base.api import followers, worlds

router = Router()
for _part in (followers, worlds):
    router.add_router("", _part.router)
