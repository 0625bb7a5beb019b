"""Project sheets entered, changed and back-filled; their places; the checks of the notice."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.parts import Progress
from anlan.base.profile import Profile
from anlan.base.upkeep import validate
from anlan.preparedness.actions.errors import (
    AlreadyAccepted,
    BackFillTooLate,
    DayInFuture,
    DaysOutOfOrder,
    PointIncomplete,
    ProjectTaken,
    QuantityIncomplete,
)
from anlan.preparedness.choices import AcceptanceResult
from anlan.preparedness.models import Acceptance, NoticeCheck, Project, ProjectPlace
from anlan.preparedness.queries import live_from
from anlan.preparedness.rules.notice_check import Asked
from anlan.registers.access import require_keeping
from anlan.registers.actions.keeping import Request, add_row, change_row
from anlan.registers.rules.scope import PROGRAM

LOADER: Final = Actor(account="program:profile", scope=PROGRAM)
LAST_MONTH, LAST_DAY = 12, 31
EAST: Final = (-180.0, 180.0)
NORTH: Final = (-90.0, 90.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackFill:
    """What is known of a project that was finished before it was kept here."""

    started_on: dt.date | None
    built_on: dt.date
    accepted_on: dt.date
    document: str
    accepted_by: str
    confirmed_by: str


def add_project(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """A new sheet, kept for the lead body or by the unit."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    row = Project(**_of_lead(values))
    return add_row(row, action="preparedness.project.add", check=_checked(asked), asked=asked)


