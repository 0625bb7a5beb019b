"""What losses refuse.

LossRefused
├── FutureTime            it has not happened yet
├── TooLongAgo            before the first year that is recorded
├── UnitNotThen           the reporting unit did not exist on the day
├── RegionElsewhere       the place lies in another unit
├── BeforeTheEvent        a report before what it reports
├── FallNeedsNote         a figure is lower than before and nobody says why
├── NothingReported       a report without any figure
├── NothingChanged        a report that says what is known already
├── ImpossibleFigures     figures that contradict each other
├── LikelyDuplicate       it looks like an accident that is recorded already
├── OnlyOfficeCounts      who may take an accident out of the statistics
├── MergedAway            a record that was merged takes no further report
├── FiguresMovedOn        somebody reported for the unit meanwhile
├── InitialAlready        there is one first report, then follow-ups
└── FinalAlready          after the final report only corrections
"""

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop


class LossRefused(Invalid):
    code = "loss-refused"


class FutureTime(LossRefused):
    code = "future-time"
    message = gettext_noop("{time} has not come yet. Give a time up to now.")


class OtherDay(Invalid):
    code = "other-day"
    message = gettext_noop("The onset lies on another day than {day}, on which it began.")


class TooLongAgo(LossRefused):
    code = "too-long-ago"
    message = gettext_noop("{time} lies before {first}. Check the year.")


class UnitNotThen(LossRefused):
    code = "unit-not-then"
    message = gettext_noop(
        "“{unit}” did not exist on {day}. Choose the unit to which the place belonged then."
    )


class RegionElsewhere(LossRefused):
    code = "region-elsewhere"
    message = gettext_noop("“{region}” does not lie in “{unit}”. Choose a place of that unit.")


class BeforeTheEvent(LossRefused):
    code = "before-the-event"
    message = gettext_noop("The report cannot be older than what it reports ({time}).")


class FallNeedsNote(LossRefused):
    code = "fall-needs-note"
    message = gettext_noop(
        "Lower than before, or no longer reported: {fields}. Say in the note why; figures "
        "normally only grow."
    )


class NothingReported(LossRefused):
    code = "nothing-reported"
    message = gettext_noop(
        "No figure is given. Enter at least one; what is not known stays empty."
    )


class NothingChanged(LossRefused):
    code = "nothing-changed"
    message = gettext_noop(
        "The report says what is known already. Change a figure, or write a note."
    )


class ImpossibleFigures(LossRefused):
    code = "impossible-figures"
    message = gettext_noop("{unit}: {reason}")


class LikelyDuplicate(LossRefused):
    code = "likely-duplicate"
    status = 409
    message = gettext_noop(
        "{number} recorded accidents look like this one (same unit, within a day, same sector or "
        "enterprise). Report to the one that is recorded, or say that this is another accident."
    )


class OnlyOfficeCounts(LossRefused):
    code = "only-office-counts"
    status = 403
    message = gettext_noop(
        "Whether an accident is counted is decided by the plan office. Ask it with the document."
    )


class MergedAway(LossRefused):
    code = "merged-away"
    status = 409
    message = gettext_noop("This record was merged into another one. Report to that one.")


class FiguresMovedOn(LossRefused):
    code = "figures-moved-on"
    status = 409
    message = gettext_noop(
        "Somebody reported for “{unit}” meanwhile. Nothing was overwritten: reload the page, "
        "compare, then report again."
    )


class InitialAlready(LossRefused):
    code = "initial-already"
    message = gettext_noop("“{unit}” has its first report already. Choose a follow-up report.")


class FinalAlready(LossRefused):
    code = "final-already"
    message = gettext_noop(
        "“{unit}” has its final report already. What changes after it is a correction with a note."
    )
