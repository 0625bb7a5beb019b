"""Tables of preparedness: works and projects on the ground."""

from anlan.preparedness.models.course import Acceptance, Delay, Milestone, Payment, Photograph
from anlan.preparedness.models.project import NoticeCheck, Project, ProjectPlace

__all__ = [
    "Acceptance",
    "Delay",
    "Milestone",
    "NoticeCheck",
    "Payment",
    "Photograph",
    "Project",
    "ProjectPlace",
]
