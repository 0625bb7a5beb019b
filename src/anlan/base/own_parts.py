"""What `base` itself offers: labels of its actions."""

from anlan.base.parts import Parts

PARTS = Parts(stage="base")
