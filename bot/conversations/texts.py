"""What the web part says itself (web_texts.yml, and two answers of systeem.yml), with the numbers that hold today."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import msgspec

from bot.clock import today
from bot.conversations.messages import Button, NewMessage
from bot.knowledge.answers import fill, load_answers
from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.knowledge.topics import contact_values, load_topics

GREETING_RESPONSE = "utter_start"
OUTAGE_RESPONSE = "utter_storing"
Notice = Literal["vraag", "knop", "wacht", "gesloten", "gegevens"]
ErrorCode = Literal[
    "geen_json", "ongeldig", "leeg", "te_lang", "te_groot", "tekens", "knop_ongeldig", "geen_token", "token_ongeldig",
    "token_verlopen", "ander_gesprek", "gewist", "bericht_onbekend", "geen_termijn", "te_vaak", "bezet", "niet_gevonden",
    "niet_toegestaan", "geen_opslag", "overdracht_loopt", "overdracht_kan_niet", "geen_overdracht", "velden", "fout",
]  # fmt: skip


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file; every code has its text."""

    notices: dict[Notice, str]
    notice_buttons: dict[Notice, tuple[str, ...]]
    errors: dict[ErrorCode, str]
    export_note: str


class Texts:
    """The texts of the web part."""

    def __init__(self, content: _File) -> None:
        """Hold the texts; placeholders are filled when a text is asked for."""
        self._content = content

    def greeting(self) -> list[NewMessage]:
        """Return the messages that start every conversation."""
        answer = load_answers().get(GREETING_RESPONSE)
        buttons = [topic_button(topic_id) for topic_id in answer.followups]
        return [NewMessage(author="bot", text=self._fill(answer.text), buttons=buttons)]

    def notice(self, name: Notice) -> NewMessage:
        """Return what is said in the place of an answer."""
        buttons = [topic_button(topic_id) for topic_id in self._content.notice_buttons.get(name, ())]
        return NewMessage(author="systeem", text=self._fill(self._content.notices[name]), notice=name, buttons=buttons)

    def outage(self) -> NewMessage:
        """Return what is said when the engine does not answer."""
        text = self._fill(load_answers().get(OUTAGE_RESPONSE).text)
        return NewMessage(author="systeem", text=text, notice="storing")

    def error(self, code: str) -> str:
        """Return why a request is refused."""
        errors = self._content.errors
        return next((text for name, text in errors.items() if name == code), errors["fout"])

    @property
    def export_note(self) -> str:
        """Return what stands above an export."""
        return self._content.export_note

    def _fill(self, text: str) -> str:
        """Put today's numbers and addresses in a text."""
        return fill(text, contact_values(today()))


def topic_button(topic_id: str) -> Button:
    """Return the button of a topic.

    Raises:
        KnowledgeError: there is no such topic.

    """
    topic = load_topics().topics.get(topic_id)
    if topic is None:
        raise KnowledgeError(f"unknown topic '{topic_id}'")
    return Button(title=topic.title, payload=f"topic:{topic_id}")


@lru_cache
def load_texts(path: Path | None = None) -> Texts:
    """Load the texts, and make sure that each can be said today.

    Raises:
        KnowledgeError: a text is missing, or names a value or topic that does not exist.

    """
    path = path or knowledge_dir() / "web_texts.yml"
    content = convert(read_yaml(path), _File, str(path))
    for field, names, found in (
        ("notices", get_args(Notice), content.notices),
        ("errors", get_args(ErrorCode), content.errors),
    ):
        missing = [name for name in names if name not in found]
        if missing:
            raise KnowledgeError(f"{path}: field '{field}': no text for {', '.join(missing)}")
    texts = Texts(content)
    for name in get_args(Notice):
        texts.notice(name)
    try:
        texts.greeting()
        texts.outage()
    except KeyError as error:
        raise KnowledgeError(f"data/answers/systeem.yml: no answer {error}") from None
    return texts
