"""What a reviewer says about a message: good, another topic, a new topic, or only seen; with tags."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import now
from bot.knowledge.topics import load_topics
from bot.storage.models import ConversationRow, CorrectionRow, MessageRow, ParseRow, ReviewRow

NEW_TOPIC_LENGTH = 80
TAG_LENGTH, MOST_TAGS = 40, 8
_TAG = re.compile(r"[\w][\w -]*")


class JudgementError(ValueError):
    """A judgement cannot be kept; the message is in Dutch, for the page. `field`: which field of the form."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field."""
        super().__init__(message)
        self.field = field


class NoMessage(LookupError):
    """There is no such message of a parent, or it is erased."""


@dataclass(frozen=True)
class Judgement:
    """At most one of `topic` (an existing one) and `new_topic` (a name); none of both: it was good, or only seen."""

    topic: str | None = None
    new_topic: str | None = None
    tags: tuple[str, ...] = ()


def keep(session: Session, message_id: str, staff_id: int, judgement: Judgement) -> str:
    """Keep a judgement in the place of an earlier one; return the conversation of the message.

    The text of a correction is a copy: it must outlive the conversation, and it is masked already.

    Raises:
        NoMessage: there is no such message.

    """
    message = session.get(MessageRow, message_id)
    if message is None or message.author != "ouder":
        raise NoMessage(message_id)
    conversation = session.get(ConversationRow, message.conversation_id)
    parse = session.get(ParseRow, message_id)
    if conversation is None or conversation.erased_at is not None or parse is None:
        raise NoMessage(message_id)
    moment = now()
    review = session.get(ReviewRow, message_id)
    if review is None:
        session.add(ReviewRow(message_id=message_id, staff_id=staff_id, tags=list(judgement.tags), reviewed_at=moment))
    else:
        review.staff_id, review.tags, review.reviewed_at = staff_id, list(judgement.tags), moment
    correction = session.scalar(select(CorrectionRow).where(CorrectionRow.message_id == message_id))
    wanted = (judgement.topic, judgement.new_topic)
    if judgement.topic is not None and parse.accepted and judgement.topic == parse.topic:
        wanted = (None, None)  # that is what it was understood as: nothing to learn
    if wanted == (None, None):
        if correction is not None:
            session.delete(correction)
    elif correction is None:
        session.add(
            CorrectionRow(
                message_id=message_id, text=message.text, was_topic=parse.topic, topic=wanted[0], new_topic=wanted[1],
                staff_id=staff_id, created_at=moment,
            )
        )
    elif (correction.topic, correction.new_topic) != wanted:
        correction.topic, correction.new_topic = wanted
        correction.staff_id, correction.created_at, correction.learned_at = staff_id, moment, None
    return message.conversation_id


def read_topic(text: str) -> str:
    """Return the topic that a reviewer typed: its id or its title.

    Raises:
        JudgementError: there is no such topic.

    """
    wanted = text.strip()
    topics = load_topics().topics
    if wanted in topics:
        return wanted
    for topic_id, topic in topics.items():
        if topic.title.casefold() == wanted.casefold():
            return topic_id
    raise JudgementError("onderwerp", "Dit onderwerp bestaat niet. Kies er een uit de lijst, of maak een nieuw onderwerp.")


def read_new_topic(text: str) -> str:
    """Return the name of a new topic.

    Raises:
        JudgementError: it is empty or too long, or a topic with this name exists.

    """
    name = " ".join(text.split())
    if not name:
        raise JudgementError("nieuw", "Geef het nieuwe onderwerp een naam.")
    if len(name) > NEW_TOPIC_LENGTH:
        raise JudgementError("nieuw", f"De naam is te lang: gebruik ten hoogste {NEW_TOPIC_LENGTH} tekens.")
    try:
        known = read_topic(name)
    except JudgementError:
        return name
    raise JudgementError("nieuw", f"Dit onderwerp is er al: {load_topics().topics[known].title}.")


def read_tags(text: str) -> tuple[str, ...]:
    """Return the tags of a text with commas, each once, in small letters.

    Raises:
        JudgementError: a tag is too long or holds other characters, or there are too many.

    """
    tags = dict.fromkeys(" ".join(part.split()).lower() for part in text.split(",") if part.strip())
    if len(tags) > MOST_TAGS:
        raise JudgementError("labels", f"Gebruik ten hoogste {MOST_TAGS} labels.")
    for tag in tags:
        if len(tag) > TAG_LENGTH or not _TAG.fullmatch(tag):
            raise JudgementError("labels", "Een label heeft letters, cijfers, spaties en streepjes, ten hoogste 40 tekens.")
    return tuple(tags)


def known_tags(session: Session) -> list[str]:
    """Return the tags in use."""
    return sorted({tag for tags in session.scalars(select(ReviewRow.tags)) for tag in _texts(tags)})


def _texts(tags: Iterable[object]) -> Iterable[str]:
    return (str(tag) for tag in tags)
