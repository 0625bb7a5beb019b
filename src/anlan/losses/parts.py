"""What losses offer to others."""

from anlan.base.parts import Parts

PARTS = Parts(stage="losses")
