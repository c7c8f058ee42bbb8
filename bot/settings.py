"""The settings of the web environment: environment variables, checked when a process starts."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.paths import var_dir

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


class SettingsError(ValueError):
    """A setting is wrong; the message names the variable and what it should be."""


class Settings(BaseSettings):
    """Settings of the web process. Each field is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    database_url: str = Field(default_factory=lambda: f"sqlite:///{var_dir() / 'gesprekken.db'}")
    engine_url: str = "http://127.0.0.1:5005"
    engine_timeout_seconds: float = Field(default=15.0, gt=0, le=120)
    turn_wait_seconds: float = Field(default=45.0, gt=0, le=300, description="how long a message waits for its turn")
    token_days: int = Field(default=30, ge=1, le=365)
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    forwarded_allow_ips: str = "127.0.0.1"
    rate_conversation_per_minute: int = Field(default=20, ge=1)
    rate_address_per_minute: int = Field(default=60, ge=1)
    rate_new_per_minute: int = Field(default=10, ge=1)
    events_poll_seconds: float = Field(default=2.0, gt=0, le=60)
    events_heartbeat_seconds: int = Field(default=15, ge=1, le=60)
    forget_retry_seconds: float = Field(default=60.0, gt=0, le=3600, description="how often erasing in the engine is tried")
    staff_idle_minutes: int = Field(default=30, ge=1, le=24 * 60, description="a session of staff ends so long after its last use")
    staff_session_hours: int = Field(default=10, ge=1, le=24, description="a session of staff ends so long after it began")
    rate_login_per_minute: int = Field(default=10, ge=1, description="attempts to log in from one address")
    oidc_issuer: str | None = Field(default=None, description="staff may log in through this service (OpenID Connect)")
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = Field(default="je organisatie", max_length=60)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        """Accept SQLite and PostgreSQL; name the driver that is installed."""
        scheme, separator, rest = value.partition("://")
        if not separator or scheme not in ("sqlite", "postgres", "postgresql", "postgresql+psycopg"):
            raise ValueError("use sqlite:///path or postgresql://user:password@host/name")
        return value if scheme == "sqlite" else f"postgresql+psycopg://{rest}"

    @field_validator("engine_url")
    @classmethod
    def _http_address(cls, value: str) -> str:
        """Accept an http(s) address; drop the last slash."""
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("use an address such as http://127.0.0.1:5005")
        return value.rstrip("/")

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        """Read origins from a text with commas."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("allowed_origins")
    @classmethod
    def _exact_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Accept exact origins only: a star would open the chat to every website."""
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"'{origin}' is no origin; write https://www.school.nl (no path, no *), with commas")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower_case(cls, value: object) -> object:
        """Accept INFO as well as info."""
        return value.lower() if isinstance(value, str) else value


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: one line per wrong variable.

    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()]
        raise SettingsError("Wrong settings in the environment:\n  " + "\n  ".join(lines)) from None
