"""What several of the rules ask for that others may call by name."""

from datetime import date
from decimal import Decimal
from typing import Final

from anlan.base.rules.argument import Kind, Parameter
from anlan.base.rules.labels import gettext_noop
from anlan.losses.rules.grade_table import grade_table

FIRST_DAY: Final = date(1949, 1, 1)
LAST_DAY: Final = date(2100, 1, 1)


def count(name: str, text: str, *, required: bool = True, default: object = None) -> Parameter:
    return Parameter(
        name=name,
        kind=Kind.INTEGER,
        required=required,
        default=default,
        minimum=0,
        help=text,
    )


def number(
    name: str, text: str, *, required: bool = True, maximum: Decimal | None = None
) -> Parameter:
    return Parameter(
        name=name,
        kind=Kind.NUMBER,
        required=required,
        minimum=0,
        maximum=maximum,
        help=text,
    )


def day(name: str, text: str) -> Parameter:
    return Parameter(name=name, kind=Kind.DATE, minimum=FIRST_DAY, maximum=LAST_DAY, help=text)


DEATHS: Final = count("deaths", gettext_noop("deaths, in persons"))
INJURIES: Final = count("serious_injuries", gettext_noop("serious injuries, in persons"))
LOSS: Final = number("direct_loss_yuan", gettext_noop("direct economic loss in yuan"))


def source_of(name: str) -> str:
    table = grade_table(name)
    return f"{table.source}{table.article}"
