"""Rules of `warning` that others may call by name."""

from typing import Final

from anlan.base.rules.catalogue import Rule
from anlan.warning.rules.thresholds.offered import THRESHOLD_RULES

RULES: Final[tuple[Rule, ...]] = (*THRESHOLD_RULES,)
