"""A real or demonstration instance with a few outgoing rows, and gateways that only listen."""

import datetime as dt
from collections.abc import Sequence

from anlan.base.actor import Actor
from anlan.base.dispatch.guard import Gateways, Outbound, Receipt
from anlan.base.dispatch.writing import Addressee, Draft, apply_dispatch
from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.base.models import InstanceStamp
from anlan.base.models.dispatch import Dispatch, OutgoingMessage
from anlan.base.rules.dispatch import Outcome

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
WRITER = Actor(account="bureau", body="emergency")


def stamp(*, is_demonstration: bool) -> None:
    InstanceStamp.objects.update_or_create(
        id=1,
        defaults={
            "is_demonstration": is_demonstration,
            "centre": "140800",
            "profile": "p",
            "made_at": NOW,
        },
    )


def write(
    count: int = 1,
    *,
    mode: str = "ACTUAL",
    channel: str = "loopback",
    purpose: str = "tests.said",
    now: dt.datetime = NOW,
    addressees: Sequence[Addressee] = (),
    expires_at: dt.datetime | None = None,
) -> OutgoingMessage:
    with recording(
        action="tests.say", actor=WRITER, now=now, request_id=new_id().hex, reason="r"
    ) as rec:
        listed = addressees or [Addressee("account", f"a{n}") for n in range(count)]
        draft = Draft(
            mode=mode,
            channel=channel,
            purpose=purpose,
            subject="转移通知",
            text="请组织转移",
            expires_at=expires_at,
        )
        return apply_dispatch(rec, draft, listed)


def states() -> list[str]:
    return sorted(Dispatch.objects.values_list("state", flat=True))


class Listening:
    """A gateway that keeps what reaches it. `answers`: what it does, one a call, then delivers."""

    def __init__(self, name: str, is_real: object, *answers: object) -> None:
        self.name = name
        self.is_real = is_real
        self.channels = frozenset({"loopback", "in-app", "sms", "voice"})
        self.answers = list(answers)
        self.heard: list[Outbound] = []
        self.taken: set[object] = set()

    def send(self, rows: Sequence[Outbound], now: dt.datetime) -> list[Receipt]:
        self.heard += rows
        answer = self.answers.pop(0) if self.answers else Outcome.DELIVERED
        if isinstance(answer, BaseException):
            raise answer
        self.taken |= {row.key for row in rows}
        if answer is None:
            return []
        return [Receipt(key=row.key, outcome=answer, gateway=self.name) for row in rows]  # type: ignore[arg-type]


def listening(*answers: object) -> tuple[Gateways, Listening, Listening]:
    """Gateways, the real one, the loop-back one."""
    real, inside = Listening("real", True, *answers), Listening("inside", False, *answers)
    return Gateways(loopback=inside, real=(real,)), real, inside  # type: ignore[arg-type]
