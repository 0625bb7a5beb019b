"""The addresses of losses, gathered for `site`."""

from ninja import Router

from anlan.losses.api import accidents, disasters

router = Router()
router.add_router("", accidents.router)
router.add_router("", disasters.router)
