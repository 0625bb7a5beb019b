"""The addresses of preparedness, gathered for `site`."""

from ninja import Router

from anlan.preparedness.api import course, projects

router = Router()
for _part in (projects, course):
    router.add_router("", _part.router)
