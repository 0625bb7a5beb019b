"""Tables of the plan. One file a family; the framework looks for all of them here."""

from anlan.plan.models.notice import (
    Correction,
    Duty,
    NameMatch,
    Notice,
    NoticeEdition,
    PlanItem,
)

__all__ = ["Correction", "Duty", "NameMatch", "Notice", "NoticeEdition", "PlanItem"]
