"""The bodies of the chat API."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.conversations.incoming import LONGEST_TEXT
from bot.conversations.messages import Message


class MessageIn(BaseModel):
    """What a parent sends: a text, or the payload of the button that was pressed."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"oneOf": [{"required": ["text"]}, {"required": ["payload"]}]},
    )

    # Lengths and characters are checked by bot.conversations.incoming, which knows why a text is refused.
    text: str | None = Field(default=None, json_schema_extra={"minLength": 1, "maxLength": LONGEST_TEXT})
    payload: str | None = Field(default=None, json_schema_extra={"pattern": r"^[a-z_]+:[a-z0-9_\-:.]{1,80}$"})

    @model_validator(mode="after")
    def _one_of_both(self) -> MessageIn:
        """Refuse both at once, and neither."""
        if (self.text is None) == (self.payload is None):
            raise ValueError("give text or payload")
        return self


class NewConversation(BaseModel):
    """A new conversation; nothing is stored before its first message."""

    id: str
    token: str
    messages: list[Message]


class MessageList(BaseModel):
    """Messages in the order of the conversation."""

    messages: list[Message]
