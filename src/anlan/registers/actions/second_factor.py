"""The second proof of a sign-in: one-time codes (RFC 6238), passkeys (WebAuthn), recovery codes.

WrongCode          the code is not right, was used before, or is too old
PasskeyRefused     what the browser sent is not the answer of a known key
"""

import base64
import datetime as dt
import hmac
import json
import secrets
import uuid
from hashlib import sha256
from typing import Any

import pyotp
from cryptography.exceptions import InvalidSignature
from fido2.server import Fido2Server
from fido2.webauthn import AttestedCredentialData

from anlan.base.actor import Actor
from anlan.base.errors import Invalid
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.sealed import open_sealed, seal
from anlan.registers.access import require
from anlan.registers.choices import FactorKind
from anlan.registers.models import Account, SecondFactor
from anlan.registers.rules.scope import Capability

ISSUER = "Anlan"
STEP_S = 30
WINDOW = 1
"""RFC 6238, 5.2: at most one step of delay is accepted."""
CODES, CODE_LETTERS, LETTERS = 10, 10, "abcdefghjkmnpqrstuvwxyz23456789"
PURPOSE = "second-factor"
UNKNOWN_ANSWER = (ValueError, KeyError, TypeError, AttributeError, InvalidSignature)
"""What the library raises for an answer that is none."""


class WrongCode(Invalid):
    code = "wrong-code"
    message = gettext_noop(
        "This code is not right, was used before, or its time is over. Take the next one."
    )


class PasskeyRefused(Invalid):
    code = "passkey-refused"
    message = gettext_noop("This key was not recognised. Try again, or use a code.")


def new_seed() -> str:
    return pyotp.random_base32()


def seed_uri(seed: str, login: str) -> str:
    """What the square picture says to an authenticator."""
    return pyotp.TOTP(seed).provisioning_uri(name=login, issuer_name=ISSUER)


def factors_of(account: Account) -> list[SecondFactor]:
    rows = SecondFactor.objects.filter(account=account).order_by("added_at")
    return [row for row in rows if row.kind != FactorKind.CODES]


def confirm_codes(
    seed: str, code: str, *, actor: Actor, now: dt.datetime, request_id: str
) -> list[str]:
    """The authenticator is taken once it gave a right code. Returns recovery codes when these
    are the first; they are shown once."""
    step = matching_step(seed, code, now, after=-1)
    if step is None:
        raise WrongCode(field="code")
    return _add(
        FactorKind.TOTP,
        {"seed": seed, "step": step},
        "",
        actor=actor,
        now=now,
        request_id=request_id,
    )


def add_passkey(
    credential: AttestedCredentialData,
    label: str,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> list[str]:
    """A key whose answer was checked. Returns recovery codes when these are the first."""
    content = {"credential": base64.b64encode(bytes(credential)).decode(), "count": 0}
    return _add(FactorKind.PASSKEY, content, label, actor=actor, now=now, request_id=request_id)


def _add(
    kind: FactorKind,
    content: dict[str, Any],
    label: str,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> list[str]:
    account = Account.objects.get(login=actor.account)
    with recording(
        action="registers.second_factor.add",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"account": str(account.pk), "kind": kind},
    ) as rec:
        if rec.repeated:
            return []
        rec.lock(Account, account.pk)
        _insert(rec, account, kind, content, label[:60], now)
        if SecondFactor.objects.filter(account=account, kind=FactorKind.CODES).exists():
            return []
        codes = [
            "".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS)) for _ in range(CODES)
        ]
        digests = [sha256(code.encode()).hexdigest() for code in codes]
        _insert(rec, account, FactorKind.CODES, {"digests": digests}, "", now)
        return codes


def _insert(
    rec: Recording,
    account: Account,
    kind: FactorKind,
    content: dict[str, Any],
    label: str,
    now: dt.datetime,
) -> None:
    secret = seal(json.dumps(content), purpose=PURPOSE)
    rec.add(SecondFactor(account=account, kind=kind, label=label, secret=secret, added_at=now))


