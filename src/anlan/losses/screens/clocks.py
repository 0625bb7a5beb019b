"""The clocks of an accident or a disaster, on its page."""

import uuid

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.due.queries import dues
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.dues.common import due_url, left_badge
from anlan.base.screens.register_object import Relation
from anlan.base.screens.signed_in import scope_of


def clocks_of(request: HttpRequest, subject: str, key: uuid.UUID, *, empty: Text) -> Relation:
    """Those in the reader's view, in the order of their ends."""
    now = clock.now()
    seen = dues(scope_of(request)).filter(subject_model=subject, subject_key=str(key))
    rows = list(seen.order_by("due_at", "id"))
    return Relation(
        label=_("Clocks"),
        columns=(
            Column(
                name="title",
                label=_("what is expected"),
                value=lambda d: d.title,
                link=due_url,
                is_title=True,
            ),
            Column(name="due", label=_("due"), value=lambda d: d.due_at),
            Column(name="left", label=_("left"), value=lambda d: left_badge(d, now)),
        ),
        rows=rows,
        count=len(rows),
        empty=empty,
    )
