"""Invented accidents and disasters of the demonstration, told through the public actions."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from anlan.base import clock
from anlan.base.due.actions import answer
from anlan.base.errors import NotFound
from anlan.base.keeping.declared import keeping_of
from anlan.base.keeping.merging import Side, merge
from anlan.base.models import Due
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.losses.actions.accidents import (
    NewAccident,
    Report,
    add_accident,
    decide_counting,
    report_accident,
)
from anlan.losses.actions.clocks import dues_of
from anlan.losses.actions.disaster_clocks import SUBJECT
from anlan.losses.actions.disasters import (
    How,
    NewDisaster,
    UnitReport,
    change_disaster,
    open_disaster,
    report_disaster,
)
from anlan.losses.actions.stating import FIGURES, Figures
from anlan.losses.choices import ReportKind
from anlan.losses.models import Accident, AccidentSector, Disaster
from anlan.losses.rules.accident_terms import REPORT_RULE
from anlan.losses.rules.disaster_figures import FIELD_LABELS, HECTARES, DisasterFigures
from anlan.registers.actions.demonstration import acting, found
from anlan.registers.choices import Mark
from anlan.registers.models import Body, Enterprise, ReportingUnit
from anlan.registers.rules.invented import SOURCE

FILE = "demonstration-losses.toml"
PROOF = {"source": SOURCE, "mark": Mark.INVENTED}


def loss_scenes(profile: Profile) -> Iterator[Scene]:
    """Accidents month by month with their reports, disasters as they were reported."""
    story = profile.table(FILE)
    acts = {
        "accident": _accident,
        "accident_report": _report,
        "accident_counting": _count,
        "accident_answer": _answer,
        "disaster": _disaster,
        "disaster_report": _figures,
        "disaster_answer": _done,
        "disaster_end": _end,
    }
    for table, act in acts.items():
        for row in story[table]:
            yield Scene(key=row["key"], at=row["at"], play=partial(act, row))
    merged = story["accident_merge"]
    yield Scene(key=merged["key"], at=merged["at"], play=partial(_merge, merged))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "actor": acting(row.get("by", "bureau")),
        "now": clock.now(),
        "request_id": row["key"],
        "reason": row.get("reason", SOURCE),
    }


def _emergency(unit: ReportingUnit) -> Body:
    """The emergency bureau of a unit."""
    code = "emergency" if unit.code == "city" else f"emergency-{unit.code}"
    body: Body = found(Body, code=code)
    return body


def _known(row: dict[str, Any]) -> Figures:
    return Figures(**{name: row.get(name) for name in FIGURES})


def _accident(row: dict[str, Any]) -> None:
    unit = found(ReportingUnit, code=row["unit"])
    body = found(Body, code=row["body"]) if "body" in row else _emergency(unit)
    new = NewAccident(
        title=row["title"],
        occurred_at=row["occurred_at"],
        kind=row["kind"],
        unit=unit,
        sector=found(AccidentSector, code=row["sector"]),
        enterprise=found(Enterprise, name=row["enterprise"]) if "enterprise" in row else None,
        body=body,
        head_told_at=row.get("head_told_at"),
        people_trapped=row.get("people_trapped"),
        is_back_filled=not row.get("is_recent", False),
        is_other=True,
        **PROOF,
    )
    add_accident(new, Report(figures=_known(row), report_kind=ReportKind.INITIAL), **_said(row))


def _told(row: dict[str, Any]) -> Accident:
    accident: Accident | None = Accident.objects.filter(
        title=row["accident"], occurred_at=row["occurred_at"]
    ).first()
    if accident is None:
        raise NotFound
    return accident


def _report(row: dict[str, Any]) -> None:
    accident = _told(row)
    report = Report(
        figures=_known(row),
        report_kind=row["report_kind"],
        changed_on=row["changed_on"],
        note=row["note"],
        source=SOURCE,
    )
    report_accident(accident.pk, report, expected_version=accident.version, **_said(row))


def _count(row: dict[str, Any]) -> None:
    accident = _told(row)
    decide_counting(
        accident.pk,
        counting=row["counting"],
        counting_note=row["note"],
        expected_version=accident.version,
        **_said(row),
    )


def _answer(row: dict[str, Any]) -> None:
    """The report upward was made."""
    rule = row.get("rule", REPORT_RULE)
    due = next(due for due in dues_of(_told(row)) if due.rule == rule)
    answer(due.pk, what=row["what"], expected_version=due.version, **_said(row))


def _merge(row: dict[str, Any]) -> None:
    kept = keeping_of(Accident)
    stays, goes = (found(Accident, title=row[side]) for side in ("winner", "loser"))
    if kept is None:
        raise NotFound
    merge(
        kept,
        winner=Side(key=stays.pk, version=stays.version),
        loser=Side(key=goes.pk, version=goes.version),
        take=frozenset(),
        **_said(row),
    )


def _disaster(row: dict[str, Any]) -> None:
    new = NewDisaster(
        title=row["title"],
        hazard=row["hazard"],
        began_on=row["began_on"],
        began_at=row.get("began_at"),
        ended_on=row.get("ended_on"),
        unit=found(ReportingUnit, code="city"),
        code=row["code"],
        **PROOF,
    )
    open_disaster(new, **_said(row))


def _figures(row: dict[str, Any]) -> None:
    reports = tuple(
        UnitReport(
            unit=found(ReportingUnit, code=each["unit"]),
            figures=_of_unit(each),
            note=row.get("note", ""),
        )
        for each in row["units"]
    )
    how = How(
        report_kind=row["report_kind"],
        reported_at=clock.now(),
        body=_emergency(reports[0].unit),
        **PROOF,
    )
    if len(reports) > 1:
        how = How(
            report_kind=row["report_kind"],
            reported_at=clock.now(),
            body=found(Body, code="emergency"),
            **PROOF,
        )
    disaster = found(Disaster, code=row["disaster"])
    report_disaster(disaster.pk, reports, how, **_said(row))


def _done(row: dict[str, Any]) -> None:
    """What the city owed in a process was done."""
    disaster = found(Disaster, code=row["disaster"])
    due = found(Due, subject_model=SUBJECT, subject_key=str(disaster.pk), rule=row["rule"])
    answer(due.pk, what=row["what"], expected_version=due.version, **_said(row))


def _end(row: dict[str, Any]) -> None:
    disaster = found(Disaster, code=row["disaster"])
    values = {"ended_on": row["ended_on"]}
    change_disaster(disaster.pk, values, expected_version=disaster.version, **_said(row))


def _of_unit(row: dict[str, Any]) -> DisasterFigures:
    values = {name: row[name] for name in FIELD_LABELS if name in row}
    for name in HECTARES:
        if name in values:
            values[name] = Decimal(str(values[name]))
    return DisasterFigures(**values)
