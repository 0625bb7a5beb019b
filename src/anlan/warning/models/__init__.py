"""Tables of warning."""

from anlan.warning.models.publishing import PublishingRight
from anlan.warning.models.received import IssuedWarning, WarningArea, WarningMessage

__all__ = ["IssuedWarning", "PublishingRight", "WarningArea", "WarningMessage"]
