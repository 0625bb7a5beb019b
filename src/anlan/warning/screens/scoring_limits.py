"""Which thresholds make the noise: trials of levels and of the limits of stations. It proposes;
nobody's limit is changed here."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.warning.choices import LEVEL_CHOICES
from anlan.warning.queries.scoring import Board
from anlan.warning.queries.scoring_limits import limits_in_view, watched
from anlan.warning.queries.scoring_records import Places
from anlan.warning.rules.scoring.limits import Trial, proposal, try_levels, try_limits
from anlan.warning.screens.scoring import Scored
from anlan.warning.screens.scoring_words import share

PER_PAGE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A limit with its trials, and what is proposed, in words."""

    label: str
    url: str
    readings: int
    trials: list[tuple[str, Trial]]
    said: str


class ScoreLimits(Scored, View):
    """`/warnings/scores/limits/`"""

    def get(self, request: HttpRequest) -> HttpResponse:
        scope, form, now = self.scope(request), self.form(request), clock.now()
        board = Board(scope, form.period(), now, form.asked_of())
        levels = try_levels(
            [one.alarm for one in board.judged.alarms],
            [one.event for one in board.judged.events],
            board.known,
            board.terms,
            now,
        )
        labels = dict(LEVEL_CHOICES)
        page = Paginator(limits_in_view(scope, board.period), PER_PAGE).get_page(
            request.GET.get("page", "1")
        )
        places = Places()
        asked = request.GET.copy()
        asked.pop("page", None)
        context = {
            "form": form,
            "period": board.period,
            "levels": [
                (
                    labels[one.level.value],
                    one.alarms,
                    one.score,
                    share(one.score.detection),
                    share(one.score.false_share),
                )
                for one in levels
            ],
            "has_alarms": bool(board.judged.alarms),
            "page": page,
            "tried": [_tried(board, row, places) for row in page.object_list],
            "address": asked.urlencode(),
        }
        return render(request, "warning/score_limits.html", context)


def _tried(board: Board, row: Any, places: Places) -> Tried:
    one = watched(row, board.period, places, board.now)
    events = [
        event for event in board.all_events if not event.key.startswith(f"limit-{row.pk.hex}")
    ]
    disasters = [event for event in events if event.key.startswith("disaster-")]
    trials = try_limits(one, disasters, board.known, board.terms, board.now)
    return Tried(
        label=str(row),
        url=reverse("datastream", args=[row.datastream_id]),
        readings=len(one.readings),
        trials=[(f"{trial.limit:g}", trial) for trial in trials],
        said=_said(trials, has_readings=bool(one.readings)),
    )


def _said(trials: list[Trial], *, has_readings: bool) -> str:
    """What the trials say, and to whom it is left."""
    if not has_readings:
        return _("No reading of the period is on record, so nothing can be tried.")
    present = next(one for one in trials if one.is_present)
    if not present.alarms:
        return _("The present limit was never passed in the period: it makes no noise.")
    better = proposal(trials)
    if better is not None:
        return _(
            "At {limit} there would have been {less} false alarms less, and no event would have "
            "been lost. Whoever sets the limit decides."
        ).format(
            limit=f"{better.limit:g}",
            less=present.score.false_alarms - better.score.false_alarms,
        )
    if not present.score.hits:
        return _(
            "None of the rises belongs to an event on record: whether they were noise is decided "
            "by people, not by this page."
        )
    return _("No neighbour spares false alarms without losing an event: leave it.")
