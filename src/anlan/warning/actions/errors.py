"""Refusals of received messages.

MessageRefused
├── TextMissing        there is no text to keep
├── TextTooLong
├── FieldMissing       neither the text nor a person says it
├── AreaMissing        no region is chosen and nothing is drawn
├── OutlineUnusable    a drawn outline is none; says why
├── TooManyOutlines
├── ReceivedInFuture   received after now
├── TimesOutOfOrder    issued after it was received, or ends before it begins
├── CalledRehearsal    the text calls itself a drill or a test
├── SaidAlready        a correction would repeat a message that is there
└── OwnMessage         a message of our own is not misread
"""

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop


class MessageRefused(Invalid):
    code = "message-refused"


class TextMissing(MessageRefused):
    code = "text-missing"
    message = gettext_noop("Paste the text as it was received.")


class TextTooLong(MessageRefused):
    code = "text-too-long"
    message = gettext_noop("A message has at most {chars} characters. Attach the paper instead.")


class FieldMissing(MessageRefused):
    code = "field-missing"
    message = gettext_noop(
        "“{name}” could not be read from the text. Choose it, or ask the issuer."
    )


class AreaMissing(MessageRefused):
    code = "area-missing"
    message = gettext_noop("Choose where the warning holds: without an area nobody can be called.")


class OutlineUnusable(MessageRefused):
    code = "outline-unusable"


class TooManyOutlines(MessageRefused):
    code = "too-many-outlines"
    message = gettext_noop("A message has at most {most} drawn outlines. Join some of them.")


class ReceivedInFuture(MessageRefused):
    code = "received-in-future"
    message = gettext_noop("The receipt lies after now. Give the time at which you had the text.")


class TimesOutOfOrder(MessageRefused):
    code = "times-out-of-order"
    message = gettext_noop("{later} lies before {earlier}. Correct one of the two times.")


class CalledRehearsal(MessageRefused):
    code = "called-rehearsal"
    message = gettext_noop(
        "The text calls itself a drill or a test (“{words}”). Receive it in an exercise; where it "
        "is a real warning all the same, say so."
    )


class SaidAlready(MessageRefused):
    code = "said-already"
    message = gettext_noop(
        "A message of {issuer} with this kind, level and time is there already. Open that one."
    )


class OwnMessage(MessageRefused):
    code = "own-message"
    message = gettext_noop(
        "This message was written here and cannot be misread. Update or cancel its bulletin."
    )
