"""What evaluations refuse.

Invalid
├── EvaluatedAlready     there is one of this kind and year
├── YearNotBegun         the year has not begun, or lies before the plan
├── NothingWritten       an empty text is no edit
├── TooLong              more characters than a part has
├── NotForEditing        headings and tables follow from the figures
└── UnknownFigure        evidence that no frozen figure is
"""

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop


class EvaluatedAlready(Invalid):
    code = "evaluated-already"
    message = gettext_noop(
        "The {kind} of {year} is there already: open it from the list, and freeze its figures "
        "anew if they should be of today."
    )


class YearNotBegun(Invalid):
    code = "year-not-begun"
    message = gettext_noop("{year} has not begun or lies before the plan. Choose another year.")


class NothingWritten(Invalid):
    code = "nothing-written"
    message = gettext_noop(
        "Write the text of this part. To have the generated text again, choose “Take the "
        "generated text”."
    )


class TooLong(Invalid):
    code = "too-long"
    message = gettext_noop("A part has at most {most} characters, this has {count}. Shorten it.")


class NotForEditing(Invalid):
    code = "not-for-editing"
    message = gettext_noop(
        "Headings and tables follow from the figures and are not edited. Edit a paragraph."
    )


class UnknownFigure(Invalid):
    code = "unknown-figure"
    message = gettext_noop("No frozen figure is called {keys}. Choose from the list of evidence.")
