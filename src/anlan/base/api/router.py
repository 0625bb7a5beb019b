"""The addresses of `base`, gathered for `site`."""

from ninja import Router

from anlan.base.api import dues, holiday_years

router = Router()
for _part in (dues, holiday_years):
    router.add_router("", _part.router)
