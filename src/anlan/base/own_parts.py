"""What `base` itself offers, gathered from its families. `base.parts` is the registry."""

from anlan.base.due.parts import PARTS as DUE
from anlan.base.parts import joined
from anlan.base.worlds.parts import PARTS as WORLDS

PARTS = joined("base", DUE, WORLDS)
