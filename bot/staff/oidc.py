"""Logging in through another service (OpenID Connect)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import Settings


@dataclass(frozen=True)
class Provider:
    """The service that checks who somebody is."""

    issuer: str
    client_id: str
    client_secret: str
    name: str


def settings_of(settings: Settings) -> Provider | None:
    """Return the service of the settings, or None where there is none."""
    if settings.oidc_issuer is None:
        return None
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.oidc_name)
