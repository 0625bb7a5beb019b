"""Tables of warning."""

from anlan.warning.models.received import IssuedWarning, WarningArea, WarningMessage

__all__ = ["IssuedWarning", "WarningArea", "WarningMessage"]
