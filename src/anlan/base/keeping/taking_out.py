"""Export of a register to be changed and brought back: every kept column, the row version last."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anlan.base.keeping.declared import Keeping
from anlan.base.keeping.upload import VERSION_HEAD
from anlan.base.screens.cells import Column
from anlan.base.screens.sheets import Sheet, demonstration_mark


def sheet_to_change(
    keeping: Keeping, rows: QuerySet[Any], *, title: str, now: dt.datetime, native: bool
) -> Sheet:
    """`native`: figures and dates stay what they are, as a workbook holds them."""
    columns = [_column(keeping, name, native=native) for name in keeping.file_columns]
    links = [n for n in keeping.file_columns if keeping.model._meta.get_field(n).is_relation]
    version = Column(name="version", label=_(VERSION_HEAD), value=lambda row: row.version)
    return Sheet(
        title=title,
        columns=(*columns, version),
        rows=rows.select_related(*links),
        now=now,
        mark=demonstration_mark(),
    )


def _column(keeping: Keeping, name: str, *, native: bool) -> Column:
    widget = keeping.widget(name)
    return Column(
        name=name,
        label=keeping.column_label(name),
        value=lambda row: widget.render(getattr(row, name), force_native_type=native),
    )
