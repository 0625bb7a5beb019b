"""What sensing refuses.

Invalid
├── HazardNotPublic       a dam, slope, mine or plant is never of the grade public
├── UnitNotOfProperty     the property is not measured in this unit
├── LimitsTurned          the lowest valid value is not below the highest
├── CalibrationTurned     the next calibration lies before the last one
├── WindowMissing         critical rainfall says over how many minutes
├── WindowNotWanted       another limit has no window, soil or village
├── LimitNotOfProperty    no rule looks at this limit for this property
├── LimitsOutOfOrder      two limits of a datastream that hold together contradict each other
├── SpanTurned            a limit ends before it begins
├── IntakeEmpty           nothing in the file or the message
├── IntakeTooLarge        more than one batch takes
├── FormCompressed        it is compressed, and may unpack to any size
├── FormIsWorkbook        it is a workbook, not the text that Excel or WPS saves as CSV
├── FormRepeatsName       a name that holds all rows stands twice: some rows would be lost
├── FormUnknown           what was sent is not in the form that it says
├── NotInLiveWorld        readings come into the live world alone
├── StoreRefuses          the store is there and never takes these rows: an error of the program
├── StoreUnavailable      the store did not take the batch; nothing of it is acknowledged
├── StreamUnavailable     the stream did not take it; nothing of it is acknowledged
├── FailsStill            a message that was put aside fails again
└── DecidedAlready        somebody decided about it before
"""

from anlan.base.errors import Invalid, Refused
from anlan.base.rules.labels import gettext_noop


class HazardNotPublic(Invalid):
    code = "hazard-not-public"
    message = gettext_noop(
        "The place of a dam, slope, mine or plant is never public. Choose internal or higher."
    )


class UnitNotOfProperty(Invalid):
    code = "unit-not-of-property"
    message = gettext_noop("{observed} is not measured in {unit}. Choose one of: {units}.")


class LimitsTurned(Invalid):
    code = "limits-turned"
    message = gettext_noop(
        "The lowest valid value must be below the highest. Exchange them, or leave both empty."
    )


class CalibrationTurned(Invalid):
    code = "calibration-turned"
    message = gettext_noop(
        "The next calibration must lie after the last one. Check both days on the certificate."
    )


class WindowMissing(Invalid):
    code = "window-missing"
    message = gettext_noop(
        "Critical rainfall, and a colour for a village or a soil state, holds for a window: enter "
        "its minutes (30, 60, 180, 360 or 1440)."
    )


class WindowNotWanted(Invalid):
    code = "window-not-wanted"
    message = gettext_noop(
        "Window, soil state and village belong to critical rainfall and to the colours of rain "
        "alone. Leave them empty."
    )


class LimitNotOfProperty(Invalid):
    code = "limit-not-of-property"
    message = gettext_noop(
        "{kind} is no limit of {observed}: nothing would watch it. Choose one of: {kinds}."
    )


class LimitsOutOfOrder(Invalid):
    code = "limits-out-of-order"
    message = gettext_noop(
        "{kind} {value} and {other} {other_value} contradict each other: the station would not be "
        "watched. Correct the value, or end the other limit first."
    )


class SpanTurned(Invalid):
    code = "span-turned"
    message = gettext_noop("The limit must end after it begins. Enter a later day.")


class IntakeEmpty(Invalid):
    code = "intake-empty"
    message = gettext_noop("There is no reading in what was sent. Nothing was taken in.")


class IntakeTooLarge(Invalid):
    code = "intake-too-large"
    status = 413
    message = gettext_noop("At most {most} readings go into one batch. Send it in parts.")


class FormUnknown(Invalid):
    code = "form-unknown"
    message = gettext_noop(
        "This cannot be read as {form}: {missing} is missing or damaged; nothing was taken in. "
        "Compare it with the example on the page “How to send readings” (CSV: commas, UTF-8)."
    )


class FormIsWorkbook(Invalid):
    code = "form-is-workbook"
    message = gettext_noop(
        "This is a workbook of Excel or WPS, which is not read as readings. Save the sheet as CSV "
        "(UTF-8), then send that file; nothing was taken in."
    )


class FormRepeatsName(Invalid):
    code = "form-repeats-name"
    message = gettext_noop(
        "“{name}” stands twice in what was sent, and the rows of one of them would be lost. Put "
        "all rows into one list; nothing was taken in."
    )


class FormCompressed(Invalid):
    code = "form-compressed"
    message = gettext_noop(
        "Compressed {form} is not read: it may unpack to any size. Send it without compression; "
        "nothing was taken in."
    )


class NotInLiveWorld(Refused):
    code = "not-in-live-world"
    status = 409
    message = gettext_noop(
        "Readings come into the live state only. Leave the exercise or the past state first."
    )


class StoreUnavailable(Refused):
    code = "store-unavailable"
    status = 503
    message = gettext_noop(
        "The readings could not be kept ({reason}). None of them is acknowledged: send the same "
        "batch again with the same request id."
    )


class StoreRefuses(Refused):
    code = "store-refuses"
    status = 500
    message = gettext_noop(
        "The store does not take these rows ({reason}), and will not when they come again. None "
        "of them is acknowledged: tell the system administrator."
    )


class FailsStill(Refused):
    code = "fails-still"
    status = 409
    message = gettext_noop(
        "The program fails at this message as before ({why}). It stays put aside: install an "
        "edition that can read it, or dismiss it."
    )


class DecidedAlready(Refused):
    code = "decided-already"
    status = 409
    message = gettext_noop("Somebody has decided about this message already: {state}.")


class StreamUnavailable(Refused):
    code = "stream-unavailable"
    status = 503
    message = gettext_noop(
        "The stream of readings did not take the batch ({reason}). None of it is acknowledged: "
        "send the same batch again with the same request id."
    )
