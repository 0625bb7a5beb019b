"""The addresses of what `base` offers, gathered for `site`."""

from ninja import Router

from anlan.base.api import dues, followers, holiday_years, records, worlds

router = Router()
for _part in (dues, holiday_years, followers, worlds, records):
    router.add_router("", _part.router)
