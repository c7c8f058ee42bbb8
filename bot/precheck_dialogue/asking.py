"""The messages that ask: a question with its buttons, an explanation, a doubt, what to change."""

from __future__ import annotations

from typing import Any

from bot.precheck import PrecheckData, load_precheck, question_for
from bot.precheck_dialogue.message import PERSON, Choice, Message, answer_payload, payload
from bot.precheck_dialogue.options import PrecheckOptions, load_options
from bot.precheck_dialogue.saying import in_words, told_of
from bot.precheck_dialogue.state import State
from bot.precheck_dialogue.told import clean

NONE = "geen"
UNKNOWN = "weet_niet"
MOST_CHANGES = 10
CHANGE = "utter_voorcheck_wijzigen"
QUESTIONS = frozenset({
    "utter_voorcheck_eerste", "utter_voorcheck_vraag", "utter_voorcheck_anders", "utter_voorcheck_waarom",
    "utter_voorcheck_uitleg", "utter_voorcheck_uitleg_weer", "utter_voorcheck_twijfel",
})  # fmt: skip
"""The responses around a question (or a doubt): one can take the place of another."""


class Asking:
    """Makes the messages that ask."""

    def __init__(self, data: PrecheckData, options: PrecheckOptions) -> None:
        """Hold the questions and the short words."""
        self._data = data
        self._options = options

    def question(self, state: State, response: str = "utter_voorcheck_vraag", note: str = "", **values: str) -> Message:
        """Return the open question; `note` stands above it."""
        if state.doubt is not None:
            return self.doubt(state, note)
        field = str(state.field)
        question = question_for(field, self._data)
        options: list[Choice] = [(option.label, answer_payload(field, option.value)) for option in question.options]
        if question.multiple:
            options.append((self._options.buttons["none"], answer_payload(field, NONE)))
        number = len(state.asked) + 1
        of = max(state.limit, number)
        card: dict[str, Any] = {
            "type": "voorcheck_vraag", "field": field, "number": number, "of": of,
            "options": [{"title": title, "payload": pressed} for title, pressed in options],
            "multiple": question.multiple,
        }  # fmt: skip
        texts = {
            "stand": self._options.lines["progress"].format(number=number, of=of),
            "noot": note,
            "vraag": question.text,
            "waarom": question.why,
            "hulp": self.help(field),
            "aantal": str(of),
            **values,
        }
        return Message(response, texts, (*options, *self._controls(field)), card=card)

    def doubt(self, state: State, note: str = "") -> Message:
        """Return the friendly question about answers that do not go together."""
        clash = self._data.clashes[str(state.doubt)]
        changes = [self._change(field, self._data.fields[field].label) for field in clash.fields]
        keep = (self._options.buttons["keep"], payload("klopt"))
        stop = (self._options.buttons["stop"], payload("stop"))
        return Message("utter_voorcheck_twijfel", {"noot": note, "vraag": clash.text}, (*changes, keep, stop))

    def unclear(self, state: State) -> Message:
        """Return the question again: with an explanation, and the second time with other ways out."""
        if state.doubt is not None:
            return self.doubt(state)
        if state.misses <= 1:
            return self.question(state, "utter_voorcheck_uitleg")
        message = self.question(state, "utter_voorcheck_uitleg_weer")
        return Message(message.response, message.values, message.choices, followups=(PERSON,), card=message.card)

    def what_to_change(self, state: State) -> Message:
        """Return the answers so far as buttons."""
        profile = clean(state.profile, self._data)
        known = [item for item in told_of(profile) if item.field in self._data.fields][-MOST_CHANGES:]
        choices = [self._change(i.field, in_words(i.field, i.value, self._data, self._options)) for i in known]
        return Message(CHANGE, {}, (*choices, (self._options.buttons["resume"], payload("verder"))))

    def paused(self) -> Message:
        """Return that the questions wait."""
        buttons = self._options.buttons
        choices = ((buttons["resume"], payload("verder")), (buttons["outcome"], payload("uitslag")))
        return Message("utter_voorcheck_gestopt", {}, choices, followups=(PERSON,))

    def waiting(self, note: str = "") -> Message:
        """Return that the questions wait while the parent does something else."""
        return Message("utter_voorcheck_wacht", {"noot": note}, ((self._options.buttons["resume"], payload("verder")),))

    def help(self, field: str) -> str:
        """Return what helps with a question that was not understood."""
        kinds = self._options.help_kinds
        return self._options.help.get(field.partition(".")[0]) or kinds[self._data.fields[field].kind]

    def _controls(self, field: str) -> tuple[Choice, ...]:
        buttons = self._options.buttons
        return (
            (buttons["unknown"], answer_payload(field, UNKNOWN)),
            (buttons["why"], payload("waarom")),
            (buttons["stop"], payload("stop")),
        )

    def _change(self, field: str, label: str) -> Choice:
        return (self._options.buttons["change"].format(label=label), payload("wijzig", field))


def not_busy() -> Message:
    """Return that there is no pre-check, with a button to begin."""
    start = (load_options().buttons["start"], payload("start"))
    return Message("utter_voorcheck_niet_bezig", {}, (start,), followups=(PERSON,))


def waiting() -> Message:
    """Return that the questions wait while the parent does something else."""
    return Asking(load_precheck(), load_options()).waiting()
