"""The gateways that speak HTTP: a signed call of another system, and a carrier by a map of fields.

Nothing of what is sent is logged: an address may hold a number, a body does.
"""

import datetime as dt
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from anlan.base.dispatch.guard import Outbound, Receipt
from anlan.base.rules.dispatch import TO_A_NUMBER, Outcome
from anlan.exchange.outward.batch import send_all
from anlan.exchange.outward.settings import GatewaySettings
from anlan.exchange.outward.signing import SIGNATURE, TIMESTAMP, sign
from anlan.exchange.outward.tracks import note_batch, note_references
from anlan.exchange.rules.carrier import fill, is_accepted, reference_of

ANSWER_AT_MOST: Final = 65_536
TRY_AGAIN: Final = frozenset({408, 425, 429})
KEY_HEADER: Final = "Idempotency-Key"
_NUMBERED: Final = frozenset(channel.value for channel in TO_A_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Call:
    """What is posted for one row."""

    body: bytes
    headers: Mapping[str, str]


class HttpGateway:
    """Posts one call a row. The key goes along, so that a receiver knows a repeat."""

    is_real = True

    def __init__(self, settings: GatewaySettings) -> None:
        self.settings, self.name = settings, settings.name
        self.channels = settings.channels

    def send(self, rows: Sequence[Outbound], now: dt.datetime) -> list[Receipt]:
        references: dict[Any, str] = {}
        with requests.Session() as session:
            session.trust_env = False

            def send_one(row: Outbound) -> Receipt:
                receipt, reference = self._post(session, row, now)
                if reference:
                    references[row.key] = reference
                return receipt

            receipts = send_all(rows, send_one, gateway=self.name, at_once=self.settings.at_once)
        note_references(self.name, references, now)
        note_batch(self.name, receipts, now)
        return receipts

    def call_of(self, row: Outbound, now: dt.datetime) -> Call:
        raise NotImplementedError

    def _post(
        self, session: requests.Session, row: Outbound, now: dt.datetime
    ) -> tuple[Receipt, str]:
        if row.channel in _NUMBERED and not row.number:
            return self._receipt(row, Outcome.FAILED, "no-number"), ""
        call = self.call_of(row, now)
        try:
            status, answer = self._exchange(session, row, call)
        except (requests.Timeout, ReadTimeoutError, TimeoutError):
            return self._receipt(row, Outcome.POSTPONED, "timeout"), ""
        except (requests.RequestException, HTTPError, OSError):
            return self._receipt(row, Outcome.POSTPONED, "unreachable"), ""
        return self._judged(row, status, answer)

    def _exchange(self, session: requests.Session, row: Outbound, call: Call) -> tuple[int, bytes]:
        """Status and answer. One that drips slower than the time allows is none."""
        limit = self.settings.timeout_s
        ends_at = time.monotonic() + 2 * limit
        answer = b""
        with session.post(
            self.settings.url,
            data=call.body,
            headers={**call.headers, KEY_HEADER: row.key.hex},
            timeout=limit,
            allow_redirects=False,
            stream=True,
        ) as response:
            while piece := response.raw.read1(4096, decode_content=True):
                answer += piece
                if time.monotonic() > ends_at:
                    raise TimeoutError
                if len(answer) > ANSWER_AT_MOST:
                    break
            return response.status_code, answer

    def _judged(self, row: Outbound, status: int, answer: bytes) -> tuple[Receipt, str]:
        if status >= 500 or status in TRY_AGAIN:
            return self._receipt(row, Outcome.POSTPONED, "gateway-error"), ""
        if not 200 <= status < 300:
            return self._receipt(row, Outcome.FAILED, "gateway-refused"), ""
        document = _json(answer)
        if not is_accepted(self.settings.accepted, document):
            return self._receipt(row, Outcome.FAILED, "not-accepted"), ""
        reference = reference_of(self.settings.accepted, document)
        return self._receipt(row, Outcome.SENT, ""), reference

    def _receipt(self, row: Outbound, outcome: Outcome, detail: str) -> Receipt:
        return Receipt(key=row.key, outcome=outcome, gateway=self.name, detail=detail)


class WebhookGateway(HttpGateway):
    """JSON under a signature. A number goes along only where the channel needs one."""

    def call_of(self, row: Outbound, now: dt.datetime) -> Call:
        said = row.message
        document = {
            "key": row.key.hex,
            "channel": row.channel,
            "mode": row.mode,
            "addressee_kind": row.addressee_kind,
            "addressee": row.addressee,
            "subject": said.subject,
            "text": said.text,
            "sender_body": said.sender_body,
            "written_at": said.known_at.isoformat(),
        }
        if row.channel in _NUMBERED:
            document["number"] = row.number
        body = json.dumps(document, ensure_ascii=False).encode()
        stamp = str(int(now.timestamp()))
        return Call(
            body=body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                TIMESTAMP: stamp,
                SIGNATURE: sign(self.settings.secret, stamp, body),
            },
        )


class CarrierGateway(HttpGateway):
    """The fields that the carrier wants, under the names that it gives them."""

    def call_of(self, row: Outbound, now: dt.datetime) -> Call:
        settings = self.settings
        values = {
            "key": row.key.hex,
            "number": row.number,
            "text": row.message.text,
            "subject": row.message.subject,
            "channel": row.channel,
            "addressee": row.addressee,
            "secret": settings.secret,
        }
        fields, headers = fill(settings.fields, values), fill(settings.headers, values)
        if settings.format == "json":
            kind, body = "application/json; charset=utf-8", json.dumps(fields).encode()
        else:
            kind = "application/x-www-form-urlencoded; charset=utf-8"
            body = urlencode(fields).encode()
        return Call(body=body, headers={**headers, "Content-Type": kind})


def _json(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        return None
