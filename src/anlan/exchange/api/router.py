"""The addresses of the exchange, gathered for `site`."""

from ninja import Router

from anlan.exchange.api import gateways, messages, outbox, public

router = Router()
for _part in (messages, outbox, gateways, public):
    router.add_router("", _part.router)
