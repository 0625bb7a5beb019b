"""A CAP 1.2 message as bytes into a value, with everything that is wrong with it.

Source: OASIS CAP 1.2. First the file is made safe, then its shape is checked, then its texts are
read, then the rules that no schema sees. A value is given only when everything could be read;
it may still break a rule: `is_valid` says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, Verdict
from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.rules import rule_findings
from anlan.warning.rules.cap.safety import CapRefused, Element, parse_tree
from anlan.warning.rules.cap.shape import local_name, shape_findings
from anlan.warning.rules.cap.tree import alert_of, form_findings
from anlan.warning.rules.cap.values import Alert

_TIMES: Final = frozenset({"sent", "effective", "onset", "expires"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CapReading:
    """`alert` is None where the message could not be read as one."""

    alert: Alert | None
    findings: tuple[Finding, ...]

    @property
    def is_valid(self) -> bool:
        return not any(finding.is_error for finding in self.findings)

    def verdict(self) -> Verdict[bool]:
        """Whether it is a valid CAP 1.2 message, and by which rules it is not."""
        reasons = tuple(finding.reason() for finding in self.findings)
        return Verdict(value=self.is_valid, reasons=reasons or (_nothing_wrong(),))


def read_cap(data: bytes) -> CapReading:
    """Never raises: what is wrong is in the findings."""
    try:
        root = parse_tree(data)
    except CapRefused as refused:
        return CapReading(alert=None, findings=(refused.finding,))
    return read_root(root)


def read_root(root: Element) -> CapReading:
    findings = shape_findings(root) or tuple(form_findings(root))
    if findings:
        return CapReading(alert=None, findings=findings)
    alert = alert_of(root)
    return CapReading(alert=alert, findings=(*rule_findings(alert), *_zones(root)))


def _zones(root: Element) -> Iterator[Finding]:
    """UTC is written -00:00."""
    for element in root.iter():
        if local_name(element) in _TIMES and (element.text or "").strip().endswith("+00:00"):
            said = gettext_noop("The standard writes UTC as -00:00, not +00:00.")
            where = local_name(element)
            yield Finding(rule="cap-zone-of-utc", where=where, note=Message.of(said))


def _nothing_wrong() -> Reason:
    said = gettext_noop("Every rule of the message was checked and none is broken.")
    return Finding(rule="cap-checked", where="alert", note=Message.of(said)).reason()
