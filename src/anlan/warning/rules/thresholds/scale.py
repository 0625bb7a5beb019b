"""What the figures reach, as other programs are told it: a colour, or none.

Source: the four colours, 突发事件应对法 (2024) Art. 63. "None" is not a colour: it says that the
figures reach no threshold. The stored level of a warning is `anlan.warning.rules.signal.Level`.
"""

from enum import Enum

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.warning.rules.signal import LEVEL_LABELS, Level


class Reached(Enum):
    """The highest threshold that was reached, the highest first."""

    RED = "RED"
    ORANGE = "ORANGE"
    YELLOW = "YELLOW"
    BLUE = "BLUE"
    NONE = "NONE"

    def rank(self) -> int:
        """1 is the highest, 5 is none."""
        return list(Reached).index(self) + 1

    @property
    def level(self) -> Level | None:
        """The level of a warning of this colour; None where no threshold is reached."""
        return None if self is Reached.NONE else Level(self.value.lower())

    @property
    def label(self) -> str:
        level = self.level
        return NO_THRESHOLD if level is None else LEVEL_LABELS[level]


NO_THRESHOLD = gettext_noop("no threshold reached")
COLOURS = tuple(reached for reached in Reached if reached is not Reached.NONE)


def names(reached: tuple[Reached, ...]) -> tuple[Message, ...]:
    """The labels, for a sentence."""
    return tuple(Message.of(each.label) for each in reached)
