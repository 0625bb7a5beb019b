"""Asking another provider who somebody is: OpenID Connect Core 1.0, authorization code with PKCE
(RFC 7636), state and nonce. What was asked is kept by the caller, in the session.

Nothing is remembered between two sign-ins: a provider that changed its keys is known at once.
The library is imported inside the functions, so that nothing of it is loaded while the option is
off.

ProviderRefused
├── ProviderSilent      it does not answer, or not as the standard says
├── AnswerUnasked       nobody asked this in this browser, or too long ago
└── AnswerNotProven     it says no, or what it says does not hold
"""

import datetime as dt
import hmac
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from anlan.base.errors import Refused
from anlan.base.rules.labels import gettext_noop

WAIT = dt.timedelta(minutes=10)
"""How long somebody may take at the provider."""
TIMEOUT_S, LEEWAY_S, SUBJECT_CHARS = 5, 60, 255
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with two keys only: what everybody could sign proves nothing."""


class ProviderRefused(Refused):
    code = "provider-refused"
    status = 403


class ProviderSilent(ProviderRefused):
    code = "provider-silent"
    status = 503
    message = gettext_noop(
        "“{label}” does not answer as it should. Sign in with name and password, or try again "
        "later. If it lasts, tell the system administrator."
    )


class AnswerUnasked(ProviderRefused):
    code = "provider-answer-unasked"
    message = gettext_noop(
        "This answer of “{label}” belongs to no sign-in that was begun in this browser, was used "
        "before, or came too late. Begin again."
    )


class AnswerNotProven(ProviderRefused):
    code = "provider-answer-not-proven"
    message = gettext_noop(
        "“{label}” did not confirm who you are, so nobody was signed in. Begin again, or sign in "
        "with name and password. If it lasts, tell the system administrator."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    issuer: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked; `url` is where the browser goes. `account` is whom the answer is linked
    to, empty for a sign-in; `next` where the page goes after it."""

    url: str
    state: str
    nonce: str
    verifier: str
    until: str
    account: str = ""
    next: str = ""

    def kept(self) -> dict[str, str]:
        return asdict(self)


def is_on() -> bool:
    return bool(settings.ANLAN_OIDC_ISSUER)


def label() -> str:
    return settings.ANLAN_OIDC_LABEL or gettext("unified sign-in")


def answer_address(request: HttpRequest) -> str:
    """Where the provider sends the browser back; entered there when this program was entered."""
    scheme = "https" if settings.HTTPS else request.scheme
    return f"{scheme}://{request.get_host()}{reverse('provider-answer')}"


def ask(address: str, *, now: dt.datetime, account: str = "", target: str = "") -> Question:
    """Begin: the address that the browser is sent to. Raises ProviderSilent."""
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    with _session(address) as session, _said_as_silence():
        endpoint = _endpoints(session)["authorization_endpoint"]
        url, _ = session.create_authorization_url(
            endpoint, state=state, nonce=nonce, code_verifier=verifier
        )
    return Question(
        url=url,
        state=state,
        nonce=nonce,
        verifier=verifier,
        until=(now + WAIT).isoformat(),
        account=account,
        next=target,
    )


def refuse_unasked(
    question: Question | None, answer: Mapping[str, str], *, now: dt.datetime
) -> Question:
    """The question that this answer belongs to, or AnswerUnasked."""
    if (
        question is None
        or not hmac.compare_digest(answer.get("state", "").encode(), question.state.encode())
        or now > dt.datetime.fromisoformat(question.until)
    ):
        raise AnswerUnasked(label=label())
    return question


def identity_of(
    question: Question, answer: Mapping[str, str], address: str, *, now: dt.datetime
) -> Identity:
    """Change the code of an answer into a proven identity. Raises ProviderRefused."""
    code, issuer = answer.get("code", ""), answer.get("iss", settings.ANLAN_OIDC_ISSUER)
    if not code or "error" in answer or issuer != settings.ANLAN_OIDC_ISSUER:
        raise AnswerNotProven(label=label())  # RFC 9207: `iss`, where it is sent, is the issuer
    with _session(address) as session, _said_as_silence():
        endpoints = _endpoints(session)
        token = _token(session, endpoints["token_endpoint"], code, question.verifier)
        found = session.get(endpoints["jwks_uri"], withhold_token=True, allow_redirects=False)
        found.raise_for_status()
        keys = found.json()
    return Identity(
        issuer=settings.ANLAN_OIDC_ISSUER, subject=_proven_subject(token, keys, question, now)
    )


def _token(session: Any, endpoint: str, code: str, verifier: str) -> dict[str, Any]:
    from authlib.integrations.base_client import OAuthError

    try:
        token: dict[str, Any] = session.fetch_token(
            endpoint,
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            allow_redirects=False,
        )
    except OAuthError as error:  # a code that is unknown, used or too old
        raise AnswerNotProven(label=label()) from error
    return token


def _proven_subject(
    token: Mapping[str, Any], keys: Any, question: Question, now: dt.datetime
) -> str:
    """Signature, issuer, audience, times and nonce (OpenID Connect Core 1.0, 3.1.3.7)."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    try:
        read = jwt.decode(
            token["id_token"],
            KeySet.import_key_set(keys),
            registry=JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False),
        )
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": settings.ANLAN_OIDC_ISSUER},
                "aud": {"essential": True, "value": settings.ANLAN_OIDC_CLIENT_ID},
                "nonce": {"essential": True, "value": question.nonce},
            },
            params={
                "nonce": question.nonce,
                "client_id": settings.ANLAN_OIDC_CLIENT_ID,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
        subject = claims["sub"]
    except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise AnswerNotProven(label=label()) from error
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_CHARS:
        raise AnswerNotProven(label=label())
    return subject


@contextmanager
def _session(address: str) -> Iterator[Any]:
    from authlib.integrations.requests_client import OAuth2Session

    with OAuth2Session(
        settings.ANLAN_OIDC_CLIENT_ID,
        settings.ANLAN_OIDC_CLIENT_SECRET,
        scope="openid",
        redirect_uri=address,
        code_challenge_method="S256",
        default_timeout=TIMEOUT_S,
    ) as session:
        yield session


def _endpoints(session: Any) -> dict[str, str]:
    """OpenID Connect Discovery 1.0: the document names the issuer that was asked."""
    issuer = settings.ANLAN_OIDC_ISSUER
    found = session.get(
        f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        withhold_token=True,
        allow_redirects=False,
    )
    found.raise_for_status()
    said = found.json()
    if said["issuer"] != issuer:
        raise ValueError("another issuer")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    endpoints = {name: str(said[name]) for name in names}
    if any(urlsplit(url).scheme != urlsplit(issuer).scheme for url in endpoints.values()):
        raise ValueError("an endpoint without the protection of the issuer")
    return endpoints


@contextmanager
def _said_as_silence() -> Iterator[None]:
    """No answer in time, an error of the server, or something that is no document."""
    from authlib.common.errors import AuthlibBaseError
    from requests import RequestException

    try:
        yield
    except (RequestException, AuthlibBaseError, KeyError, TypeError, ValueError) as error:
        raise ProviderSilent(label=label()) from error
