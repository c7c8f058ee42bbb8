"""A small OpenID Connect provider over real HTTP: it checks what a client must send, and signs what it is told to say."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "console", "geheim-van-de-console"


class Provider:
    """`claims` go into the token; `key` signs it; `userinfo` is what the other address says."""

    def __init__(self) -> None:
        self.key = self.published = RSAKey.generate_key(2048, {"kid": "een"}, private=True)
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.nonce: str | None = None
        self.codes: dict[str, dict[str, str]] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                where = urlsplit(self.path)
                asked = {name: values[0] for name, values in parse_qs(where.query).items()}
                if where.path == "/authorize":
                    code = secrets.token_urlsafe(12)
                    outer.codes[code] = asked
                    self.send_response(302)
                    self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
                    self.end_headers()
                    return
                self.answer(outer.document(where.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self.answer(outer.token(form, self.headers.get("Authorization", "")))

            def answer(self, found: dict[str, Any]) -> None:
                self.send_response(400 if "error" in found else 200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(found).encode())

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stop the provider."""
        self._server.shutdown()
        self._server.server_close()

    def document(self, path: str) -> dict[str, Any]:
        """Return the description, the keys, or what is known of the user."""
        if path == "/keys":
            return {"keys": [self.published.as_dict(private=False)]}
        if path == "/userinfo":
            return self.userinfo
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys", "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
        }  # fmt: skip

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        """Return the tokens of a code, for the client that asked for it and holds the verifier."""
        asked = self.codes.pop(form.get("code", ""), None)
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if (
            asked is None or asked.get("code_challenge_method") != "S256" or asked.get("code_challenge") != challenge
            or asked["redirect_uri"] != form.get("redirect_uri") or authorization != expected
        ):  # fmt: skip
            return {"error": "invalid_grant"}
        moment = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": moment, "exp": moment + 300, "nonce": self.nonce or asked["nonce"]}
        signed = jwt.encode({"alg": "RS256", "kid": "een"}, said | self.claims, self.key)
        return {"access_token": secrets.token_urlsafe(12), "token_type": "Bearer", "expires_in": 300, "id_token": signed}
