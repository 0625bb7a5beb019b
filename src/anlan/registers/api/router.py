"""The addresses of the registers, gathered for `site`."""

from ninja import Router

from anlan.registers.api import (
    accounts,
    bodies,
    contacts,
    duty,
    enterprises,
    groups,
    installations,
    journal,
    people,
    posts,
    regions,
    session,
    sites,
    statistics,
)

router = Router()
for _part in (
    session,
    regions,
    statistics,
    bodies,
    groups,
    people,
    posts,
    enterprises,
    sites,
    installations,
    duty,
    contacts,
    accounts,
    journal,
):
    router.add_router("", _part.router)
