"""Chains of messages: worked examples 75 to 77, expiry, references that are broken."""

import dataclasses
import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.cap.chain import active_messages, change_findings, has_expired
from anlan.warning.rules.cap.values import Alert, MessageType
from tests.warning.rules.cap.messages import FULL, FULL_INFO, SENT

HOUR = dt.timedelta(hours=1)


def message(
    name: str, kind: MessageType, *refers_to: Alert, hours: int = 0, expires: int | None = 12
) -> Alert:
    ends = None if expires is None else SENT + expires * HOUR
    return dataclasses.replace(
        FULL,
        identifier=name,
        sent=SENT + hours * HOUR,
        message_type=kind,
        references=tuple(each.as_reference() for each in refers_to),
        infos=(dataclasses.replace(FULL_INFO, expires=ends),),
    )


A = message("A", MessageType.ALERT)
B = message("B", MessageType.UPDATE, A, hours=1)
C = message("C", MessageType.CANCEL, A, B, hours=2)


def names(*history: Alert, hours: int = 3) -> list[str]:
    return [each.identifier for each in active_messages(history, at=SENT + hours * HOUR)]


def rules(change: Alert, *history: Alert) -> list[str]:
    return [finding.rule for finding in change_findings(change, history)]


def test_update_and_cancel() -> None:
    assert names(A) == ["A"]
    assert names(A, B) == ["B"]
    assert names(C, B, A) == []
    assert names(A, B, C, hours=1) == ["B"]
    assert names(A, B, C, hours=0) == ["A"]
    assert rules(B, A) == []
    assert rules(C, A, B) == []
    assert rules(A) == []


def test_acknowledgements_change_nothing() -> None:
    ack = message("K", MessageType.ACK, A, hours=1)
    assert names(A, ack) == ["A"]
    assert rules(ack) == []


def test_what_has_expired_is_not_changed() -> None:
    assert names(A, hours=11) == ["A"]
    assert names(A, hours=12) == []
    late = message("D", MessageType.CANCEL, A, hours=12)
    assert rules(late, A) == ["cap-references-expired"]
    assert rules(message("D", MessageType.CANCEL, A, hours=11), A) == []
    endless = message("E", MessageType.ALERT, expires=None)
    assert not has_expired(endless, SENT + 1000 * HOUR)
    assert not has_expired(dataclasses.replace(A, infos=()), SENT + 1000 * HOUR)
    both = dataclasses.replace(A, infos=(*A.infos, *endless.infos))
    assert not has_expired(both, SENT + 1000 * HOUR)


def test_broken_references() -> None:
    assert rules(B) == ["cap-references-unknown"]
    assert rules(message("D", MessageType.CANCEL, B, hours=2), A, B) == [
        "cap-references-incomplete"
    ]
    short = message("A", MessageType.ALERT, expires=2)
    update = message("B", MessageType.UPDATE, short, hours=1)
    assert rules(message("D", MessageType.CANCEL, update, hours=3), short, update) == []
    loop = message("L", MessageType.UPDATE, B, hours=1)
    ring = message("B", MessageType.UPDATE, loop, A, hours=1)
    assert rules(message("D", MessageType.CANCEL, ring, hours=2), A, ring, loop) == [
        "cap-references-incomplete",
        "cap-references-incomplete",
    ]


@given(st.integers(1, 8), st.randoms(use_true_random=False))
def test_a_chain_of_updates_leaves_the_last(length: int, random: object) -> None:
    chain: list[Alert] = [A]
    for number in range(1, length):
        update = message(f"U{number}", MessageType.UPDATE, *chain, hours=number)
        assert rules(update, *chain) == []
        chain.append(update)
    shuffled = list(chain)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert names(*shuffled, hours=length) == [chain[-1].identifier]
    cancel = message("Z", MessageType.CANCEL, *chain, hours=length)
    assert rules(cancel, *chain) == []
    assert names(*shuffled, cancel, hours=length) == []
