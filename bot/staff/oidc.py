"""Logging in through another service (OpenID Connect, code flow with PKCE); authlib does the protocol and checks the tokens."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.settings import Settings
from bot.staff.accounts import find_by_email
from bot.storage.models import StaffRow

CALLBACK = "/staff/inloggen/dienst/terug"
# What a service may sign with. Named here, so that no service can talk us into "none" or a shared secret.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_SECONDS = 10


class Outward(NamedTuple):
    """A login that has left for the other service: where to, and what must come back with it."""

    url: str
    state: str
    nonce: str
    verifier: str


class NotVerified(Exception):
    """The other service did not say who this is."""


@dataclass(frozen=True)
class Identity:
    """Whom the other service has checked; `email` only when that service says that it was verified."""

    subject: str
    email: str | None


class Provider:
    """The service that checks who somebody is."""

    def __init__(self, settings: Settings) -> None:
        """Take the service of the settings; its own description is fetched when it is first needed."""
        self.issuer = str(settings.oidc_issuer).rstrip("/")
        self.name = settings.oidc_name
        self._callback = settings.public_url.rstrip("/") + CALLBACK
        # Only where such a service is set: importing it makes every start slower.
        from authlib.integrations.starlette_client import OAuth

        self._client: Any = OAuth().register(
            "dienst",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret or None,
            server_metadata_url=f"{self.issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "timeout": _SECONDS},
        )

    async def leave(self) -> Outward:
        """Return where to send the browser."""
        await self._description()
        made = await self._client.create_authorization_url(self._callback)
        return Outward(made["url"], made["state"], made["nonce"], made["code_verifier"])

    async def come_back(self, code: str, outward: Outward) -> Identity:
        """Return who the code is of.

        Raises:
            NotVerified: the token holds no subject.
            Exception: of authlib, joserfc or httpx: the service refuses, does not answer, or signs something else.

        """
        description = await self._description()
        token = await self._client.fetch_access_token(self._callback, code=code, code_verifier=outward.verifier)
        claims = await self._client.parse_id_token(token, outward.nonce)
        if not claims or not claims.get("sub"):
            raise NotVerified
        if "email" not in claims and description.get("userinfo_endpoint"):
            more = await self._client.userinfo(token=token)
            claims = {**claims, **more} if more.get("sub") == claims["sub"] else claims
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(self._subject(str(claims["sub"])), str(email) if email else None)

    async def _description(self) -> dict[str, Any]:
        """Return what the service says about itself, with the ways of signing that we accept.

        Raises:
            NotVerified: it says that it is another.

        """
        found: dict[str, Any] = await self._client.load_server_metadata()
        if str(found.get("issuer", "")).rstrip("/") != self.issuer:
            raise NotVerified
        offered = found.get("id_token_signing_alg_values_supported") or ["RS256"]
        found["id_token_signing_alg_values_supported"] = [name for name in offered if name in _ALGORITHMS]
        return found

    def _subject(self, subject: str) -> str:
        """Return how a subject is stored: two services may use the same one for different people."""
        return hashlib.sha256(f"{self.issuer}\n{subject}".encode()).hexdigest()


def provider_of(settings: Settings) -> Provider | None:
    """Return the service of the settings, or None where there is none."""
    return Provider(settings) if settings.oidc_issuer else None


def account_for(session: Session, identity: Identity) -> StaffRow | None:
    """Return the open account of an identity, in a transaction: known by its subject, or the first time by its address.

    From then on the account keeps the subject, and a password that somebody else gave is dropped.
    """
    query = select(StaffRow).with_for_update()
    row = session.scalars(query.where(StaffRow.oidc_subject == identity.subject)).one_or_none()
    if row is None and identity.email:
        row = find_by_email(session, identity.email)
        if row is not None and row.oidc_subject is not None:
            return None  # the address is now somebody else's at the service
    if row is None or row.disabled_at is not None:
        return None
    row.oidc_subject = identity.subject
    if row.password_once_until is not None:
        row.password_hash = row.password_once_until = None
    return row
