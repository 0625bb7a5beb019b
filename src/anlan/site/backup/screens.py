"""For system administrators: when the last backup was made, and how the next one is."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from anlan.base import clock
from anlan.base.screens.signed_in import SignedIn
from anlan.registers.rules.scope import Capability
from anlan.site.backup.making import last

LATE = dt.timedelta(days=1)
"""House rule: a day's work is what may be lost at most."""


class BackupPage(SignedIn, View):
    capability = Capability.MANAGE_ACCOUNTS

    def get(self, request: HttpRequest) -> HttpResponse:
        made = last()
        made_at = dt.datetime.fromisoformat(made["made_at"]) if made else None
        context = {
            "made": made,
            "made_at": made_at,
            "is_late": made_at is None or clock.now() - made_at > LATE,
            "is_gone": bool(made) and not Path(made["file"]).exists(),
            "keys": str(Path(settings.ANLAN_JOURNAL_KEY_FILE).parent),
        }
        return render(request, "site/backup.html", context)
