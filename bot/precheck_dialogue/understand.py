"""Decide what a message means while there is a pre-check: an answer, an act, or a question that goes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from bot.precheck import PrecheckData, load_precheck
from bot.precheck_dialogue.act import Act, Kind
from bot.precheck_dialogue.message import TOPIC
from bot.precheck_dialogue.options import PrecheckOptions, load_options
from bot.precheck_dialogue.phrases import has_phrase, is_phrase, numbers, words
from bot.precheck_dialogue.reading import chosen_options, read_answer, read_story, yes_or_no
from bot.precheck_dialogue.state import State
from bot.precheck_dialogue.told import DENIED, Told

CRISIS = "crisis"
ACTS: dict[str, Kind] = {
    "pc_waarom": "why", "pc_pauze": "pause", "pc_verder": "resume", "pc_terug": "back", "pc_corrigeren": "correct",
    "pc_uitslag": "outcome", "weet_niet": "unknown",
}  # fmt: skip
"""Acts that the classifier knows."""
LEAVES = frozenset({"mens_spreken", "terugbellen", "afscheid", "gegevens_wissen"})
"""Topics after which the questions wait until the parent asks for them."""
REPEATS_ITSELF = frozenset({"eenvoudiger", "niveau_gewoon", "herhalen"})
"""Topics whose answer is the open question again."""
NO_INTERRUPTION = frozenset({"bevestigen", "ontkennen", TOPIC})
SURE = 0.5
"""How sure the classifier must be of a topic of a message without the form of a question."""
FEW_WORDS = 5


class Heard(NamedTuple):
    """A message as the classifier heard it; `named` are the arrangements it names."""

    text: str
    topic: str
    accepted: bool
    confidence: float
    named: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    """What the parent wrote before, oldest first (for a start)."""


class Understood(NamedTuple):
    """What to do: an act now, or (`after`) once the message has had its own answer. Without an act: nothing of ours."""

    act: Act | None = None
    after: bool = False


def understand(state: State | None, heard: Heard, today: date) -> Understood:
    """Return what a typed message means for the pre-check."""
    return _Listener(load_precheck(), load_options(), today).understand(state, heard)


def start(state: State | None, heard: Heard, today: date) -> Act:
    """Return the act that begins a pre-check with what the parent told before (`heard.earlier`), for a button."""
    return Act("start", _Listener(load_precheck(), load_options(), today).story(heard, state))


def is_question(text: str, options: PrecheckOptions) -> bool:
    """Tell whether a text has the form of a question."""
    start = " ".join(word.text for word in words(text)[:2])
    return "?" in text or any(f"{start} ".startswith(f"{first} ") for first in options.question_starts)


class _Listener:
    def __init__(self, data: PrecheckData, options: PrecheckOptions, today: date) -> None:
        self._data = data
        self._options = options
        self._today = today

    def understand(self, state: State | None, heard: Heard) -> Understood:
        if state is not None and state.waits and state.field and state.doubt is None:
            # Our own labels are a pressed answer, whatever the classifier makes of "angst, somber".
            pressed = chosen_options(state.field, heard.text, self._data)
            if pressed:
                return Understood(Act("answer", tuple(pressed)))
        if heard.topic == CRISIS:
            return Understood()
        if state is not None and state.waits:
            return self._waiting(state, heard)
        act = self._said_act(heard.text)
        if state is not None and act is not None and act.kind in ("resume", "outcome", "excluded"):
            return Understood(act)
        if not heard.accepted:
            return Understood()
        if heard.topic == TOPIC:
            told = self.story(heard, state)
            return Understood(Act("start", told, typed=True, named=heard.named))
        if state is None or heard.topic not in ACTS or heard.topic == "weet_niet":
            return Understood()
        told = tuple(self._read_story(heard.text))
        if heard.topic == "pc_corrigeren" and told:
            return Understood(Act("answer", told, typed=True))
        return Understood(Act(ACTS[heard.topic], typed=True))

    def _waiting(self, state: State, heard: Heard) -> Understood:
        text = heard.text
        if act := self._said_act(text):
            return Understood(act)
        if has_phrase(text, self._options.confused) and heard.topic not in ("pc_corrigeren", "pc_waarom"):
            return Understood(Act("explain"))
        direct = self._direct(state, text)
        others = self._others(direct, text)
        if others and self._is_bare_no(direct, text):
            direct = []
        told = (*direct, *others)
        short = bool(direct) and len(words(text)) <= FEW_WORDS
        if heard.accepted and heard.topic in ACTS and not direct:
            if told and heard.topic in ("pc_corrigeren", "weet_niet"):
                return Understood(Act("answer", told, typed=True))
            if not told:
                return Understood(Act(ACTS[heard.topic], typed=True))
        if heard.accepted and heard.topic == TOPIC and heard.named:
            return Understood(Act("start", told, typed=True, named=heard.named))
        real = heard.topic not in (*ACTS, *NO_INTERRUPTION) and not short
        if real and is_question(text, self._options):
            # A real question is answered first; what it tells on the way counts.
            return self._aside(heard, told)
        if told:
            # A bare "ja" or "nee" needs no "Ik noteer".
            plain = is_phrase(text, (*self._options.said_yes, *self._options.said_no))
            return Understood(Act("answer", told, typed=not plain or not isinstance(told[0].value, bool)))
        if act := self._agreed(state, heard):
            return Understood(act)
        if heard.accepted and heard.topic == "opnieuw_beginnen":
            return Understood(Act("restart"))
        sure = heard.accepted and (heard.confidence >= SURE or heard.topic in LEAVES)
        if sure and heard.topic not in NO_INTERRUPTION:
            return self._aside(heard, ())
        return Understood(Act("unclear", typed=True))

    def _agreed(self, state: State, heard: Heard) -> Act | None:
        """Return what yes or no does, where the open question can be answered so."""
        said = self._yes_or_no(heard)
        if said is None:
            return None
        if state.doubt is not None:
            return Act("keep" if said else "deny", typed=True)
        if state.field and self._data.fields[state.field].kind == "yes_no":
            return Act("answer", (Told(state.field, said),), typed=True)
        return None

    def _said_act(self, text: str) -> Act | None:
        if is_phrase(text, self._options.dont_know):
            return Act("unknown", typed=True)
        for kind in ("why", "back", "pause", "resume", "outcome", "excluded"):
            if is_phrase(text, self._options.acts[kind]):
                return Act(kind, typed=True)
        return None

    def _direct(self, state: State, text: str) -> list[Told]:
        """Return the answer to what was asked."""
        fields = self._data.clashes[state.doubt].fields if state.doubt else (str(state.field),)
        found: list[Told] = []
        for field in fields:
            if state.doubt and yes_or_no(text, self._options) is not None and len(words(text)) <= FEW_WORDS:
                continue  # "nee hoor" answers the doubt, not each of its fields
            found += read_answer(field, text, self._today, self._data, self._options)
        return found

    def _others(self, direct: Sequence[Told], text: str) -> list[Told]:
        """Return answers to other questions in the same text."""
        answered = {told.field for told in direct}
        if answered & {"kenmerken"}:
            answered |= {DENIED}
        found = [told for told in self._read_story(text) if told.field not in answered]
        if any(self._is_number(told) for told in direct) and len(numbers(text)) <= 1:
            # "ongeveer 3 jaar" is how long, and no age as well.
            found = [told for told in found if not self._is_number(told)]
        return found

    def _is_bare_no(self, direct: Sequence[Told], text: str) -> bool:
        """Tell whether only 'nee' answers the question: 'nee, ze is niet hoogbegaafd' is about something else."""
        return len(direct) == 1 and direct[0].value is False and yes_or_no(text, self._options) is False

    def _is_number(self, told: Told) -> bool:
        return told.field in self._data.fields and self._data.fields[told.field].kind == "number"

    def _read_story(self, text: str) -> list[Told]:
        return read_story(text, self._today, self._data, self._options)

    def story(self, heard: Heard, state: State | None) -> tuple[Told, ...]:
        """Return what this message and, for a new pre-check, those before it tell; the latest counts."""
        texts = (heard.text,) if state is not None else (*heard.earlier, heard.text)
        found: dict[str, Told] = {}
        for text in texts:
            found |= {told.field: told for told in self._read_story(text)}
        return tuple(found.values())

    def _yes_or_no(self, heard: Heard) -> bool | None:
        said = yes_or_no(heard.text, self._options)
        if said is None and heard.confidence >= SURE and heard.topic in ("bevestigen", "ontkennen"):
            return heard.topic == "bevestigen"
        return said

    @staticmethod
    def _aside(heard: Heard, told: tuple[Told, ...]) -> Understood:
        """Let another answer go first, and come back afterwards where that helps."""
        if heard.accepted and heard.topic in (LEAVES | REPEATS_ITSELF):
            return Understood()
        return Understood(Act("repeat", told, typed=True), after=True)
