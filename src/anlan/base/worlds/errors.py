"""Refusals of worlds.

Refused
├── PastIsReadOnly    a write in a past world
├── OtherWorld        a row of one world was to be written in another
├── NoRoomForWorld    the disk is full
├── NoPastHere        a past state was asked for inside an exercise
├── JournalDamaged    an entry that a world needs does not answer to the key
├── DoesNotFit        a state that breaks a rule of the tables cannot become an exercise
└── Invalid
    ├── NoSuchDay, BeforeTheJournal, NotYet    of the day that was asked for
    └── BadName, NameTaken                     of an exercise
"""

from anlan.base.errors import Invalid, Refused
from anlan.base.rules.labels import gettext_noop


class PastIsReadOnly(Refused):
    code = "past-is-read-only"
    status = 409
    message = gettext_noop(
        "A past state is read-only. Go back to the present, then change it there."
    )


class OtherWorld(Refused):
    code = "other-world"
    status = 409
    message = gettext_noop(
        "This record belongs to another world than the one you are in. Nothing was written: "
        "leave the exercise, or open the record inside it."
    )


class NoRoomForWorld(Refused):
    code = "no-room"
    status = 409
    message = gettext_noop(
        "There is no room on the disk to build this state. Nothing was changed. Ask your "
        "administrator to make room on the disk of the instance, then try again."
    )


class JournalDamaged(Refused):
    code = "journal-damaged"
    status = 409
    message = gettext_noop(
        "Entry {seq} of the journal is not as the program wrote it, so no state is built from it. "
        "Ask your administrator to run: anlan journal verify"
    )


class NoSuchDay(Invalid):
    code = "no-such-day"
    message = gettext_noop("“{text}” is not a date. Write it as 2023-02-03.")


class BeforeTheJournal(Invalid):
    code = "before-the-journal"
    message = gettext_noop(
        "The journal begins on {first}, so no earlier state is known. Choose that day or a later "
        "one."
    )


class NotYet(Invalid):
    code = "not-yet"
    message = gettext_noop("{day} is still to come. Choose today or an earlier day.")


class NoPastHere(Refused):
    code = "no-past-here"
    status = 409
    message = gettext_noop(
        "An exercise shows no past states. Leave the exercise, then choose the day again."
    )


class BadName(Invalid):
    code = "bad-world-name"
    message = gettext_noop(
        "The name of an exercise has 1 to 40 characters: letters, digits, Chinese, - and _."
    )


class NameTaken(Invalid):
    code = "world-name-taken"
    message = gettext_noop("There is an exercise “{name}” already. Choose another name.")


class DoesNotFit(Refused):
    code = "world-does-not-fit"
    status = 409
    message = gettext_noop(
        "The state of that moment breaks a rule of the tables ({reason}), so nobody can work in "
        "it. Take the exercise from another moment."
    )
