"""Warnings are kept by their own pages; the administration only reads them."""

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin
from anlan.warning.models import (
    CallAddressee,
    CallEvent,
    CallLadder,
    CallRound,
    CallUnit,
    IssuedWarning,
    WarningArea,
    WarningMessage,
)

KEPT_BY_PAGES = (
    *(IssuedWarning, WarningMessage, WarningArea),
    *(CallLadder, CallRound, CallUnit, CallAddressee, CallEvent),
)

for model in KEPT_BY_PAGES:
    admin.site.register(model, ReadOnlyAdmin)
