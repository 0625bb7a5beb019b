"""Tables of the plan. One file a family; the framework looks for all of them here."""

from anlan.plan.models.breakdown import Assignment, Handling, PlanStart
from anlan.plan.models.collecting import Collection, CollectionSheet, ReturnedWorkbook
from anlan.plan.models.control_figures import ControlFigure, ControlTable
from anlan.plan.models.deliverable import Deliverable
from anlan.plan.models.indicators import (
    IndicatorChoice,
    IndicatorEdition,
    SubGoalComposition,
)
from anlan.plan.models.inspection import Inspection, InspectionFile, Problem
from anlan.plan.models.mechanism import MechanismQuarter
from anlan.plan.models.notice import (
    Correction,
    Duty,
    NameMatch,
    Notice,
    NoticeEdition,
    PlanItem,
)
from anlan.plan.models.obstacle import Obstacle
from anlan.plan.models.report import Evidence, ProgressReport

__all__ = [
    "Assignment",
    "Collection",
    "CollectionSheet",
    "ControlFigure",
    "ControlTable",
    "Correction",
    "Deliverable",
    "Duty",
    "Evidence",
    "Handling",
    "IndicatorChoice",
    "IndicatorEdition",
    "Inspection",
    "InspectionFile",
    "MechanismQuarter",
    "NameMatch",
    "Notice",
    "NoticeEdition",
    "Obstacle",
    "PlanItem",
    "PlanStart",
    "Problem",
    "ProgressReport",
    "ReturnedWorkbook",
    "SubGoalComposition",
]
