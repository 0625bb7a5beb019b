"""The addresses of the registers, gathered for `site`."""

from ninja import Router

from anlan.registers.api import (
    accounts,
    area_contacts,
    bodies,
    contacts,
    duty,
    enterprises,
    groups,
    identities,
    installations,
    instruments,
    journal,
    maps,
    people,
    posts,
    regions,
    session,
    sign_ins,
    sites,
    statistics,
)

router = Router()
PARTS = (
    *(session, regions, statistics, bodies, groups, people, posts),
    *(enterprises, sites, installations, instruments, duty, contacts, area_contacts),
    *(accounts, identities, sign_ins, journal, maps),
)
for _part in PARTS:
    router.add_router("", _part.router)
