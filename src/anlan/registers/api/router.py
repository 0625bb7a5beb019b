"""The addresses of the registers, gathered for `site`."""

from ninja import Router

from anlan.registers.api import (
    accounts,
    bodies,
    groups,
    identities,
    journal,
    people,
    regions,
    session,
    sign_ins,
    statistics,
)

router = Router()
PARTS = (
    *(session, regions, statistics, bodies, groups, people),
    *(accounts, identities, sign_ins, journal),
)
for _part in PARTS:
    router.add_router("", _part.router)
