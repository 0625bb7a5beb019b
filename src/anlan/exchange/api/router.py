"""The addresses of the exchange, gathered for `site`."""

from ninja import Router

from anlan.exchange.api import messages, outbox

router = Router()
for _part in (messages, outbox):
    router.add_router("", _part.router)
