"""Tables of the plan. One file a family; the framework looks for all of them here."""

from anlan.plan.models.breakdown import Assignment, Handling, PlanStart
from anlan.plan.models.carry_over import CarriedItem, CarriedOwner, CarryOver
from anlan.plan.models.collecting import Collection, CollectionSheet, ReturnedWorkbook
from anlan.plan.models.control_figures import ControlFigure, ControlTable
from anlan.plan.models.deliverable import Deliverable
from anlan.plan.models.evaluation import Evaluation, EvaluationEdit, EvaluationEdition
from anlan.plan.models.indicators import (
    IndicatorChoice,
    IndicatorEdition,
    SubGoalComposition,
)
from anlan.plan.models.inspection import Inspection, InspectionFile, Problem
from anlan.plan.models.instrument import InstrumentRequirement
from anlan.plan.models.measure import ItemMeasure, MeasureSnapshot
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
from anlan.plan.models.supervision import (
    SlipAppeal,
    SlipIssuer,
    SlipReply,
    SupervisionLadder,
    SupervisionOrder,
    SupervisionSlip,
)
from anlan.plan.models.upward import UpwardReport, UpwardSending

__all__ = [
    "Assignment",
    "CarriedItem",
    "CarriedOwner",
    "CarryOver",
    "Collection",
    "CollectionSheet",
    "ControlFigure",
    "ControlTable",
    "Correction",
    "Deliverable",
    "Duty",
    "Evaluation",
    "EvaluationEdit",
    "EvaluationEdition",
    "Evidence",
    "Handling",
    "IndicatorChoice",
    "IndicatorEdition",
    "Inspection",
    "InspectionFile",
    "InstrumentRequirement",
    "ItemMeasure",
    "MeasureSnapshot",
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
    "SlipAppeal",
    "SlipIssuer",
    "SlipReply",
    "SubGoalComposition",
    "SupervisionLadder",
    "SupervisionOrder",
    "SupervisionSlip",
    "UpwardReport",
    "UpwardSending",
]
