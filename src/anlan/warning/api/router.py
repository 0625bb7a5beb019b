"""The addresses of warning, gathered for `site`."""

from ninja import Router

from anlan.warning.api import (
    bulletins,
    calling,
    cap,
    cap_senders,
    cap_waiting,
    monitoring,
    received,
    release,
    replies,
    scores,
    tallies,
)

router = Router()
PARTS = (
    *(received, cap, cap_waiting, cap_senders, release),
    *(calling, replies, bulletins, monitoring, scores, tallies),
)
for _part in PARTS:
    router.add_router("", _part.router)
