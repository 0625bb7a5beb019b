"""Figures of the score in words: a sentence above each number, shares with their interval."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anlan.warning.choices import HAZARD_CHOICES
from anlan.warning.queries.scoring import Board, Cut, Row
from anlan.warning.queries.scoring_records import OF_LABELS, family_label
from anlan.warning.rules.scoring.score import Rate, Score
from anlan.warning.rules.scoring.values import OBSERVED_LABELS, SEASON_LABELS, Season

HOUR_MIN = 60
DAY_MIN = 1440
MOST_PLACES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with the sentence that says what it is, and the list behind it."""

    label: str
    sentence: str
    shown: str
    note: str
    url: str
    base: str = ""


def share(rate: Rate) -> str:
    return _("not determinable") if rate.value is None else f"{100 * rate.value:.0f} %"


def interval(rate: Rate) -> str:
    """The interval, said first of few."""
    found = rate.interval
    if found is None:
        return ""
    low, high = (f"{100 * edge:.0f}" for edge in found)
    text = _("between {low} % and {high} % (95 % interval)").format(low=low, high=high)
    return _("of few: {interval}").format(interval=text) if rate.is_of_few else text


def span(minutes: float | None) -> str:
    """A time span in the largest unit that fits."""
    if minutes is None:
        return _("not determinable")
    if minutes < 2 * HOUR_MIN:
        return _("{number} min").format(number=f"{minutes:.0f}")
    if minutes < 2 * DAY_MIN:
        return _("{number} h").format(number=f"{minutes / HOUR_MIN:.1f}")
    return _("{number} d").format(number=f"{minutes / DAY_MIN:.1f}")


def places_text(names: Mapping[str, str], codes: Iterable[str]) -> str:
    """Counties in words, the first of many."""
    found = [names.get(code, code) for code in sorted(codes)]
    return "、".join(found[:MOST_PLACES]) + ("…" if len(found) > MOST_PLACES else "")


def query_of(board: Board) -> dict[str, Any]:
    """What a link has to say so that the next page scores the same."""
    return {"first": board.period.first, "last": board.period.last, "whose": board.of.value}


def list_url(board: Board, side: str, fate: str = "", by: str = "", code: str = "") -> str:
    """The list behind a number."""
    asked = query_of(board) | {"side": side, "fate": fate}
    if by:
        asked |= {"by": by, "of": code}
    return f"{reverse('warning-score-list')}?{urlencode(asked)}"


def code_label(board: Board, cut: Cut, code: str) -> str:
    """A value of a cut in words."""
    if cut is Cut.HAZARD:
        return str(dict(HAZARD_CHOICES).get(code, code))
    if cut is Cut.EVENT:
        return _(OBSERVED_LABELS[code]) if code in OBSERVED_LABELS else family_label(code)
    if cut is Cut.PLACE:
        return board.places.get(code, code)
    return _(SEASON_LABELS[Season(code)]) if cut is Cut.SEASON else code


def figures(board: Board, base: Score | None) -> list[Figure]:
    """The figures of the whole, each with its sentence."""
    found = board.total
    return [
        _detection(found, board, base),
        _false(found, board, base),
        _success(found, board, base),
        _lead(found, board, base),
    ]


def base_text(base: Score | None, of: Any) -> str:
    """The value of the base year, or that it is missing."""
    if base is None or of(base).value is None:
        return _("base year: missing, its records do not say")
    return _("base year: {share} ({part} of {whole}), from the records kept here").format(
        share=share(of(base)), part=of(base).part, whole=of(base).whole
    )


def _detection(found: Score, board: Board, base: Score | None) -> Figure:
    rate = found.detection
    sentence = ngettext(
        "Of {whole} event on record, {part} was warned of before it began, {late} only after.",
        "Of {whole} events on record, {part} were warned of before they began, {late} only after.",
        rate.whole,
    ).format(whole=rate.whole, part=rate.part, late=found.late)
    return Figure(
        label=_("Probability of detection"),
        sentence=sentence,
        shown=share(rate),
        note=interval(rate),
        url=list_url(board, "event"),
        base=base_text(base, lambda one: one.detection),
    )


