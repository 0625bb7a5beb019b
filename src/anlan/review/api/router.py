"""The addresses of review, gathered for `site`."""

from ninja import Router

from anlan.review.api import improvements

router = Router()
router.add_router("", improvements.router)
