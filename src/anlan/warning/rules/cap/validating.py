"""The answer to "is this file a valid CAP 1.2 message?", for people and for programs.

House rule: a file of the national network is told apart and read by the draft mapping, but it is
not CAP, and the answer stays "no". An advice does not make a message invalid.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from anlan.base.rules.verdict import Verdict
from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.national import is_national, read_national_root
from anlan.warning.rules.cap.reading import CapReading, read_root
from anlan.warning.rules.cap.safety import CapRefused, parse_tree
from anlan.warning.rules.cap.values import Alert

NOT_CAP: Final = "cap-namespace"


class MessageFormat(Enum):
    CAP = "CAP 1.2"
    NATIONAL_DRAFT = "12379 (draft mapping)"
    OTHER = "not CAP 1.2"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapValidation:
    """`alert` is what could be read, by the draft mapping too."""

    format: MessageFormat
    alert: Alert | None
    findings: tuple[Finding, ...]
    verdict: Verdict[bool]

    def to_json(self) -> dict[str, Any]:
        answer = self.verdict.to_json()
        return {
            "verdict": "valid" if self.verdict.value is True else "invalid",
            "format": self.format.value,
            "identifier": self.alert.identifier if self.alert else None,
            "rules": sorted({finding.rule for finding in self.findings if finding.is_error}),
            "advice": sorted({f.rule for f in self.findings if not f.is_error}),
            **answer,
        }


def validate_cap(data: bytes) -> CapValidation:
    """Never raises on any bytes."""
    try:
        root = parse_tree(data)
    except CapRefused as refused:
        reading = CapReading(alert=None, findings=(refused.finding,))
        return _validation(MessageFormat.UNREADABLE, reading)
    reading = read_root(root)
    if not is_national(root):
        is_cap = all(finding.rule != NOT_CAP for finding in reading.findings)
        return _validation(MessageFormat.CAP if is_cap else MessageFormat.OTHER, reading)
    national = read_national_root(root)
    return _validation(
        MessageFormat.NATIONAL_DRAFT,
        CapReading(alert=national.alert, findings=(*reading.findings, *national.findings)),
    )


def _validation(format_: MessageFormat, reading: CapReading) -> CapValidation:
    return CapValidation(
        format=format_,
        alert=reading.alert,
        findings=reading.findings,
        verdict=reading.verdict(),
    )
