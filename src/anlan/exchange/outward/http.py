"""The gateways that speak HTTP: a signed call of another system, and a carrier by its settings.

Nothing of what is sent is logged: an address may hold a number, a body does. So the log of the
library below is silenced: it names whole addresses.
"""

import base64
import datetime as dt
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from anlan.base.dispatch.guard import Outbound, Receipt
from anlan.base.rules.dispatch import TO_A_NUMBER, Outcome
from anlan.exchange.outward.batch import send_all
from anlan.exchange.outward.settings import GatewaySettings
from anlan.exchange.outward.signing import SIGNATURE, TIMESTAMP, sign
from anlan.exchange.outward.tracks import note_batch, note_references
from anlan.exchange.rules.carrier import Answer, answer_of
from anlan.exchange.rules.request import Rendered, rendered

ANSWER_AT_MOST: Final = 65_536
TRY_AGAIN: Final = frozenset({408, 425, 429})
KEY_HEADER: Final = "Idempotency-Key"
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)
_NUMBERED: Final = frozenset(channel.value for channel in TO_A_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Call:
    """What is sent for one row."""

    body: bytes | None
    headers: Mapping[str, str]
    method: str = "POST"
    query: str = ""


class HttpGateway:
    """Makes one call a row. The key goes along, so that a receiver knows a repeat."""

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
        with session.request(
            call.method,
            with_query(self.settings.url, call.query),
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
        meant, reference = answer_of(self.settings.accepted, _json(answer), _text(answer))
        if meant is Answer.AGAIN:
            return self._receipt(row, Outcome.POSTPONED, "gateway-error"), ""
        if meant is Answer.REFUSED:
            return self._receipt(row, Outcome.FAILED, "not-accepted"), ""
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
    """The call that the settings describe."""

    def call_of(self, row: Outbound, now: dt.datetime) -> Call:
        if self.settings.request is None:
            raise ValueError("a carrier without its section request")
        values = {
            "key": row.key.hex,
            "number": row.number,
            "text": row.message.text,
            "subject": row.message.subject,
            "channel": row.channel,
            "addressee": row.addressee,
            "secret": self.settings.secret,
        }
        return written(rendered(self.settings.request, values, now))


def written(made: Rendered) -> Call:
    """A call as bytes, in its own charset."""

    def as_form(fields: Mapping[str, Any]) -> str:
        return urlencode(fields, encoding=made.charset, errors="replace")

    body = made.body if made.form is None else as_form(made.form).encode("ascii")
    if body is not None and made.encode:
        body = base64.b64encode(body)
    return Call(body=body, headers=made.headers, method=made.method, query=as_form(made.query))


def with_query(url: str, query: str) -> str:
    """The address with more of a query than it has."""
    parts = urlsplit(url)
    whole = "&".join(part for part in (parts.query, query) if part)
    return urlunsplit(parts._replace(query=whole, fragment=""))


def _text(answer: bytes) -> str:
    """An answer as text: UTF-8, else what a Chinese carrier writes, else with gaps."""
    try:
        return answer.decode("utf-8-sig")
    except UnicodeDecodeError:
        return answer.decode("gb18030", errors="replace")


def _json(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        return None