def change_project(
    project_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    return change_row(
        Project,
        project_id,
        _of_lead(values),
        expected_version=expected_version,
        action="preparedness.project.change",
        check=_checked(asked),
        asked=asked,
    )


def add_place(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """A place of a project with the work that is counted there."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    row = ProjectPlace(**values)
    check = _checked_place(actor)
    return add_row(row, action="preparedness.place.add", check=check, asked=asked)


def change_place(
    place_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    return change_row(
        ProjectPlace,
        place_id,
        values,
        expected_version=expected_version,
        action="preparedness.place.change",
        check=_checked_place(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def back_fill_project(
    project_id: uuid.UUID,
    known: BackFill,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Record that a project was finished before the program was kept here (补录)."""
    with recording(
        action="preparedness.project.back_fill",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "project": str(project_id),
            "started_on": str(known.started_on or ""),
            "built_on": str(known.built_on),
            "accepted_on": str(known.accepted_on),
            "document": known.document,
            "accepted_by": known.accepted_by,
            "confirmed_by": known.confirmed_by,
        },
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Project, project_id, expected_version=expected_version)
            require_project(actor, row)
            refuse_accepted(row)
            if known.accepted_on >= live_from():
                raise BackFillTooLate(field="accepted_on", day=live_from().isoformat())
            row.started_on, row.built_on = known.started_on, known.built_on
            row.is_back_filled, row.back_fill_document = True, known.document
            row.confirmed_by = known.confirmed_by.strip()
            refuse_days(row, day_of(now))
            if known.accepted_on < known.built_on:
                raise DaysOutOfOrder(
                    field="accepted_on",
                    later=known.accepted_on.isoformat(),
                    earlier=known.built_on.isoformat(),
                )
            validate(row)
            rec.save(row)
            acceptance = Acceptance(
                project=row,
                accepted_on=known.accepted_on,
                result=AcceptanceResult.PASSED,
                by=known.accepted_by,
                document=known.document,
            )
            validate(acceptance)
            rec.add(acceptance)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def load_checks(profile: Profile, progress: Progress) -> None:
    """The checks that the profile's notices print over their projects."""
    rows = [
        (item, milestone, len(table["shared_milestone"]), position)
        for name in profile.meta["files"]["notices"]
        for table in (profile.table(name),)
        for position, milestone in enumerate(_by_year(table.get("shared_milestone", ())))
        for item in milestone["items"]
    ]
    with recording(
        action="preparedness.check.load",
        actor=LOADER,
        now=clock.now(),
        request_id=f"profile-project-checks-{profile.edition}",
        reason=f"城市档案 {profile.edition}",
    ) as rec:
        if rec.repeated:
            return
        known = set(NoticeCheck.objects.values_list("item_key", "by"))
        new = [
            _check_row(item, milestone, is_last=position == count - 1)
            for item, milestone, count, position in rows
        ]
        found = [row for row in new if (row.item_key, row.by) not in known]
        rec.add_many(found)
        rec.note(checks=len(found))
        rec.result = {"checks": len(found)}
    progress(f"project checks: {len(found)}")


def _by_year(milestones: Any) -> list[dict[str, Any]]:
    return sorted(milestones, key=lambda milestone: milestone["year"])


def _check_row(item: str, milestone: Mapping[str, Any], *, is_last: bool) -> NoticeCheck:
    """House rule: the last year of a series asks that all is complete, the earlier ones for
    progress; a year means its last day."""
    return NoticeCheck(
        item_key=item,
        asked=(Asked.COMPLETE if is_last else Asked.PROGRESS).value,
        by=dt.date(milestone["year"], LAST_MONTH, LAST_DAY),
        phrase=milestone["phrase"],
        basis=milestone["basis"],
    )


def require_project(actor: Actor, row: Project) -> None:
    """The unit that keeps the project, or its lead body; NotAllowed for everybody else."""
    require_keeping(actor, row.unit.code, row.lead.code)


def locked_project(rec: Recording, key: uuid.UUID, expected_version: int | None = None) -> Project:
    """The project for change, when the actor keeps it. NotFound outside the view."""
    seen = Project.objects.visible_to(rec.actor.scope).filter(pk=key)
    if not seen.exists():
        raise NotFound
    project = rec.lock(Project, key, expected_version=expected_version)
    require_project(rec.actor, project)
    return project


def refuse_accepted(row: Project) -> None:
    passed = Acceptance.objects.filter(project=row, result=AcceptanceResult.PASSED).first()
    if passed is not None:
        raise AlreadyAccepted(day=passed.accepted_on.isoformat())


def refuse_future(day: dt.date | None, today: dt.date, field: str) -> None:
    if day is not None and day > today:
        raise DayInFuture(field=field)


def refuse_days(row: Project, today: dt.date) -> None:
    """Refuse days of a sheet that contradict each other or lie after today."""
    for earlier, later, field in (
        (row.planned_start_on, row.planned_finish_on, "planned_finish_on"),
        (row.started_on, row.built_on, "built_on"),
    ):
        if earlier is not None and later is not None and later < earlier:
            raise DaysOutOfOrder(field=field, later=later.isoformat(), earlier=earlier.isoformat())
    refuse_future(row.started_on, today, "started_on")
    refuse_future(row.built_on, today, "built_on")


def day_of(now: dt.datetime) -> dt.date:
    return now.astimezone(CITY_ZONE).date()


def _of_lead(values: Mapping[str, Any]) -> dict[str, Any]:
    """The unit of a project is that of its lead body."""
    found = dict(values)
    if "lead" in found:
        found["unit"] = found["lead"].unit
    return found


def _checked(asked: Request) -> Any:
    def check(row: Project) -> None:
        require_project(asked.actor, row)
        refuse_days(row, day_of(asked.now))
        same = Project.objects.filter(unit=row.unit, name=row.name).exclude(pk=row.pk)
        if same.exists():
            raise ProjectTaken(field="name", unit=row.unit.short_name, name=row.name)

    return check


def _checked_place(actor: Actor) -> Any:
    def check(row: ProjectPlace) -> None:
        require_project(actor, row.project)
        _refuse_point(row)
        told = (bool(row.what), bool(row.unit_of_work), row.planned is not None)
        if (any(told) and not all(told)) or (row.done is not None and not all(told)):
            raise QuantityIncomplete(field="planned")

    return check


def _refuse_point(row: ProjectPlace) -> None:
    point = (row.longitude_deg, row.latitude_deg)
    if point == (None, None):
        return
    is_whole = row.longitude_deg is not None and row.latitude_deg is not None
    if not (
        is_whole
        and EAST[0] <= (row.longitude_deg or 0.0) <= EAST[1]
        and NORTH[0] <= (row.latitude_deg or 0.0) <= NORTH[1]
    ):
        raise PointIncomplete(field="longitude_deg")


def amount_in_base(value: Decimal | None, unit: str) -> Decimal | None:
    """Kilometres, as people say them, in the metres that are kept; other units as they are."""
    return value * 1000 if value is not None and unit == "m" else value
