"""The server's side of WebAuthn for the host that a page was asked from."""

from typing import Any

from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.webauthn import PublicKeyCredentialRpEntity, PublicKeyCredentialUserEntity

from anlan.registers.models import Account

NAME = "Anlan"


def server_for(request: HttpRequest) -> Fido2Server:
    """A key answers only to the host that it was registered with."""
    host = request.get_host()
    origin = f"{request.scheme}://{host}"
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    entity = PublicKeyCredentialRpEntity(id=name, name=NAME)
    return Fido2Server(entity, verify_origin=lambda given: given == origin)


def user_entity(account: Account) -> Any:
    return PublicKeyCredentialUserEntity(
        id=account.pk.bytes, name=account.login, display_name=account.login
    )
