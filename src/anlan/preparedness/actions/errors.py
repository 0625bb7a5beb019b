"""What a project sheet refuses.

ProjectRefused             base of the refusals
├── DaysOutOfOrder         the planned or the real days contradict each other
├── DayInFuture            nothing happened after today
├── PointIncomplete        longitude and latitude go together, in degrees
├── QuantityIncomplete     what is counted needs a name, a unit and a planned amount
├── ProjectTaken           the unit has a project of this name
├── MilestoneTaken         the project has a milestone of this name
├── MilestoneDone          it was ticked already
├── PaymentTaken           this document was entered already
├── NoteForOverBudget      above the budget: say why
├── AlreadyAccepted        the project passed its acceptance
├── NotBuiltYet            an acceptance that passed needs the day on which it was built
├── MilestonesOpen         milestones are open: tick them, or say in the note why not
├── NothingLate            the new finish is not after the planned one
├── NotAPhotograph         the file is no photograph
└── BackFillTooLate        what was planned to end after the start of the program is no back-fill
"""

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop


class ProjectRefused(Invalid):
    code = "project-refused"


class DaysOutOfOrder(ProjectRefused):
    code = "days-out-of-order"
    message = gettext_noop("{later} lies before {earlier}. Correct one of the two days.")


class DayInFuture(ProjectRefused):
    code = "day-in-future"
    message = gettext_noop("The day lies after today. Give the day on which it happened.")


class PointIncomplete(ProjectRefused):
    code = "point-incomplete"
    message = gettext_noop(
        "Longitude and latitude go together, in decimal degrees: about 111.0 and 35.0 here. Enter "
        "both, or leave both empty."
    )


class QuantityIncomplete(ProjectRefused):
    code = "quantity-incomplete"
    message = gettext_noop(
        "What is counted needs its name, its unit and the planned amount. Fill in all three, or "
        "none."
    )


class ProjectTaken(ProjectRefused):
    code = "project-taken"
    message = gettext_noop("{unit} has a project “{name}” already. Open that one.")


class MilestoneTaken(ProjectRefused):
    code = "milestone-taken"
    message = gettext_noop("The project has a milestone “{name}” already.")


class MilestoneDone(ProjectRefused):
    code = "milestone-done"
    message = gettext_noop("“{name}” was ticked already, done on {day}.")


class PaymentTaken(ProjectRefused):
    code = "payment-taken"
    message = gettext_noop("The document {document} was entered already for {amount} yuan.")


class NoteForOverBudget(ProjectRefused):
    code = "note-for-over-budget"
    message = gettext_noop(
        "With this payment {paid} yuan are paid of a budget of {budget} yuan. Say in the note who "
        "approved it, or correct the amount."
    )


class AlreadyAccepted(ProjectRefused):
    code = "already-accepted"
    message = gettext_noop("The project passed its acceptance on {day}.")


class NotBuiltYet(ProjectRefused):
    code = "not-built-yet"
    message = gettext_noop(
        "An acceptance that passed needs the day on which the project was built, on or before it. "
        "Enter “built on” first."
    )


class MilestonesOpen(ProjectRefused):
    code = "milestones-open"
    message = gettext_noop(
        "{count} milestones are not ticked: {names}. Tick them, or say in the note why the "
        "project is finished without them."
    )


class NothingLate(ProjectRefused):
    code = "nothing-late"
    message = gettext_noop(
        "The new finish is not after the planned one ({day}). Give a later day, or change the "
        "schedule."
    )


class NotAPhotograph(ProjectRefused):
    code = "not-a-photograph"
    message = gettext_noop(
        "“{name}” is no photograph that can be read (JPEG, PNG or WebP). Attach other files under "
        "“Attachments”."
    )


class BackFillTooLate(ProjectRefused):
    code = "back-fill-too-late"
    message = gettext_noop(
        "Back-filling is for what was finished before the program was kept here ({day}). Record "
        "milestones and acceptance instead."
    )
