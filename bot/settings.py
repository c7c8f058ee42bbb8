"""The settings of the web environment: environment variables, checked when a process starts."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.paths import var_dir

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


class SettingsError(ValueError):
    """A setting is wrong; the message names the variable and what it should be."""


class Settings(BaseSettings):
    """Settings of the web process. Each field is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    database_url: str = Field(default_factory=lambda: f"sqlite:///{var_dir() / 'gesprekken.db'}")
    redis_url: str | None = Field(default=None, description="joins several web and engine processes")
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
    inbox_unattended_minutes: int = Field(default=10, ge=1, le=24 * 60, description="a parent who waits longer stands out")
    staff_idle_minutes: int = Field(default=30, ge=1, le=24 * 60, description="a session of staff ends so long unused")
    staff_session_hours: int = Field(default=10, ge=1, le=24, description="a session of staff ends so long after it began")
    rate_login_per_minute: int = Field(default=10, ge=1, description="attempts to log in from one address")
    oidc_issuer: str | None = Field(default=None, description="staff may log in through this service (OpenID Connect)")
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = Field(default="je organisatie", max_length=60)
    handoff_wait_minutes: int = Field(default=15, ge=1, le=240, description="how long a parent waits in the chat for a person")
    handoff_silent_minutes: int = Field(default=30, ge=1, le=240, description="how long a consultant may be silent")
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = True
    mail_from: str = ""
    mail_staff: Annotated[tuple[str, ...], NoDecode] = ()
    mail_retry_seconds: float = Field(default=60.0, gt=0, le=3600, description="first wait after a mail that failed")
    public_url: str = "http://127.0.0.1:8000"
    # How many days each kind of data is kept (bot.privacy.retention); docs/privacy.md gives the reasons.
    retention_conversations_days: int = Field(default=120, ge=1, le=3650, description="after the last message")
    retention_open_handoffs_days: int = Field(default=60, ge=14, le=3650, description="without a step; then 'vervallen'")
    retention_contacts_days: int = Field(default=30, ge=1, le=3650, description="contact details, after closing")
    retention_handoffs_days: int = Field(default=180, ge=1, le=3650, description="intake and notes, after closing")
    retention_corrections_days: int = Field(default=365, ge=1, le=3650, description="masked texts of the log review")
    retention_erased_days: int = Field(default=60, ge=1, le=3650, description="the mark of an erased conversation")
    retention_mails_days: int = Field(default=30, ge=1, le=3650, description="notices to staff, after sending")
    retention_staff_sessions_days: int = Field(default=30, ge=1, le=3650, description="after the last use")
    retention_audit_days: int = Field(default=365, ge=30, le=3650, description="who looked at what")
    retention_purges_days: int = Field(default=1095, ge=30, le=3650, description="the log of what was removed")
    purge_check_seconds: float = Field(default=600.0, gt=0, le=86400, description="how often web looks whether a day passed")
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        """Accept SQLite and PostgreSQL; name the driver that is installed."""
        scheme, separator, rest = value.partition("://")
        if not separator or scheme not in ("sqlite", "postgres", "postgresql", "postgresql+psycopg"):
            raise ValueError("use sqlite:///path or postgresql://user:password@host/name")
        return value if scheme == "sqlite" else f"postgresql+psycopg://{rest}"

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: str | None) -> str | None:
        """Accept the address of one Redis server."""
        parts = urlsplit(value or "redis://none")
        database = parts.path.strip("/")
        if parts.scheme not in ("redis", "rediss") or not parts.hostname or not (database or "0").isdecimal():
            raise ValueError("use redis://host:6379/0 (rediss:// with TLS; user and password before the host: user:password@)")
        return value

    @field_validator("engine_url", "public_url")
    @classmethod
    def _http_address(cls, value: str) -> str:
        """Accept an http(s) address; drop the last slash."""
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("use an address such as http://127.0.0.1:5005")
        return value.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer_address(cls, value: str | None) -> str | None:
        """Accept https, and plain http on this machine only: the service decides who gets in."""
        parts = urlsplit(value or "")
        local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        if value and not (local or (parts.scheme == "https" and parts.hostname)):
            raise ValueError("use the https address of the service, without /.well-known")
        return value and value.rstrip("/")

    @field_validator("allowed_origins", "mail_staff", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        """Read values from a text with commas."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("allowed_origins")
    @classmethod
    def _exact_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Accept exact origins only: a star would open the chat to every website."""
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"'{origin}' is no origin; write https://www.school.nl (no path, no *), with commas")
        return value

    @field_validator("mail_from", "mail_staff")
    @classmethod
    def _mail_addresses(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        """Accept bare addresses: what stands in a header may hold no line break or name."""
        for address in (value,) if isinstance(value, str) else value:
            if address and not _ADDRESS.fullmatch(address):
                raise ValueError(f"'{address}' is no e-mail address; write consulent@steunpunt.nl")
        return value

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Settings:
        """Refuse a mail server without a sender and receivers: nobody would hear of a handoff."""
        if self.smtp_host and not (self.mail_from and self.mail_staff):
            raise ValueError("SMTP_HOST needs MAIL_FROM and MAIL_STAFF")
        return self

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower_case(cls, value: object) -> object:
        """Accept INFO as well as info."""
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _marks_outlive_tokens(self) -> Settings:
        """Refuse to lose the mark of an erased conversation while its token holds: it would come back empty."""
        if self.retention_erased_days < self.token_days:
            raise ValueError("RETENTION_ERASED_DAYS may not be less than TOKEN_DAYS")
        return self


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: one line per wrong variable.

    """
    try:
        return Settings()
    except ValidationError as error:
        named = [(str(e["loc"][0] if e["loc"] else "settings").upper(), e["msg"]) for e in error.errors()]
        lines = [f"{name}: {message.removeprefix('Value error, ')}" for name, message in named]
        raise SettingsError("Wrong settings in the environment:\n  " + "\n  ".join(lines)) from None
