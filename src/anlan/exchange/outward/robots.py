"""E-mail and group robots (企业微信, 钉钉, 飞书) through Apprise, by addresses of the settings.

Apprise is loaded only when a gateway of this kind sends. Its own log is silenced: it names
addresses.
"""

import datetime as dt
import logging
import warnings
from collections.abc import Sequence
from typing import Any

from anlan.base.dispatch.guard import Outbound, Receipt
from anlan.base.rules.dispatch import Outcome
from anlan.exchange.outward.batch import send_all
from anlan.exchange.outward.settings import GatewaySettings
from anlan.exchange.outward.tracks import note_batch

EVERYBODY = "*"


class AppriseGateway:
    is_real = True

    def __init__(self, settings: GatewaySettings) -> None:
        self.settings, self.name = settings, settings.name
        self.channels = settings.channels

    def send(self, rows: Sequence[Outbound], now: dt.datetime) -> list[Receipt]:
        library = _apprise()

        def send_one(row: Outbound) -> Receipt:
            outcome, detail = self._notify(library, row)
            return Receipt(key=row.key, outcome=outcome, gateway=self.name, detail=detail)

        receipts = send_all(rows, send_one, gateway=self.name, at_once=self.settings.at_once)
        note_batch(self.name, receipts, now)
        return receipts

    def _notify(self, library: Any, row: Outbound) -> tuple[Outcome, str]:
        named = self.settings.addressees
        urls = named.get(f"{row.addressee_kind}:{row.addressee}") or named.get(EVERYBODY)
        if not urls:
            return Outcome.FAILED, "not-configured"
        notice = library.Apprise()
        if not all(notice.add(url) for url in urls):
            return Outcome.FAILED, "not-configured"
        arrived = notice.notify(
            title=row.message.subject,
            body=row.message.text,
            body_format=library.NotifyFormat.TEXT,
        )
        return (Outcome.SENT, "") if arrived else (Outcome.POSTPONED, "gateway-error")


def _apprise() -> Any:
    """The library with all its services. It warns of modules of the language that it replaces
    itself, when it is loaded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.Apprise.instantiate("json://localhost")
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    return apprise