def matching_step(seed: str, code: str, now: dt.datetime, *, after: int) -> int | None:
    """The step of time whose code this is, later than the last one used; None otherwise."""
    digits = "".join(code.split())
    totp = pyotp.TOTP(seed)
    here = int(now.timestamp()) // STEP_S
    for step in range(here - WINDOW, here + WINDOW + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def use_code(account: Account, code: str, *, now: dt.datetime, request_id: str) -> None:
    """A one-time code or a recovery code, each good once. Raises WrongCode."""
    if not code.isascii():
        raise WrongCode(field="code")
    with recording(
        action="registers.second_factor.use",
        actor=Actor(account=account.login),
        now=now,
        request_id=request_id,
        payload={"account": str(account.pk), "code": sha256(code.encode()).hexdigest()},
    ) as rec:
        if rec.repeated:
            raise WrongCode(field="code")
        kinds = (FactorKind.TOTP, FactorKind.CODES)
        rows = SecondFactor.objects.filter(account=account, kind__in=kinds)
        for key in rows.order_by("added_at").values_list("pk", flat=True):
            row = rec.lock(SecondFactor, key)
            content = json.loads(open_sealed(row.secret, purpose=PURPOSE))
            after = _after_use(row.kind, content, code, now)
            if after is not None:
                _store(rec, row, after, now)
                return
        raise WrongCode(field="code")


def _after_use(
    kind: str, content: dict[str, Any], code: str, now: dt.datetime
) -> dict[str, Any] | None:
    """What is kept after a right code; None for a wrong one."""
    if kind == FactorKind.TOTP:
        step = matching_step(content["seed"], code, now, after=content["step"])
        return None if step is None else content | {"step": step}
    digest = sha256("".join(code.lower().split()).encode()).hexdigest()
    if digest not in content["digests"]:
        return None
    return {"digests": [kept for kept in content["digests"] if kept != digest]}


def _store(rec: Recording, row: SecondFactor, content: dict[str, Any], now: dt.datetime) -> None:
    row.secret = seal(json.dumps(content), purpose=PURPOSE)
    row.used_at = now
    rec.save(row)


def codes_left(account: Account) -> int:
    row = SecondFactor.objects.filter(account=account, kind=FactorKind.CODES).first()
    if row is None:
        return 0
    return len(json.loads(open_sealed(row.secret, purpose=PURPOSE))["digests"])


def credentials_of(account: Account) -> dict[uuid.UUID, AttestedCredentialData]:
    rows = SecondFactor.objects.filter(account=account, kind=FactorKind.PASSKEY)
    return {row.pk: _credential(row) for row in rows}


def _credential(row: SecondFactor) -> AttestedCredentialData:
    content = json.loads(open_sealed(row.secret, purpose=PURPOSE))
    return AttestedCredentialData(base64.b64decode(content["credential"]))


def use_passkey(
    account: Account,
    server: Fido2Server,
    state: Any,
    answer: dict[str, Any],
    *,
    now: dt.datetime,
    request_id: str,
) -> None:
    """The answer of a key to the question that `state` remembers. Raises PasskeyRefused."""
    known = credentials_of(account)
    try:
        used = server.authenticate_complete(state, list(known.values()), answer)
    except UNKNOWN_ANSWER as error:
        raise PasskeyRefused from error
    key = next(pk for pk, c in known.items() if c.credential_id == used.credential_id)
    with recording(
        action="registers.second_factor.use",
        actor=Actor(account=account.login),
        now=now,
        request_id=request_id,
        payload={"account": str(account.pk), "factor": str(key)},
    ) as rec:
        if rec.repeated:
            raise PasskeyRefused
        row = rec.lock(SecondFactor, key)
        row.used_at = now
        rec.save(row)


def remove_factors(
    account_id: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> int:
    """All second proofs of an account, by the security administrator: lost telephone, lost key."""
    require(actor, Capability.ASSIGN_RIGHTS)
    with recording(
        action="registers.second_factor.remove",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"account": str(account_id)},
    ) as rec:
        if not rec.repeated:
            keys = SecondFactor.objects.filter(account=account_id).values_list("pk", flat=True)
            for key in list(keys):
                rec.remove(rec.lock(SecondFactor, key))
            rec.result = {"removed": len(keys)}
            rec.note(account=str(account_id))
    return int(rec.result["removed"])
