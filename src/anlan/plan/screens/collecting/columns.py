"""How a returned file stands in a list."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.screens.cells import Badge, Column
from anlan.plan.models import ReturnedWorkbook
from anlan.plan.queries.collecting.book import addressee
from anlan.plan.rules.workbook.collection import ReturnState

LOOKS = {
    ReturnState.WAITING: ("yellow", "warn"),
    ReturnState.TAKEN: ("green", "check"),
    ReturnState.SET_ASIDE: ("grey", "info"),
}


def file_url(row: ReturnedWorkbook) -> str:
    return reverse("plan-return", args=[row.pk])


def file_badge(row: ReturnedWorkbook) -> Badge:
    state = ReturnState(row.state)
    tone, icon = LOOKS[state]
    return Badge(text=_(state.label), tone=tone, icon=icon)


FILE_COLUMNS = (
    Column(
        name="file",
        label=gettext_lazy("file"),
        value=lambda r: r.file_name,
        link=file_url,
        is_title=True,
    ),
    Column(name="body", label=gettext_lazy("body"), value=lambda r: addressee(r.sheet)),
    Column(name="by", label=gettext_lazy("handed in by"), value=lambda r: r.returned_by),
    Column(name="at", label=gettext_lazy("received at"), value=lambda r: r.received_at),
    Column(name="state", label=gettext_lazy("state"), value=file_badge),
    Column(
        name="taken", label=gettext_lazy("rows taken"), value=lambda r: r.rows_taken, align="end"
    ),
    Column(
        name="left", label=gettext_lazy("rows not taken"), value=lambda r: r.rows_left, align="end"
    ),
)
