"""The addresses of `base`, gathered for `site`."""

from ninja import Router

from anlan.base.api import dues, followers, holiday_years, worlds

router = Router()
for _part in (dues, holiday_years, followers, worlds):
    router.add_router("", _part.router)