def _false(found: Score, board: Board, base: Score | None) -> Figure:
    rate = found.false_share
    sentence = _(
        "Of {whole} {alarms} of which it can be said, nothing came of {part}. Of {left} it cannot."
    ).format(
        alarms=_(OF_LABELS[board.of]),
        whole=rate.whole,
        part=rate.part,
        left=found.alarms_undecidable,
    )
    return Figure(
        label=_("False-alarm ratio"),
        sentence=sentence,
        shown=share(rate),
        note=interval(rate),
        url=list_url(board, "alarm", "false"),
        base=base_text(base, lambda one: one.false_share),
    )


def _success(found: Score, board: Board, base: Score | None) -> Figure:
    rate = found.success
    sentence = _(
        "Of {whole} events and false alarms together, {part} were events warned of in time."
    ).format(whole=rate.whole, part=rate.part)
    return Figure(
        label=_("Critical success index"),
        sentence=sentence,
        shown=share(rate),
        note=interval(rate),
        url=list_url(board, "event", "hit"),
        base=base_text(base, lambda one: one.success),
    )


def _lead(found: Score, board: Board, base: Score | None) -> Figure:
    leads = found.leads
    sentence = _(
        "Half of {timed} events whose hour is known were warned of earlier than this. Of "
        "{unknown} more only the day is known."
    ).format(timed=len(leads.minutes), unknown=leads.unknown)
    middle = leads.quartiles_min
    note = ""
    if middle is not None:
        note = _("the middle half: {low} to {high}").format(
            low=span(middle[0]), high=span(middle[1])
        )
    told = _("base year: missing, its records do not say")
    if base is not None and base.leads.median_min is not None:
        told = _("base year: {span}, from the records kept here").format(
            span=span(base.leads.median_min)
        )
    return Figure(
        label=_("Lead time, median"),
        sentence=sentence,
        shown=span(leads.median_min),
        note=note,
        url=list_url(board, "event", "hit"),
        base=told,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the table. `cells` are (label, number or text, list behind it)."""

    code: str
    label: str
    cells: tuple[tuple[str, Any, str], ...]


def line(board: Board, cut: Cut, row: Row, *, alarms: bool, events: bool) -> Line:
    """A row with the numbers that the cut has."""
    score = row.score

    def cell(label: str, number: int, side: str, fate: str) -> tuple[str, Any, str]:
        url = list_url(board, side, fate, cut.value, row.code) if number else ""
        return label, number, url

    with_event = _("{alarms} with an event").format(alarms=_(OF_LABELS[board.of]))
    cells: list[tuple[str, Any, str]] = []
    if events:
        cells += [
            cell(_("warned in time"), score.hits, "event", "hit"),
            cell(_("warned late"), score.late, "event", "late"),
            cell(_("missed"), score.misses, "event", "miss"),
            cell(_("event undecidable"), score.events_undecidable, "event", "undecidable"),
            (_("probability of detection"), share(score.detection), ""),
            (_("median lead time"), span(score.leads.median_min), ""),
        ]
    if alarms:
        cells += [
            cell(with_event, score.alarms_hit, "alarm", "hit"),
            cell(_("late warnings"), score.alarms_late, "alarm", "late"),
            cell(_("false alarms"), score.false_alarms, "alarm", "false"),
            cell(_("warning undecidable"), score.alarms_undecidable, "alarm", "undecidable"),
            (_("false-alarm ratio"), share(score.false_share), ""),
        ]
    if alarms and events:
        cells.append((_("critical success index"), share(score.success), ""))
    return Line(code=row.code, label=code_label(board, cut, row.code), cells=tuple(cells))
