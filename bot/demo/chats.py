"""Invented conversations, made of the script and of the real answers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot.demo.script import Script
from bot.knowledge.answers import Answer, Level, collapse, fill, load_answers, sources_of
from bot.knowledge.topics import contact_values, load_topics
from bot.storage.models import FeedbackRow, MessageRow, ParseRow

PREFIX = "demo-"
"""Every id of an invented conversation begins so: that is how `--remove` finds them. Real ids are longer and random."""


@dataclass
class Chat:
    """A conversation in the making. `weak`: messages that a reviewer will see, with what they should have been."""

    id: str
    moment: datetime
    dice: random.Random
    rows: list[Any] = field(default_factory=list)
    position: int = 0
    level: Level = "b1"
    weak: list[tuple[str, str, str | None, str | None, str | None]] = field(default_factory=list)

    def wait(self, least: float, most: float) -> None:
        """Let time pass, in seconds."""
        self.moment += timedelta(seconds=self.dice.uniform(least, most))

    def say(self, author: str, text: str, **fields: Any) -> str:
        """Add a message; return its id."""
        self.position += 1
        message_id = f"{self.id}-{self.position}"
        self.rows.append(
            MessageRow(
                id=message_id, conversation_id=self.id, position=self.position, author=author, text=text,
                created_at=self.moment, **{"buttons": [], "sources": [], **fields},
            )
        )
        return message_id

    def hear(
        self, text: str, ranking: list[tuple[str, float]], accepted: bool, language: str = "nl", payload: str | None = None
    ) -> str:
        """Add a message of the parent with how it was understood; return its id."""
        self.wait(20, 140)
        message_id = self.say("ouder", text, payload=payload)
        self.rows.append(
            ParseRow(
                message_id=message_id, topic=ranking[0][0], confidence=ranking[0][1], accepted=accepted,
                ranking=[list(entry) for entry in ranking], entities=[], language=language, level=self.level,
                engine_ms=int(self.dice.lognormvariate(4.4, 0.4)),
            )
        )
        self.wait(0.15, 0.9)
        if self.dice.random() < 0.04:
            self.wait(2, 7)
        return message_id

    def answer(self, topic: str) -> str:
        """Answer a topic with its real answer at the level of the conversation; return the id of the message."""
        found = load_answers().for_topic(topic, self.level)
        return self.say("bot", text_of(found), topic=topic, level=found.level, buttons=_buttons(found.followups),
                        sources=[msgspec.to_builtins(source) for source in sources_of(found)])  # fmt: skip

    def ask_back(self, likely: tuple[str, ...]) -> str:
        """Ask which topic was meant."""
        found = load_answers().get("utter_bedoel_je")
        return self.say("bot", text_of(found), level=self.level, buttons=_buttons(likely))

    def thumb(self, message_id: str, thumb: int) -> None:
        """Give a thumb."""
        self.rows.append(
            FeedbackRow(message_id=message_id, thumb=thumb, created_at=self.moment + timedelta(seconds=self.dice.uniform(5, 40)))
        )


def text_of(answer: Answer) -> str:
    """Return an answer as a parent reads it."""
    return collapse(fill(answer.text, contact_values_of_now()))


def contact_values_of_now() -> dict[str, str]:
    """Return the values of today: an old message would have had others, but demo data shows what is said now."""
    from bot.clock import today

    return contact_values(today())


def greet(chat: Chat) -> None:
    """Add the greeting."""
    found = load_answers().get("utter_start")
    chat.say("bot", text_of(found), buttons=_buttons(found.followups))


def talk(chat: Chat, script: Script) -> None:
    """Let a parent ask, one to four questions."""
    greet(chat)
    dice = chat.dice
    for number in range(dice.choices((1, 2, 3, 4), (45, 32, 15, 8))[0]):
        kinds = ("known", "button", "unclear", "mistaken", "outside", "foreign")
        kind = dice.choices(kinds, (58, 16 if number else 8, 9, 5, 5, 7))[0]
        _ask(chat, script, kind)
        if dice.random() < 0.06:
            _simpler(chat)
    if dice.random() < 0.04:
        chat.hear(dice.choice(script.annoyed), ranked(dice, "frustratie", 0.82), True)
        chat.answer("frustratie")
    elif dice.random() < 0.2:
        chat.hear(dice.choice(script.thanks), ranked(dice, "bedanken", 0.95), True)
        chat.answer("bedanken")


def _ask(chat: Chat, script: Script, kind: str) -> None:
    """Ask one thing, and answer it as the assistant would."""
    dice = chat.dice
    if kind == "unclear":
        unclear = dice.choice(script.unclear)
        first = round(dice.uniform(0.14, 0.38), 4)
        ranking = list(zip(unclear.likely, (first, round(first * 0.7, 4), round(first * 0.4, 4)), strict=True))
        message = chat.hear(unclear.text, ranking, False)
        chat.ask_back(unclear.likely)
        chat.weak.append((message, unclear.text, unclear.likely[0], unclear.meant, unclear.new))
        if unclear.meant and dice.random() < 0.4:
            _press(chat, unclear.meant)
    elif kind == "mistaken":
        wrong = dice.choice(script.mistaken)
        message = chat.hear(wrong.text, ranked(dice, wrong.topic, dice.uniform(0.42, 0.66), also=wrong.meant), True)
        shown = chat.answer(wrong.topic)
        chat.weak.append((message, wrong.text, wrong.topic, wrong.meant, None))
        if dice.random() < 0.55:
            chat.thumb(shown, -1)
    elif kind == "outside":
        chat.hear(dice.choice(script.outside), ranked(dice, "buiten_bereik", dice.uniform(0.5, 0.95)), True)
        chat.answer("buiten_bereik")
    elif kind == "foreign":
        foreign = dice.choice(script.other_languages)
        chat.hear(foreign.text, ranked(dice, foreign.topic, dice.uniform(0.55, 0.9)), True, foreign.language)
        chat.answer(foreign.topic)
    elif kind == "button":
        _press(chat, dice.choice(_offered(chat) or list(script.questions)))
    else:
        names = list(script.questions)
        topic = dice.choices(names, [script.questions[name].weight for name in names])[0]
        chat.hear(dice.choice(script.questions[topic].texts), ranked(dice, topic, min(0.99, dice.betavariate(9, 1.4))), True)
        shown = chat.answer(topic)
        if dice.random() < 0.16:
            chat.thumb(shown, dice.choices((1, -1), (80, 20))[0])
        if dice.random() < 0.04:
            chat.hear(dice.choice(script.questions[topic].texts), ranked(dice, topic, 0.8), True)
            chat.answer(topic)


def _press(chat: Chat, topic: str) -> None:
    """Press the button of a topic."""
    chat.hear(load_topics().topics[topic].title, [(topic, 1.0)], True, payload=f"topic:{topic}")
    chat.answer(topic)


def _simpler(chat: Chat) -> None:
    """Ask for simpler words; what follows is at A2 where there is such an answer."""
    chat.hear("kan het makkelijker", ranked(chat.dice, "eenvoudiger", 0.93), True)
    chat.level = "a2"
    chat.say("bot", text_of(load_answers().get("utter_eenvoudiger")), topic="eenvoudiger", level="b1")


def _offered(chat: Chat) -> list[str]:
    """Return the topics on the last buttons that have an answer of their own."""
    last = next((row for row in reversed(chat.rows) if isinstance(row, MessageRow) and row.buttons), None)
    names = [str(b["payload"]).removeprefix("topic:") for b in last.buttons] if last else []
    return [name for name in names if load_answers().has(load_topics().response(name)) and name != "mens_spreken"]


def ranked(dice: random.Random, topic: str, confidence: float, also: str | None = None) -> list[tuple[str, float]]:
    """Return a ranking with a topic on top and others of its group below it."""
    topics = load_topics().topics
    group = [name for name, entry in topics.items() if entry.group == topics[topic].group and name not in (topic, also)]
    others = ([also] if also else []) + dice.sample(group, min(4, len(group)))
    found, left = [(topic, round(confidence, 4))], 1 - confidence
    for name in others[:4]:
        left *= 0.5
        found.append((name, round(left, 4)))
    return sorted(found, key=lambda entry: -entry[1]) if also is None else found


def _buttons(topic_ids: tuple[str, ...]) -> list[dict[str, str]]:
    """Return buttons of topics."""
    topics = load_topics().topics
    return [{"title": topics[name].title, "payload": f"topic:{name}"} for name in topic_ids]
