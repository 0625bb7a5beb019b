"""Measures of call-and-confirm: villages that confirmed, people who answered, in time."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.measures import Measure, Proof, counted
from anlan.base.rules.labels import gettext_noop
from anlan.warning.models import CallAddressee
from anlan.warning.queries.calling import not_begun
from anlan.warning.rules.call_state import CallState

SERVES: Final = ("T13", "P6")
MONTHS: Final = dt.timedelta(days=365)
MEANT: Final = "ACTUAL"


def asked_for_an_answer(scope: Any) -> Any:
    """Whom rounds asked, exercises left out; answers that were carried are counted in the round
    that asked for them."""
    rows = CallAddressee.objects.visible_to(scope).filter(
        round__mode=MEANT, answer_by__isnull=False, is_carried=False
    )
    return rows.exclude(not_begun())


def _called(scope: Any, now: dt.datetime) -> Any:
    """Those of the last 12 months."""
    return asked_for_an_answer(scope).filter(
        round__opened_at__gt=now - MONTHS, round__opened_at__lte=now
    )


def villages_confirmed(scope: Any, now: dt.datetime) -> list[Proof]:
    """Villages by round: one whose contact answered in the term counts. A village whose term still
    runs is listed and not counted."""
    rows = (
        _called(scope, now)
        .filter(region__level="village")
        .order_by("-round__opened_at", "region__code")
        .values_list(
            "round", "region", "region__name", "round__opened_at", "answer_by", "state", "is_late"
        )
    )
    found: dict[tuple[Any, Any], dict[str, Any]] = {}
    for round_, region, name, opened, answer_by, state, is_late in rows:
        village = found.setdefault(
            (round_, region),
            {"name": name, "opened": opened, "by": answer_by, "in_time": False, "late": False},
        )
        answered = state == CallState.ANSWERED.value
        village["in_time"] |= answered and not is_late
        village["late"] |= answered and is_late
    return [_village(round_, region, row, now) for (round_, region), row in found.items()]


def _village(round_: Any, region: Any, row: dict[str, Any], now: dt.datetime) -> Proof:
    runs = not row["in_time"] and now <= row["by"]
    why = _("answered in the term") if row["in_time"] else _("no answer in the term")
    if runs:
        why = _("the term still runs")
    elif row["late"] and not row["in_time"]:
        why = _("answer after the term")
    return Proof(
        label=f"{row['name']} {row['opened'].astimezone(CITY_ZONE):%Y-%m-%d %H:%M}",
        url=f"{reverse('call-board', args=[round_])}?q={row['name']}",
        counts=row["in_time"],
        why=why,
        left_out=runs,
    )


def people_answered(scope: Any, now: dt.datetime) -> list[Proof]:
    """Rounds: who answered in the term, of those who were called. Rounds whose term still runs are
    listed and not counted."""
    rows = _called(scope, now).values_list(
        "round", "round__warning__issuer", "round__opened_at", "answer_by", "state", "is_late"
    )
    rounds: dict[Any, dict[str, Any]] = {}
    for round_, issuer, opened, answer_by, state, is_late in rows:
        row = rounds.setdefault(
            round_, {"name": issuer, "opened": opened, "by": answer_by, "part": 0, "whole": 0}
        )
        row["by"] = max(row["by"], answer_by)
        row["whole"] += 1
        row["part"] += state == CallState.ANSWERED.value and not is_late
    return [
        Proof(
            label=f"{row['name']} {row['opened'].astimezone(CITY_ZONE):%Y-%m-%d %H:%M}",
            url=reverse("call-board", args=[round_]),
            counts=row["part"] == row["whole"],
            why=_("{part} of {whole} answered in the term").format(
                part=row["part"], whole=row["whole"]
            ),
            left_out=now <= row["by"],
            part=row["part"],
            whole=row["whole"],
        )
        for round_, row in sorted(rounds.items(), key=lambda one: one[1]["opened"], reverse=True)
    ]


def _number(amount: int) -> str:
    return str(amount)


MEASURES: Sequence[Measure] = (
    Measure(
        name="call-villages-confirmed",
        label=gettext_noop("Villages that confirmed in the term / called"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the villages called in the last 12 months, once a round, those of which a contact "
            "answered within the term of the level. A reading receipt is no answer; exercises are "
            "not counted."
        ),
        serves=SERVES,
        query=counted(villages_confirmed),
        evidence=villages_confirmed,
    ),
    Measure(
        name="call-people-answered",
        label=gettext_noop("People who answered in the term / called"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of all who were called in the last 12 months and asked for an answer, those who "
            "answered within the term of the level. Exercises are not counted."
        ),
        serves=SERVES,
        query=counted(people_answered),
        evidence=people_answered,
        amount=_number,
    ),
)
