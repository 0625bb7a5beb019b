"""Files for other systems: Sendai A-1, B-1, C-1, and every series in the columns of SDMX-CSV.

Codes stand in the columns, not words: a file goes from program to program. A value that is not
determinable is an empty OBS_VALUE with status M (missing), a figure so far has P (provisional).
"""

import csv
import io
from collections.abc import Collection, Iterator

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.rules.verdict import UNKNOWN
from anlan.base.screens.sheets import demonstration_mark
from anlan.plan.queries.indicators.board import Board, exact
from anlan.plan.queries.indicators.sendai import sendai_rows
from anlan.plan.rules.indicators.figures import YearFact
from anlan.plan.rules.indicators.standing import Standing
from anlan.registers import queries as registers

DATAFLOW = "ANLAN:PLAN_INDICATORS(1.0)"
SENDAI_FLOW = "ANLAN:SENDAI_TARGETS(1.0)"
HEADS = (
    *("DATAFLOW", "FREQ", "REF_AREA", "INDICATOR", "TIME_PERIOD", "OBS_VALUE", "UNIT_MEASURE"),
    *("OBS_STATUS", "NUMERATOR", "DENOMINATOR", "DENOMINATOR_EDITION", "COMMENT_OBS"),
)
SENDAI_UNITS = {"A-1": "per_100k_people", "B-1": "per_100k_people", "C-1": "share_of_gdp"}
Line = tuple[str, ...]


def sdmx_file(board: Board, units: Collection[str]) -> HttpResponse:
    """Every year of every indicator, for the city and the units in view."""
    city = registers.city_unit()
    area = city.region.code if city is not None else ""
    lines: list[Line] = []
    for line in board.lines:
        lines += _series(line.item.key, area, line.verdict.known())
        for each in line.units:
            if each.unit.code in units:
                lines += _series(line.item.key, each.unit.region.code, each.verdict.known())
    return _file("indicators-sdmx", lines)


def _series(key: str, area: str, standing: Standing) -> Iterator[Line]:
    unit = standing.indicator.unit.value
    for year in standing.yearly:
        fact = year.fact
        value = None if year.value is UNKNOWN else year.value
        yield (
            *(DATAFLOW, "A", area, key, str(fact.year), exact(value) or "", unit),
            *(_status(fact, value is None), exact(fact.numerator.value) or ""),
            *(exact(fact.denominator.value) or "", fact.denominator.edition),
        )


def _status(fact: YearFact, is_missing: bool) -> str:
    if not fact.is_whole:
        return "P"
    return "M" if is_missing else "A"


def sendai_file(board: Board, units: Collection[str]) -> HttpResponse:
    """A-1, B-1 and C-1 of the years that are over."""
    lines: list[Line] = []
    city = registers.city_unit()
    shown = {*units, *([city.code] if city is not None else [])}
    for row in sendai_rows(board.chosen, board.period.years, board.today):
        if row.unit not in shown:
            continue
        value = None if row.verdict.value is UNKNOWN else row.verdict.known()
        lines.append(
            (
                *(SENDAI_FLOW, "A", row.region, row.target.value, str(row.year)),
                *(exact(value) or "", SENDAI_UNITS[row.target.value]),
                *("M" if value is None else "A", "", "", ""),
            )
        )
    return _file("sendai-targets", lines)


def _file(name: str, lines: list[Line]) -> HttpResponse:
    """The mark of a demonstration stands in every row, so that no reader can lose it."""
    mark = demonstration_mark()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    writer.writerows((*line, mark) for line in lines)
    stamp = clock.now().astimezone(CITY_ZONE).strftime("%Y%m%d-%H%M")
    title = "-".join(part for part in (mark, name, stamp) if part)
    response = HttpResponse(out.getvalue().encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{title}.csv") or ""
    response["Cache-Control"] = "no-store"
    return response
