"""What warning offers to others, one file a family."""

from anlan.base.parts import joined
from anlan.warning.parts.bulletins import BULLETINS
from anlan.warning.parts.calling import CALLING
from anlan.warning.parts.monitoring import MONITORING
from anlan.warning.parts.received import MESSAGES, RECEIVED
from anlan.warning.parts.scoring import SCORING

PARTS = joined("warning", RECEIVED, MESSAGES, CALLING, BULLETINS, MONITORING, SCORING)
