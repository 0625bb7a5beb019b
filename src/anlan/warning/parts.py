"""What warning offers to others."""

from anlan.base.parts import Parts
from anlan.warning.commands import COMMANDS

PARTS = Parts(stage="warning", commands=COMMANDS)
