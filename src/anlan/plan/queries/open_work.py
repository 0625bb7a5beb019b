"""Which rows of the plan still ask something of a body: those go over to the body that stays when
two are merged. What was answered, accepted or closed is a fact of the body as it was then."""

from django.db.models import Exists, OuterRef, Q

from anlan.plan.models import Assignment, Problem, ProgressReport, UpwardSending
from anlan.plan.queries.loop.bearers import LIVING
from anlan.plan.rules.evaluation.life import EvaluationState
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.plan.rules.loop.obstacle import ObstacleState
from anlan.plan.rules.loop.report import ReportState
from anlan.plan.rules.supervision.life import OrderState

DUE_RUNS = Q(due__isnull=False, due__answered_at__isnull=True, due__withdrawn_at__isnull=True)
"""The term of a row is not closed."""
_FINISHED = Q(due__answered_at__isnull=False) | Exists(
    ProgressReport.objects.filter(
        assignment=OuterRef("pk"), is_final=True, state=ReportState.ACCEPTED.value
    )
)
_LIVING_BELOW = Exists(Assignment.objects.filter(above=OuterRef("pk"), state__in=LIVING))

OPEN_DUTIES = Q(item__is_dropped=False)
OPEN_ASSIGNMENTS = Q(state__in=LIVING) & (~_FINISHED | _LIVING_BELOW)
"""To be signed or carried out. One that is finished is open as long as something below it is."""
OPEN_FOR_ASSIGNERS = OPEN_ASSIGNMENTS | (Q(state=AssignmentState.REFUSED.value) & DUE_RUNS)
"""A refused one waits for whoever assigned it."""
OPEN_DELIVERABLES = Q(finish="", withdrawn_at__isnull=True)
OPEN_REPORTS = ~Q(state=ReportState.ACCEPTED.value)
OPEN_OBSTACLES = ~Q(state=ObstacleState.CLOSED.value)
OPEN_SHEETS = Q(collection__closed_at__isnull=True) & (Q(due__isnull=True) | DUE_RUNS)
OPEN_INSPECTIONS = Exists(
    Problem.objects.filter(inspection=OuterRef("pk"), proven_on__isnull=True)
)
"""A visit is open until every problem that was found has a proven effect."""
OPEN_QUARTERS = Q(confirmed_at__isnull=True) & DUE_RUNS
OPEN_ORDERS = Q(state=OrderState.OPEN.value)
OPEN_SLIPS = Q(ended_at__isnull=True)
OPEN_CARRYING = Q(row__carry_over__closed_at__isnull=True)
"""Work moves when a carry-over is closed; who lost and who took it on is then a fact."""
OPEN_DESIGNATIONS = Q(valid_until__isnull=True)
OPEN_UPWARD = Q(withdrawn_on__isnull=True) & ~Exists(
    UpwardSending.objects.filter(report=OuterRef("pk"), received_on__isnull=False)
)
"""A report is open until it was received with a receipt."""
OPEN_EVALUATIONS = ~Q(state=EvaluationState.SIGNED.value)
