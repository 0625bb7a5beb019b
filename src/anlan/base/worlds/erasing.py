"""Erasing a person: the key is destroyed, the personal columns of the rows are blanked.

Past states, checkpoints and the journal hold those columns only sealed, so they are erased with
the key, at once and everywhere. Exercises hold them open and have keys of their own: a follower
reaches into each (`erase_in_exercises`).
"""

import datetime as dt
import uuid
from typing import Any

from django.db import connections, models

from anlan.base.errors import Refused
from anlan.base.journal.recording import Recording
from anlan.base.models import PersonKey
from anlan.base.parts import Followed
from anlan.base.records import Record
from anlan.base.rules.labels import gettext_noop
from anlan.base.worlds import forks
from anlan.base.worlds.current import alias
from anlan.base.worlds.tables import personal_models


class ExerciseBusy(Refused):
    """Somebody is reading in the exercise; the follower tries again."""

    code = "exercise-busy"
    status = 409
    message = gettext_noop("The exercise is in use. It is tried again in a minute.")


def blank_of(model: type[Record]) -> dict[str, Any]:
    """What stands in the personal columns of an erased row."""
    fields = (model._meta.get_field(name) for name in model.PERSONAL)
    return {field.attname: None if field.null else "" for field in fields}  # type: ignore[union-attr]


def erase(rec: Recording, person: uuid.UUID) -> int:
    """Inside an open recording: blank the rows, then destroy the key. Returns how many rows. The
    images before still go into the journal under the key that is destroyed with them."""
    if connections[alias()].vendor == "sqlite":
        connections[alias()].cursor().execute("PRAGMA secure_delete=ON")
    rows = 0
    for model in personal_models():
        for key in model.rows_of_person(person).values_list("pk", flat=True):
            row = rec.lock(model, key)
            for name, value in blank_of(model).items():
                setattr(row, name, value)
            rec.save(row)
            rows += 1
    PersonKey.objects.filter(person=person).delete()
    return rows


def erase_in_exercises(entry: Followed, now: dt.datetime) -> int:
    """The follower of erasures. Harmless when repeated; one exercise that is in use is an error,
    so that the follower keeps its place and comes back."""
    person = uuid.UUID(entry.content["notes"]["erased"])
    return sum(_erase_in(fork, person) for fork in forks.all_forks())


def _erase_in(fork: Any, person: uuid.UUID) -> int:
    if not forks.path_of(fork).exists():
        return 0
    with forks.inside(fork) as world:
        rows = 0
        for model in personal_models():
            found = model.rows_of_person(person)
            rows += models.QuerySet.update(found, **blank_of(model))
        PersonKey.objects.filter(person=person).delete()
        with connections[world.alias].cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0]:
                raise ExerciseBusy
    return rows
