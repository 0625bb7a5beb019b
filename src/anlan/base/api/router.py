"""The addresses of what `base` offers for every register, gathered for `site`."""

from ninja import Router

from anlan.base.api import records

router = Router()
router.add_router("", records.router)
