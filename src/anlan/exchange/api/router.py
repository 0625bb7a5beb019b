"""The addresses of the exchange, gathered for `site`."""

from ninja import Router

from anlan.exchange.api import messages, outbox, public

router = Router()
for _part in (messages, outbox, public):
    router.add_router("", _part.router)
