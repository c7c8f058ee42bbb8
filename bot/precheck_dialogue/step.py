"""Move the pre-check one act on. Pure: a state and an act in, a state and messages out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from bot.knowledge.levels import Level
from bot.precheck import PrecheckData, Profile, ProfileError, consistency, evaluate, load_precheck, next_question
from bot.precheck.derive import sector
from bot.precheck.profile import value_of
from bot.precheck.questions import ENOUGH_QUESTIONS
from bot.precheck_dialogue.act import Act
from bot.precheck_dialogue.asking import Asking
from bot.precheck_dialogue.message import Message
from bot.precheck_dialogue.options import PrecheckOptions, load_options
from bot.precheck_dialogue.outcome import Outcome
from bot.precheck_dialogue.saying import told_in_words
from bot.precheck_dialogue.state import State
from bot.precheck_dialogue.told import Told, apply, clean, forget, plain

OLDEST_WITHOUT_ADVICE = 10
MORE_QUESTIONS = 4
"""How many questions come after the result when the parent wants to be surer."""

Turn = tuple[State | None, list[Message]]


def step(state: State | None, act: Act, today: date, level: Level = "b1") -> Turn:
    """Return the state after an act, and what to say at a language level.

    Without a pre-check (`state` None) only `start` and `restart` do something; the messages are then empty.
    """
    return _Stepper(load_precheck(level=level), load_options(), today).step(state, act)


class _Stepper:
    def __init__(self, data: PrecheckData, options: PrecheckOptions, today: date) -> None:
        self._data = data
        self._options = options
        self._today = today
        self._asking = Asking(data, options)

    def step(self, state: State | None, act: Act) -> Turn:
        if act.kind == "restart":
            return self._ask(State(), self._options.lines["restarted"])
        if act.kind == "start":
            return self._start(state, act)
        if state is None:
            return None, []
        if act.kind in ("pause", "correct", "outcome", "excluded"):
            return self._aside(state, act)
        if act.kind in ("resume", "more"):
            return self._resume(state, act)
        if act.kind == "back":
            return self._back(state)
        if act.kind in ("answer", "repeat"):
            return self._answer(state, act)
        if act.kind == "change":
            return self._change(state, [act.field])
        return self._on_question(state, act)

    def _start(self, state: State | None, act: Act) -> Turn:
        if state is not None and state.status == "loopt" and state.waits:
            named = tuple(dict.fromkeys((*state.named, *act.named)))
            return self._answer(replace(state, named=named), act)
        if state is not None and state.status == "gepauzeerd":
            return self._resume(replace(state, named=act.named or state.named), act)
        again = state is not None and bool(act.named)
        if state is not None and again:
            # "En past klASS dan?" after a result: the same child, another arrangement.
            state = replace(state, status="loopt", named=act.named, limit=len(state.asked) + ENOUGH_QUESTIONS)
        else:
            state = State(named=act.named)
        state = self._with(state, act.told)
        known = told_in_words(act.told, self._data, self._options)
        note = self._options.lines["known"].format(told=known) if known else ""
        return self._ask(state, note, response="utter_voorcheck_vraag" if again else "utter_voorcheck_eerste")

    def _aside(self, state: State, act: Act) -> Turn:
        if act.kind == "pause":
            return replace(state, status="gepauzeerd"), [self._asking.paused()]
        if act.kind == "correct":
            return state, [self._asking.what_to_change(state)]
        if act.kind == "excluded":
            return state, [self._outcome(state).excluded()]
        return self._finish(self._with(state, act.told))

    def _resume(self, state: State, act: Act) -> Turn:
        if state.status == "klaar" or (act.kind == "more" and not state.waits):
            limit = max(state.limit, len(state.asked)) + MORE_QUESTIONS
            return self._ask(replace(state, status="loopt", limit=limit, named=()), "")
        note = self._options.lines["resumed"] if state.status == "gepauzeerd" else ""
        state = self._with(replace(state, status="loopt"), act.told)
        if state.waits and not self._known(state, str(state.field)):
            return state, [self._asking.question(state, note=note)]
        return self._ask(state, note)

    def _back(self, state: State) -> Turn:
        if not state.history:
            if state.waits:
                return replace(state, status="loopt"), [self._asking.question(state)]
            return self._ask(replace(state, status="loopt"), "")
        last = state.history[-1]
        state = replace(
            state, status="loopt", profile=last.profile, asked=last.asked, field=last.field, doubt=None, misses=0,
            history=state.history[:-1],
        )  # fmt: skip
        return state, [self._asking.question(state)]

    def _answer(self, state: State, act: Act) -> Turn:
        """Take answers; `repeat` and a start halfway come back to the open question."""
        repeats = act.kind != "answer"
        if repeats and not act.told:
            note = self._options.lines["back"] if act.kind == "repeat" else ""
            return state, [self._asking.question(state, note=note)]
        before = self._profile(state)
        known_before = [item for item in act.told if value_of_told(before, item) is not None]
        was_done = state.status == "klaar"
        moved = self._with(replace(state, history=state.remembered()), act.told)
        note = self._note(act, corrected=bool(known_before))
        if moved.status == "gepauzeerd":
            return moved, [self._asking.waiting(note)]
        if was_done:
            return self._ask(moved, note) if self._doubt(moved) else self._finish(moved, note)
        return self._ask(moved, note)

    def _change(self, state: State, fields: Sequence[str]) -> Turn:
        profile = self._profile(state)
        for field in fields:
            profile = forget(profile, field)
        asked = tuple(name for name in state.asked if name not in fields)
        state = replace(
            state, status="loopt", profile=plain(profile), asked=asked, field=fields[0], doubt=None, misses=0,
            history=state.remembered(),
        )  # fmt: skip
        return state, [self._asking.question(state)]

    def _on_question(self, state: State, act: Act) -> Turn:
        """Handle what only makes sense while a question waits."""
        if not state.waits:
            return self._resume(state, act)
        if state.doubt is not None:
            return self._on_doubt(state, act)
        if act.kind == "unknown":
            field = act.field or str(state.field)
            asked = tuple(dict.fromkeys((*state.asked, field)))
            waiting = state.field if field != state.field else None
            return self._ask(replace(state, asked=asked, field=waiting, history=state.remembered(), misses=0), "")
        if act.kind in ("why", "explain"):
            response = "utter_voorcheck_waarom" if act.kind == "why" else "utter_voorcheck_anders"
            return replace(state, misses=0), [self._asking.question(state, response)]
        state = replace(state, misses=state.misses + 1)
        return state, [self._asking.unclear(state)]

    def _on_doubt(self, state: State, act: Act) -> Turn:
        """Settle a doubt: keep the answers, or change those that 'ja' or 'nee' say are wrong."""
        rule = str(state.doubt)
        settled = replace(state, doubt=None, settled=(*state.settled, rule), misses=0)
        if act.kind == "unknown":
            return self._ask(settled, "")
        answers = self._options.doubts[rule]
        changes = {"keep": answers.if_yes, "deny": answers.if_no}.get(act.kind)
        if act.kind == "keep" and act.field == "button":
            changes = {}
        if changes is None:
            state = replace(state, misses=state.misses + 1)
            return state, [self._asking.unclear(state)]
        if not changes:
            return self._ask(settled, self._options.lines["unchanged"])
        profile, again = self._profile(state), [field for field, value in changes.items() if value is None]
        profile = apply(profile, [Told(f, v) for f, v in changes.items() if v is not None], self._options)
        changed = replace(state, doubt=None, profile=plain(profile), misses=0)
        return self._change(changed, again) if again else self._ask(changed, "")

    def _ask(self, state: State, note: str, response: str = "utter_voorcheck_vraag") -> Turn:
        """Ask about a doubt, else the question that is open or comes next, else give the result."""
        profile = self._profile(state)
        if doubt := self._doubt(state):
            state = replace(state, status="loopt", doubt=doubt, misses=0)
            return state, [self._asking.question(state, note=note)]
        state = replace(state, doubt=None)
        results = evaluate(profile, self._data)
        if state.named:
            results = [result for result in results if result.arrangement in state.named]
        open_fields = {field for result in results for field in result.missing}
        if state.field is None or self._known(state, state.field) or state.field not in open_fields:
            skipped = {"niveau"} if _too_young_for_level(profile) else set()
            asked = frozenset(state.asked) | skipped
            question = next_question(profile, results, asked, self._data, state.limit + len(asked) - len(state.asked))
            state = replace(state, field=question.field if question else None)
        if state.field is None:
            return self._finish(state, note)
        return state, [self._asking.question(state, response, note)]

    def _finish(self, state: State, note: str = "") -> Turn:
        state = replace(state, status="klaar", field=None, doubt=None, misses=0)
        return state, self._outcome(state).messages(self._today, note)

    def _outcome(self, state: State) -> Outcome:
        return Outcome(state, evaluate(self._profile(state), self._data), self._data, self._options)

    def _with(self, state: State, told: Sequence[Told]) -> State:
        """Return the state with answers; those that do not fit their field are left out."""
        profile = self._profile(state)
        asked, field = state.asked, state.field
        for item in told:
            try:
                profile = apply(profile, [item], self._options)
            except ProfileError:
                continue
            answers = item.field == field or (field == "kenmerken" and item.field == "geen_kenmerken")
            if answers and field is not None:
                asked, field = (*asked, field), None
        return replace(state, profile=plain(profile), asked=tuple(dict.fromkeys(asked)), field=field, misses=0)

    def _note(self, act: Act, corrected: bool) -> str:
        """Say how typed words were read."""
        lines = self._options.lines
        said = told_in_words(act.told, self._data, self._options)
        note = ""
        if said and act.typed:
            note = lines["changed" if corrected else "noted"].format(told=said)
        return f"{note} {lines['back']}".strip() if act.kind == "repeat" else note

    def _doubt(self, state: State) -> str | None:
        doubts = consistency(self._profile(state), self._data)
        return next((doubt.rule for doubt in doubts if doubt.rule not in state.settled), None)

    def _known(self, state: State, field: str) -> bool:
        return self._profile(state).answered(field)

    def _profile(self, state: State) -> Profile:
        return clean(state.profile, self._data)


def _too_young_for_level(profile: Profile) -> bool:
    """Tell whether a child has no level or advice yet: the lower groups of primary school."""
    return sector(profile, "po").value is True and profile.groep != 8 and (profile.leeftijd or 0) <= OLDEST_WITHOUT_ADVICE


def value_of_told(profile: Profile, item: Told) -> object:
    """Return what the profile held for a field before."""
    return value_of(profile, item.field)
