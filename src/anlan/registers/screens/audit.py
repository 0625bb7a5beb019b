"""What the audit administrator reads: the whole journal, exports, sign-ins, wrong passwords."""

import json
from typing import Any

from axes.models import AccessFailureLog
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base.models import JournalEntry
from anlan.base.screens.export_log import ACTION
from anlan.base.screens.history_lines import action_label
from anlan.base.screens.signed_in import SignedIn
from anlan.registers.models import SignInSession
from anlan.registers.rules.scope import Capability

PER_PAGE = 50
VIEWS = {
    "journal": gettext_lazy("Journal"),
    "exports": gettext_lazy("Exports of personal data"),
    "sign-ins": gettext_lazy("Sign-ins"),
    "failures": gettext_lazy("Wrong passwords"),
}


class Audit(SignedIn, View):
    """Four lists, newest first; nothing can be changed here."""

    capability = Capability.AUDIT

    def get(self, request: HttpRequest, view: str = "journal") -> HttpResponse:
        who = request.GET.get("who", "").strip()
        heads, rows, cells = LISTS[view](who)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "views": VIEWS.items(),
            "view": view,
            "title": VIEWS[view],
            "who": who,
            "heads": heads,
            "rows": [list(zip(heads, cells(row), strict=True)) for row in page],
            "page": page,
        }
        return render(request, "registers/audit.html", context)


def _entries(who: str) -> QuerySet[JournalEntry]:
    rows = JournalEntry.objects.order_by("-position")
    return rows.filter(actor=who) if who else rows


def _journal(who: str) -> Any:
    heads = [_("number"), _("time"), _("account"), _("what"), _("reason"), _("records")]

    def cells(entry: JournalEntry) -> list[Any]:
        content = json.loads(entry.content)
        subjects = {(image["model"], image["key"]) for image in content["images"]}
        number = entry.seq or _("not sealed yet")
        label = action_label(entry.action)
        return [number, entry.known_at, entry.actor, label, content["reason"], len(subjects)]

    return heads, _entries(who), cells


def _exports(who: str) -> Any:
    heads = [_("number"), _("time"), _("account"), _("rows"), _("file"), _("extent")]

    def cells(entry: JournalEntry) -> list[Any]:
        notes = json.loads(entry.content)["notes"]
        number = entry.seq or _("not sealed yet")
        extent = _("a part of the list") if notes.get("is_narrowed") else _("the whole list")
        ending = str(notes.get("ending", "")).upper()
        return [number, entry.known_at, entry.actor, notes.get("rows", ""), ending, extent]

    return heads, _entries(who).filter(action=ACTION), cells


def _sign_ins(who: str) -> Any:
    heads = [_("signed in at"), _("account"), _("last used at"), _("ended at"), _("address")]
    rows = SignInSession.objects.select_related("account").order_by("-began_at")

    def cells(row: SignInSession) -> list[Any]:
        return [row.began_at, row.account.login, row.seen_at, row.ended_at or "—", row.address]

    return heads, rows.filter(account__login=who) if who else rows, cells


def _failures(who: str) -> Any:
    heads = [_("time"), _("name that was typed"), _("address"), _("locked by it")]
    rows = AccessFailureLog.objects.order_by("-attempt_time")

    def cells(row: AccessFailureLog) -> list[Any]:
        locked = _("yes") if row.locked_out else _("no")
        return [row.attempt_time, row.username or "—", row.ip_address or "—", locked]

    return heads, rows.filter(username=who) if who else rows, cells


LISTS = {
    "journal": _journal,
    "exports": _exports,
    "sign-ins": _sign_ins,
    "failures": _failures,
}
