"""Short ways through the life of a bulletin in the small called city."""

import datetime as dt
import uuid
from typing import Any

from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.registers.models import Body, Region
from anlan.warning.actions.bulletins.drafting import (
    Draft,
    discard_bulletin,
    rewrite_bulletin,
    submit_bulletin,
    take_back_bulletin,
    write_bulletin,
)
from anlan.warning.actions.bulletins.issuing import issue_bulletin
from anlan.warning.actions.bulletins.proposing import propose_bulletin, record_answer
from anlan.warning.actions.bulletins.reviewing import approve_bulletin, send_back_bulletin
from anlan.warning.models import Bulletin, PublishingRight
from tests.registers.small_city import ADMINISTRATOR, NOW
from tests.warning.calling_life import told

HOUR = dt.timedelta(hours=1)


def give_right(body: str = "water", kind: str = "hydrological", **more: Any) -> PublishingRight:
    """An invented row of the city's signers."""
    row = PublishingRight(
        kind=kind,
        bodies=more.pop("bodies", f"演示签发单位{body}"),
        body=Body.objects.get(code=body) if body else None,
        law="演示签发表",
        source="演示",
        mark="X",
        **more,
    )
    with recording(
        action="tests.right", actor=ADMINISTRATOR, now=NOW, request_id=new_id().hex
    ) as rec:
        rec.add(row)
    return row


def draft(**more: Any) -> Draft:
    """A whole draft of the water bureau on a flood, unless told otherwise."""
    body = more.pop("body", "water")
    codes = more.pop("codes", ("140825",))
    given: dict[str, Any] = {
        "body": Body.objects.get(code=body).pk,
        "hazard": "river-flood",
        "level": "yellow",
        "headline": "演示：汾河洪水黄色预警",
        "text": "预计未来6小时汾河新绛段水位将超过警戒水位",
        "instruction": "沿河村庄做好转移准备",
        "expires_at": NOW + 12 * HOUR,
        "regions": tuple(Region.objects.filter(code__in=codes).values_list("pk", flat=True)),
    }
    return Draft(**(given | more))


def write(login: str = "department", at: dt.datetime = NOW, **more: Any) -> Bulletin:
    how = {name: more.pop(name) for name in ("request_id", "reason") if name in more}
    return row(write_bulletin(draft(**more), **told(login, at, **how)))


def row(result: dict[str, Any] | uuid.UUID) -> Bulletin:
    key = result["id"] if isinstance(result, dict) else result
    found: Bulletin = Bulletin.objects.get(pk=key)
    return found


def step(act: Any, bulletin: Bulletin, login: str, at: dt.datetime = NOW, **more: Any) -> Bulletin:
    """One act on the version that is there now, unless told otherwise."""
    version = more.pop("version", None) or row(bulletin.pk).version
    return row(act(bulletin.pk, expected_version=version, **told(login, at), **more))


def submit(bulletin: Bulletin, login: str = "department", **more: Any) -> Bulletin:
    return step(submit_bulletin, bulletin, login, **more)


def approve(bulletin: Bulletin, login: str = "bureau", **more: Any) -> Bulletin:
    return step(approve_bulletin, bulletin, login, **({"signer": "分管副市长"} | more))


def issue(bulletin: Bulletin, login: str = "department", **more: Any) -> Bulletin:
    return step(issue_bulletin, bulletin, login, **more)


def issued(at: dt.datetime = NOW, **more: Any) -> Bulletin:
    """Written, submitted, approved by other eyes, issued."""
    found = submit(write(at=at, **more), at=at)
    return issue(approve(found, at=at), at=at)


__all__ = [
    "approve_bulletin",
    "discard_bulletin",
    "propose_bulletin",
    "record_answer",
    "rewrite_bulletin",
    "send_back_bulletin",
    "take_back_bulletin",
]
