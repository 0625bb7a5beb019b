"""The key with which this instance signs the CAP files that it writes: made once, by hand."""

import datetime as dt
import os
from typing import Any

from django.conf import settings

from anlan.base.actor import Actor, permitted
from anlan.base.errors import Refused
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Capability
from anlan.warning.queries.release import key_file, sender_here
from anlan.warning.rules.cap.signing import make_key, read_certificate, subject_of


class KeyThere(Refused):
    code = "signing-key-there"
    status = 409
    message = gettext_noop(
        "This instance has a key already. Move its file away first where a new one is needed, and "
        "tell everybody who has the old certificate."
    )


def make_signing_key(
    *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Key and certificate into the folder of keys, readable for the program alone. The journal
    knows the certificate, never the key."""
    with recording(
        action="warning.cap.key",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"centre": settings.ANLAN_CENTRE},
    ) as rec:
        if rec.repeated:
            return rec.result
        permitted(actor, Capability.KEEP_INSTANCE)
        path = key_file()
        if path.exists():
            raise KeyThere
        secret, certificate = make_key(sender_here(), now=now)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secret + certificate.encode("ascii"))
        subject = subject_of(read_certificate(certificate))
        rec.note(certificate=subject)
        rec.result = {"subject": subject, "certificate": certificate}
    return rec.result
