"""The API of warning."""

from ninja import Router

from anlan.warning.api.received import router as received

router = Router()
router.add_router("", received)
