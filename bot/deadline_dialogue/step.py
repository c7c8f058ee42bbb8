"""Move a deadline question one act on. Pure: a state and an act in, a state and messages out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec.structs import replace

from bot.deadline_dialogue.state import Act, State
from bot.deadline_dialogue.words import load_deadline_words
from bot.deadlines.calendar import in_words
from bot.deadlines.dutch import FoundDate, find_dates
from bot.deadlines.rules import Deadline, DeadlineError, compute
from bot.knowledge.deadlines import Rule, deadline_rules
from bot.knowledge.levels import Level
from bot.precheck_dialogue.message import Choice, Message
from bot.precheck_dialogue.phrases import has_phrase

TOPIC = "termijn_berekenen"
AFTER_SIX_WEEKS = "zorgplicht_besluit"
AFTER_TEN_WEEKS = "zorgplicht_tijdelijke_plaatsing"

Turn = tuple[State | None, list[Message]]


def step(state: State | None, act: Act, today: date, level: Level = "b1") -> Turn:
    """Return the state after an act, and what to say at a language level; the messages are empty where there is nothing to do."""
    return _Stepper(today, level).step(state, act)


def payload(value: str) -> str:
    """Return the payload of a button of the deadline question."""
    return f"termijn:{value}"


def rule_in(text: str) -> str | None:
    """Return the deadline that a text speaks of, or None."""
    for name, rule in load_deadline_words().rules.items():
        if all(has_phrase(text, group) for group in rule.words):
            return name
    return None


class _Stepper:
    def __init__(self, today: date, level: Level) -> None:
        self._today = today
        self._level: Level = level
        self._words = load_deadline_words()
        self._rules = deadline_rules(level)

    def step(self, state: State | None, act: Act) -> Turn:
        if act.kind == "start":
            return self._next(self._heard(State(rule=self._rule_of_topic(act.topic)), act.text))
        if act.kind == "rule":
            return self._next(replace(state or State(), rule=act.value, extended=False, misses=0))
        if state is None:
            return None, []
        if act.kind == "stop":
            return None, [Message("utter_termijn_gestopt", topic=TOPIC)]
        if act.kind == "unknown":
            return None, [Message("utter_termijn_weet_niet", topic=TOPIC)]
        if act.kind == "date":
            return self._next(replace(state, date=act.value))
        if act.kind == "extended":
            return self._next(replace(state, extended=True))
        if act.kind == "again":
            return self._next(state)
        if act.kind == "other_date":
            return self._next(replace(state, date=None, text="", doubted=None, extended=False))
        return self._answer(state, act)

    def _answer(self, state: State, act: Act) -> Turn:
        if act.kind == "answer":
            return self._next(self._heard(state, act.text))
        if act.kind == "repeat":
            # Ask plainly: what was odd about a date was said already.
            return self._next(replace(state, text="", doubted=None), self._words.lines["back"])
        if act.kind == "yes" and state.doubted:
            return self._next(replace(state, date=state.doubted))
        if act.kind == "no" and state.doubted:
            return self._next(replace(state, doubted=None, text=""))
        return self._unclear(replace(state, misses=state.misses + 1))

    def _heard(self, state: State, text: str) -> State:
        """Take in what a text says: rule, date, and whether the other side takes longer."""
        rule = rule_in(text)
        if rule is not None and (state.rule is None or not state.waits):
            state = replace(state, rule=rule)
        if find_dates(text, self._today):
            state = replace(state, text=text, date=None, doubted=None)
        extended = state.extended or has_phrase(text, self._words.extended)
        return replace(state, extended=extended, misses=0)

    def _next(self, state: State, note: str = "") -> Turn:
        """Ask what is missing, or answer."""
        state = replace(state, waits=True)
        if state.rule is None:
            return state, [self._which_rule(note)]
        if state.date is None:
            return self._find_date(state, note)
        return self._result(state, date.fromisoformat(state.date))

    def _find_date(self, state: State, note: str) -> Turn:
        rule = self._rules[str(state.rule)]
        found = find_dates(state.text, self._today, "future" if rule.direction == "before" else "past")
        exact = {item.value for item in found if item.certainty == "exact" and item.value}
        if len(exact) == 1:
            return self._result(state, exact.pop())
        if len(exact) > 1:
            choices = self._dates(sorted(exact))
            return state, [self._message("utter_termijn_welke_datum", {"wat": rule.from_event}, choices)]
        if not found:
            response = "utter_termijn_datum_straks" if rule.direction == "before" else "utter_termijn_datum"
            return state, [self._message(response, {"noot": note, "wat": rule.from_event}, self._stop())]
        return self._about_date(state, rule, found[0])

    def _about_date(self, state: State, rule: Rule, found: FoundDate) -> Turn:
        """Ask about a date that lies ahead, has no year, is vague or cannot be."""
        values = {"datum": found.text, "wat": rule.from_event}
        if found.certainty == "future" and found.value is not None:
            values["datum"] = _capital(in_words(found.value))
            state = replace(state, doubted=found.value.isoformat())
            return state, [self._message("utter_termijn_toekomst", values, self._sure(found.value))]
        if found.candidates:
            choices = self._dates(found.candidates)
            return state, [self._message("utter_termijn_jaar", values, choices)]
        response = "utter_termijn_onmogelijk" if found.certainty == "impossible" else "utter_termijn_vaag"
        return state, [self._message(response, values, self._stop())]

    def _result(self, state: State, start: date) -> Turn:
        rule = self._rules[str(state.rule)]
        if rule.direction == "before" and start < self._today and state.doubted != start.isoformat():
            values = {"datum": _capital(in_words(start)), "wat": rule.from_event}
            state = replace(state, doubted=start.isoformat(), date=None)
            return state, [self._message("utter_termijn_verleden", values, self._sure(start))]
        try:
            extended = state.extended and rule.extension is not None
            deadline = compute(str(state.rule), start, extended, self._today, self._level)
        except DeadlineError:
            values = {"datum": in_words(start), "wat": rule.from_event}
            asks = replace(state, date=None, doubted=None, text="")
            return asks, [self._message("utter_termijn_onmogelijk", values, self._stop())]
        state = replace(state, date=start.isoformat(), doubted=None, waits=False, misses=0)
        response = "utter_termijn_voorbij" if deadline.what_after else "utter_termijn_antwoord"
        values = {"tekst": deadline.text, "daarna": deadline.what_after}
        message = Message(
            response, values, self._after(deadline, rule), (deadline.source,),
            self._words.rules[deadline.rule].followups, self._card(deadline), TOPIC,
        )  # fmt: skip
        return state, [message]

    def _after(self, deadline: Deadline, rule: Rule) -> tuple[Choice, ...]:
        buttons = self._words.buttons
        choices: list[Choice] = []
        if rule.extension and not deadline.extended and deadline.phase in ("before", "at", "between"):
            choices.append((buttons["extended"], payload("verlengd")))
        if deadline.rule == AFTER_SIX_WEEKS:
            choices.append((buttons["temporary_place"], payload(AFTER_TEN_WEEKS)))
        return (*choices, (buttons["other_date"], payload("andere_datum")))

    def _unclear(self, state: State) -> Turn:
        if state.rule is None:
            return state, [self._which_rule("")]
        response = "utter_termijn_uitleg" if state.misses <= 1 else "utter_termijn_uitleg_weer"
        return state, [self._message(response, {"wat": self._rules[state.rule].from_event}, self._stop())]

    def _which_rule(self, note: str) -> Message:
        choices = [(self._rules[name].title, payload(name)) for name in self._rules]
        return self._message("utter_termijn_welke", {"noot": note}, (*choices, *self._stop()))

    def _rule_of_topic(self, topic: str) -> str | None:
        rules = self._words.rules
        return next((name for name, rule in rules.items() if topic and topic in rule.topics), None)

    def _dates(self, dates: Sequence[date]) -> tuple[Choice, ...]:
        choices = [(in_words(day), payload(f"datum.{day.isoformat()}")) for day in dates]
        return (*choices, *self._stop())

    def _sure(self, day: date) -> tuple[Choice, ...]:
        right = self._words.buttons["right"].format(date=in_words(day))
        return ((right, payload(f"datum.{day.isoformat()}")), *self._stop())

    def _stop(self) -> tuple[Choice, ...]:
        return ((self._words.buttons["stop"], payload("stop")),)

    @staticmethod
    def _message(response: str, values: dict[str, str], choices: tuple[Choice, ...]) -> Message:
        return Message(response, values, choices, topic=TOPIC)

    def _card(self, deadline: Deadline) -> dict[str, Any]:
        """Return the timeline as data; the web side makes the calendar file from rule, date and extension."""
        return {
            "type": "termijn",
            "rule": deadline.rule,
            "title": deadline.title,
            "from": deadline.from_.isoformat(),
            "until": deadline.until.isoformat(),
            "extended_until": deadline.extended_until.isoformat() if deadline.extended_until else None,
            "extended": deadline.extended,
            "today": self._today.isoformat(),
            "phase": deadline.phase,
            "timeline": [
                {"kind": event.kind, "date": event.day.isoformat(), "label": event.label, "text": in_words(event.day)}
                for event in deadline.events
            ],
            "sources": [deadline.source],
        }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
