"""The life of a progress report.

Source: House rule; 运政办函〔2023〕9号 part 三 asks supporting bodies to report and lead bodies to
answer for the whole. Draft → submitted → accepted, or returned with a reason and submitted again.
Edge cases: an accepted report is closed for ever, a correction is a further report; nobody
accepts what the same account wrote.
"""

from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

RULE: Final = "plan-report"


class ReportState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        return REPORT_LABELS[self]


REPORT_LABELS: Final = {
    ReportState.DRAFT: gettext_noop("draft"),
    ReportState.SUBMITTED: gettext_noop("submitted, waits for review"),
    ReportState.ACCEPTED: gettext_noop("accepted"),
    ReportState.RETURNED: gettext_noop("returned with a reason"),
}


class ReportAct(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"


NEXT: Final = {
    (ReportState.DRAFT, ReportAct.SAVE): ReportState.DRAFT,
    (ReportState.RETURNED, ReportAct.SAVE): ReportState.RETURNED,
    (ReportState.DRAFT, ReportAct.SUBMIT): ReportState.SUBMITTED,
    (ReportState.RETURNED, ReportAct.SUBMIT): ReportState.SUBMITTED,
    (ReportState.SUBMITTED, ReportAct.ACCEPT): ReportState.ACCEPTED,
    (ReportState.SUBMITTED, ReportAct.RETURN): ReportState.RETURNED,
}


class ReportActRefused(RuleRefused):
    """The act does not fit the state."""

    def __init__(self, state: ReportState) -> None:
        said = gettext_noop(
            "This report is already in the state “{state}”: nothing was changed. Reload the page; "
            "write a further report where something has to be added."
        )
        super().__init__(Message.of(said, state=Message.of(state.label)))


class OwnReport(RuleRefused):
    """Whoever wrote a report does not review it."""

    def __init__(self) -> None:
        said = gettext_noop(
            "You wrote this report yourself. Let somebody else of the lead body review it."
        )
        super().__init__(Message.of(said))


def after(state: ReportState, act: ReportAct) -> ReportState:
    """The state after an act, or ReportActRefused."""
    found = NEXT.get((state, act))
    if found is None:
        raise ReportActRefused(state)
    return found


def check_reviewer(reviewer: str, writer: str) -> None:
    """Raises OwnReport when both are one account."""
    if reviewer == writer:
        raise OwnReport
