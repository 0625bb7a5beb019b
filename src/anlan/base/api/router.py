"""The addresses of `base`, gathered for `site`."""

from ninja import Router

from anlan.base.api import followers

router = Router()
for _part in (followers,):
    router.add_router("", _part.router)
