"""Warnings are kept by their own pages; the administration only reads them."""

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin
from anlan.warning.models import IssuedWarning, WarningArea, WarningMessage

for model in (IssuedWarning, WarningMessage, WarningArea):
    admin.site.register(model, ReadOnlyAdmin)
