"""The addresses of the registers, gathered for `site`."""

from ninja import Router

from anlan.registers.api import (
    accounts,
    bodies,
    groups,
    journal,
    people,
    regions,
    session,
    statistics,
)

router = Router()
for _part in (session, regions, statistics, bodies, groups, people, accounts, journal):
    router.add_router("", _part.router)
