"""A provider of sign-ins on loopback: OpenID Connect over real HTTP, as far as a client sees it."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "anlan-test", "secret of the test"


class Provider:
    """`says` overrides claims of the next tokens; a claim set to None is left out."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.signing: Any = self.key
        self.algorithm = "RS256"
        self.says: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.is_down = False
        self.in_the_browser = "browser-1"
        """Whom a real browser proves to be that is sent here."""
        self.seen: list[str] = []

    def authorize(self, url: str, subject: str) -> dict[str, str]:
        """What happens in the browser: somebody proves who they are and is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        assert asked["scope"] == "openid"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked | {"subject": subject}
        return {"code": code, "state": asked["state"], "iss": self.url}

    def reply(self, path: str, body: str, authorization: str) -> tuple[int, dict[str, Any]]:
        self.seen.append(path)
        if self.is_down:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            own = {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
            }
            return 200, own | self.discovery
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        return self._token(body, authorization)

    def _token(self, body: str, authorization: str) -> tuple[int, dict[str, Any]]:
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != expected:
            return 401, {"error": "invalid_client"}
        given = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.codes.pop(given["code"], None)  # a code is good once
        digest = sha256(given["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or given["redirect_uri"] != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": asked["subject"],
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        said = {name: value for name, value in (claims | self.says).items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        token = jwt.encode(header, said, self.signing, algorithms=[self.algorithm])
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}

    def sign_with_the_public_key_as_secret(self) -> None:
        """The old trick: a token that anybody can make who knows the public key."""
        self.algorithm = "HS256"
        self.signing = OctKey.import_key(json.dumps(self.key.as_dict(private=False)) * 2)


@contextmanager
def loopback_provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            if self.path.startswith("/authorize?"):
                self._send_back()
                return
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            status, said = provider.reply(self.path, body, self.headers.get("Authorization", ""))
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _send_back(self) -> None:
            answer = provider.authorize(self.path, provider.in_the_browser)
            target = provider.codes[answer["code"]]["redirect_uri"]
            self.send_response(302)
            self.send_header("Location", f"{target}?{urlencode(answer)}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = _answer

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
