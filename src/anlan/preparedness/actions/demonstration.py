"""Invented works of the demonstration: sheets, milestones, money, photographs, acceptances."""

import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any, Final

from PIL import ExifTags, Image

from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.preparedness.actions.course import (
    NewAcceptance,
    NewPayment,
    NewPhotograph,
    add_payment,
    add_photograph,
    record_acceptance,
    record_delay,
)
from anlan.preparedness.actions.milestones import add_milestone, finish_milestone
from anlan.preparedness.actions.projects import (
    BackFill,
    add_place,
    add_project,
    amount_in_base,
    back_fill_project,
    change_project,
)
from anlan.preparedness.models import Milestone, Project
from anlan.preparedness.money import fen
from anlan.registers.actions.demonstration import asked_of, found
from anlan.registers.choices import Mark
from anlan.registers.models import Body, Instrument, Region
from anlan.registers.rules.invented import SOURCE

FILE: Final = "demonstration-projects.toml"
DAYS: Final = ("planned_start_on", "planned_finish_on", "started_on", "built_on")
GREY: Final = (150, 160, 170)


def project_scenes(profile: Profile) -> Iterator[Scene]:
    story = profile.table(FILE)
    acts: dict[str, Callable[[dict[str, Any]], Any]] = {
        "project": _project,
        "place": _place,
        "milestone": _milestone,
        "tick": _tick,
        "payment": _payment,
        "photograph": _photograph,
        "project_change": _change,
        "delay": _delay,
        "acceptance": _acceptance,
        "back_fill": _back_fill,
    }
    for table, act in acts.items():
        for row in story.get(table, ()):
            yield Scene(key=row["key"], at=row["at"], play=partial(act, row))


def _project(row: dict[str, Any]) -> None:
    values = {
        "name": row["name"],
        "item_key": row["item"],
        "lead": found(Body, code=row["lead"]),
        "budget_fen": fen(Decimal(row["budget_yuan"])) if "budget_yuan" in row else None,
        "source": SOURCE,
        "mark": Mark.INVENTED,
        **{day: row[day] for day in DAYS if day in row},
    }
    add_project(values, **asked_of(row))


def _change(row: dict[str, Any]) -> None:
    project = found(Project, name=row["project"])
    values = {day: row[day] for day in DAYS if day in row}
    change_project(project.pk, values, expected_version=project.version, **asked_of(row))


def _place(row: dict[str, Any]) -> None:
    unit = row.get("unit_of_work", "")
    done = row.get("done")
    values = {
        "project": found(Project, name=row["project"]),
        "name": row["name"],
        "region": found(Region, code=row["region"]),
        "longitude_deg": row.get("longitude_deg"),
        "latitude_deg": row.get("latitude_deg"),
        "what": row.get("what", ""),
        "unit_of_work": unit,
        "planned": amount_in_base(Decimal(row["planned"]), unit) if "planned" in row else None,
        "done": None if done is None else amount_in_base(Decimal(done), unit),
    }
    add_place(values, **asked_of(row))


def _milestone(row: dict[str, Any]) -> None:
    project = found(Project, name=row["project"])
    add_milestone(project.pk, row["name"], row["due_on"], **asked_of(row))


def _tick(row: dict[str, Any]) -> None:
    step = found(Milestone, project__name=row["project"], name=row["name"])
    finish_milestone(
        step.pk, row["done_on"], row["proof"], expected_version=step.version, **asked_of(row)
    )


def _payment(row: dict[str, Any]) -> None:
    new = NewPayment(
        paid_on=row["paid_on"],
        amount_fen=fen(Decimal(row["yuan"])),
        document=row["document"],
        note=row.get("note", ""),
    )
    add_payment(found(Project, name=row["project"]).pk, new, **asked_of(row))


def _photograph(row: dict[str, Any]) -> None:
    project = found(Project, name=row["project"])
    step = Milestone.objects.filter(project=project, name=row.get("milestone", "")).first()
    new = NewPhotograph(
        file_name=row["file"],
        content=picture(row.get("taken", ""), row.get("offset", "")),
        what=row["what"],
        milestone=step.pk if step is not None else None,
    )
    add_photograph(project.pk, new, **asked_of(row))


def picture(taken: str, offset: str = "", tint: int = 0) -> bytes:
    """A grey picture with the time that a camera would write: no photograph of anything."""
    red, green, blue = GREY
    image = Image.new("RGB", (64, 48), (red, green, blue + tint))
    exif = Image.Exif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    if taken:
        inner[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        inner[ExifTags.Base.OffsetTimeOriginal] = offset
    kept = io.BytesIO()
    image.save(kept, format="JPEG", exif=exif)
    return kept.getvalue()


def _delay(row: dict[str, Any]) -> None:
    project = found(Project, name=row["project"])
    record_delay(
        project.pk,
        row["cause"],
        row["new_finish_on"],
        expected_version=project.version,
        **asked_of(row),
    )


def _acceptance(row: dict[str, Any]) -> None:
    project = found(Project, name=row["project"])
    instrument = Instrument.objects.filter(name=row.get("instrument", "")).first()
    new = NewAcceptance(
        accepted_on=row["on"],
        result=row["result"],
        by=row["accepted_by"],
        document=row["document"],
        note=row.get("note", ""),
        instrument=instrument.pk if instrument is not None else None,
    )
    record_acceptance(project.pk, new, expected_version=project.version, **asked_of(row))


def _back_fill(row: dict[str, Any]) -> None:
    project = found(Project, name=row["project"])
    known = BackFill(
        started_on=row.get("started_on"),
        built_on=row["built_on"],
        accepted_on=row["accepted_on"],
        document=row["document"],
        accepted_by=row["accepted_by"],
        confirmed_by=row["confirmed_by"],
    )
    back_fill_project(project.pk, known, expected_version=project.version, **asked_of(row))
