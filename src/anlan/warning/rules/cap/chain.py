"""Which messages of a warning hold, and whether a change of them is right.

Source: the CAP guide: an earlier message is never deleted, a new one refers to it; an update
replaces all unexpired predecessors; an update or a cancellation changes only what has not expired.
Units and valid range: messages of one sender, in any order, each once.
Edge cases: a message expires when every one of its infos has; an info without `expires` never
does. At the very time of `expires` it has expired. Acknowledgements and error reports change
nothing.
"""

from datetime import datetime
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.values import Alert, MessageType

Key = tuple[str, str]
CHANGES: Final = frozenset({MessageType.UPDATE, MessageType.CANCEL})
WARNINGS: Final = frozenset({MessageType.ALERT, MessageType.UPDATE})
_WHERE: Final = "alert/references"


def has_expired(alert: Alert, at: datetime) -> bool:
    ends = [info.expires for info in alert.infos]
    return bool(ends) and all(end is not None and end <= at for end in ends)


def active_messages(history: tuple[Alert, ...], *, at: datetime) -> tuple[Alert, ...]:
    """What holds at that time, the earliest first: sent, not replaced or ended, not expired."""
    sent = [alert for alert in history if alert.sent <= at]
    ended = {
        (reference.sender, reference.identifier)
        for alert in sent
        if alert.message_type in CHANGES
        for reference in alert.references
    }
    holding = (
        alert
        for alert in sent
        if alert.message_type in WARNINGS and _key(alert) not in ended
        if not has_expired(alert, at)
    )
    return tuple(sorted(holding, key=lambda alert: (alert.sent, alert.identifier)))


def change_findings(change: Alert, history: tuple[Alert, ...]) -> tuple[Finding, ...]:
    """What is wrong with an update or a cancellation, seen from what was sent before it."""
    if change.message_type not in CHANGES:
        return ()
    known = {_key(alert): alert for alert in history}
    named = [(reference.sender, reference.identifier) for reference in change.references]
    findings = []
    for key in named:
        if key not in known:
            said = gettext_noop("No message {identifier} of {sender} is known here.")
            findings.append(_finding("cap-references-unknown", said, key))
        elif has_expired(known[key], change.sent):
            said = gettext_noop("Message {identifier} of {sender} has expired; issue a new one.")
            findings.append(_finding("cap-references-expired", said, key))
    for key in sorted(_chain(named, known) - set(named)):
        if not has_expired(known[key], change.sent):
            said = gettext_noop("It must refer to {identifier} of {sender} too: that still holds.")
            findings.append(_finding("cap-references-incomplete", said, key))
    return tuple(findings)


def _chain(named: list[Key], known: dict[Key, Alert]) -> set[Key]:
    """All known messages that the named ones go back to."""
    reached: set[Key] = set()
    waiting = [key for key in named if key in known]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            earlier = ((each.sender, each.identifier) for each in known[key].references)
            waiting += [each for each in earlier if each in known]
    return reached


def _key(alert: Alert) -> Key:
    return (alert.sender, alert.identifier)


def _finding(rule: str, said: str, key: Key) -> Finding:
    note = Message.of(said, sender=key[0], identifier=key[1])
    return Finding(rule=rule, where=_WHERE, note=note)
