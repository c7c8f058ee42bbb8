"""The token of a conversation: whoever shows it may read, continue and erase that one conversation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer

from bot.clock import now
from bot.conversations.messages import new_id
from bot.conversations.store import Started


class TokenRefused(ValueError):
    """A token that does not hold; `code` names the text that says why."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


class Tokens:
    """Makes and reads tokens. Nothing is stored: id and start time stand in the token, under a signature."""

    def __init__(self, key: str, valid_for: timedelta) -> None:
        """Sign with a key."""
        self._signer = URLSafeTimedSerializer(key, salt="gesprek")
        self._sheet_signer = URLSafeSerializer(key, salt="gesprekskaart")
        self._seconds = int(valid_for.total_seconds())

    def start(self) -> tuple[Started, str]:
        """Return a new conversation and its token."""
        moment = now().astimezone(UTC).replace(microsecond=0)
        started = Started(new_id(), moment)
        return started, self._signer.dumps([started.id, int(moment.timestamp())])

    def read(self, token: str) -> Started:
        """Return the conversation of a token.

        Raises:
            TokenRefused: `token_ongeldig` or `token_verlopen`.

        """
        try:
            conversation_id, seconds = self._signer.loads(token, max_age=self._seconds)
        except SignatureExpired:
            raise TokenRefused("token_verlopen") from None
        except (BadSignature, ValueError, TypeError):
            raise TokenRefused("token_ongeldig") from None
        return Started(conversation_id, datetime.fromtimestamp(seconds, UTC))

    def for_sheet(self, started: Started) -> str:
        """Return the token in the link of the gesprekskaart: it shows that page and nothing else, always the same."""
        return self._sheet_signer.dumps([started.id, int(started.at.timestamp())])

    def read_sheet(self, token: str) -> Started:
        """Return the conversation of a link; it lasts as long as the token of the conversation.

        Raises:
            TokenRefused: `token_ongeldig` or `token_verlopen`.

        """
        try:
            conversation_id, seconds = self._sheet_signer.loads(token)
        except (BadSignature, ValueError, TypeError):
            raise TokenRefused("token_ongeldig") from None
        if now().timestamp() - seconds > self._seconds:
            raise TokenRefused("token_verlopen")
        return Started(conversation_id, datetime.fromtimestamp(seconds, UTC))
