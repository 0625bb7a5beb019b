"""Followers of the journal: where each stands, for administrators."""

import datetime as dt
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema

from anlan.base.actor import permitted
from anlan.base.api.writing import Write, actor_of, stated
from anlan.base.errors import NotFound
from anlan.base.following import FollowerLine, lines, try_again
from anlan.base.parts import registry

router = Router(tags=["instance"])


class FollowerRow(Schema):
    """`seq` is the entry up to which it handled all, `sealed` the end of the sealed journal;
    `waiting` counts what it has to handle; `last_error` is the class of the error."""

    name: str
    state: Literal["following", "waiting", "failing"]
    seq: int
    sealed: int
    waiting: int
    attempts: int
    last_error: str
    next_attempt_at: dt.datetime | None


@router.get("/followers", response=list[FollowerRow])
def list_followers(request: HttpRequest) -> list[FollowerLine]:
    """What the program does by itself because of the journal, and what failed."""
    permitted(actor_of(request), "keep-instance")
    return lines(registry.followers())


@router.post("/followers/{path:name}/retry", response=FollowerRow)
def retry_follower(request: HttpRequest, name: str, said: Write) -> FollowerLine:
    """Let a failing follower try its entry again at once."""
    followers = registry.followers()
    words = stated(request, said)
    try_again(followers, name, actor=words.actor, now=words.now, request_id=words.request_id)
    found = next((line for line in lines(followers) if line.name == name), None)
    if found is None:
        raise NotFound
    return found
