"""Rules of `losses` that others may call by name."""

from typing import Final

from anlan.base.rules.catalogue import Rule
from anlan.losses.rules.offered_accidents import ACCIDENT_RULES
from anlan.losses.rules.offered_disasters import DISASTER_RULES

RULES: Final[tuple[Rule, ...]] = (*ACCIDENT_RULES, *DISASTER_RULES)
