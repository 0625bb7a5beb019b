"""Exercises and checkpoints over the API, for administrators."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from anlan.base.actor import permitted
from anlan.base.api.shapes import Day
from anlan.base.api.writing import Write, actor_of, stated
from anlan.base.models import WorldCheckpoint
from anlan.base.worlds import forks
from anlan.base.worlds.current import EXERCISE
from anlan.base.worlds.past import end_of

router = Router(tags=["instance"])


class ExerciseRow(Schema):
    """A copy of a state. `seq` is the entry up to which it was copied; its clock started at
    `starts_at` when it was made."""

    name: str
    mode: str = EXERCISE
    seq: int
    starts_at: dt.datetime
    made_at: dt.datetime
    made_by: str


class CheckpointRow(Schema):
    """`fault` is empty, or why the file is not used: missing, chain, content."""

    seq: int
    entries: int
    known_until: dt.datetime
    size_bytes: int
    made_at: dt.datetime
    fault: str


class Worlds(Schema):
    exercises: list[ExerciseRow]
    checkpoints: list[CheckpointRow]


class NewExercise(Write):
    """`as_of`: the state at the end of that day; the present one when it is absent."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    as_of: Day | None = None


@router.get("/worlds", response=Worlds)
def list_worlds(request: HttpRequest) -> dict[str, Any]:
    """The exercises, and the checkpoints from which past states are built."""
    permitted(actor_of(request), "keep-instance")
    checkpoints = WorldCheckpoint.objects.order_by("-seq", "-pk")
    return {"exercises": forks.all_forks(), "checkpoints": list(checkpoints[:100])}


@router.post("/worlds", response={201: ExerciseRow})
def open_exercise(request: HttpRequest, said: NewExercise) -> Status[Any]:
    """Copy a state into an exercise."""
    words = stated(request, said)
    permitted(words.actor, "keep-instance")
    instant = end_of(said.as_of, words.now) if said.as_of else None
    return Status(201, forks.make(said.name, as_of=instant, **words.kwargs()))


@router.delete("/worlds/{path:name}", response={204: None})
def remove_exercise(request: HttpRequest, response: HttpResponse, name: str) -> Status[Any]:
    """Remove an exercise with everything that was done in it."""
    forks.drop(name, **stated(request).kwargs())
    return Status(204, None)
