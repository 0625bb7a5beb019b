"""What warning offers to others."""

from anlan.base.parts import Parts

PARTS = Parts(stage="warning")
