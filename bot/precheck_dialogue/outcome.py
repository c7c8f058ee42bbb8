"""The messages of the result: what seems to fit and why, what may fit, what does not, and what to do this week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.knowledge.arrangements import Arrangement
from bot.knowledge.info import button_title, with_contact
from bot.precheck import PrecheckData, Profile, Reason, Result, best_fits, rank
from bot.precheck.ranking import criterion_use
from bot.precheck.wording import join
from bot.precheck_dialogue.message import PERSON, TOPIC, Choice, Message, payload
from bot.precheck_dialogue.options import PrecheckOptions
from bot.precheck_dialogue.state import State
from bot.precheck_dialogue.told import clean, plain

MOST, MOST_MAYBE, MOST_NO = 3, 3, 6
REASONS = {1: 3, 2: 2, 3: 2}
"""Reasons per arrangement by how many fit, so that a message stays short."""
MOST_UNKNOWN = 2
EXCLUDED = "utter_voorcheck_niet"


class Outcome:
    """Makes the messages of the result of a profile on a day."""

    def __init__(self, state: State, results: Sequence[Result], data: PrecheckData, options: PrecheckOptions) -> None:
        """Sort the results; arrangements that the parent asked about come first."""
        self._state = state
        self._data = data
        self._options = options
        self._profile: Profile = clean(state.profile, data)
        self._use = criterion_use(data)
        ranked = rank(results, data)
        named = [result for result in ranked if result.arrangement in state.named]
        fits = [r for r in named if r.outcome == "past"] + best_fits(results, data, len(results))
        self.fits = list({r.arrangement: r for r in fits}.values())[:MOST]
        maybe = [r for r in (*named, *ranked) if r.outcome == "misschien"]
        self.maybe = list({r.arrangement: r for r in maybe}.values())[:MOST_MAYBE]
        self.named_no = [r for r in named if r.outcome == "past_niet"]
        self.no = self.named_no + [r for r in ranked if r.outcome == "past_niet" and r not in self.named_no]

    def messages(self, today: date, note: str = "") -> list[Message]:
        """Return the result: what fits, what may fit, what to do now."""
        parts = [self._first(today, note)]
        if self.maybe:
            lines = [self._maybe(result) for result in self.maybe]
            values = {"lijst": "\n".join(f"- {line}" for line in lines)}
            parts.append(Message("utter_voorcheck_misschien", values, sources=self._sources(self.maybe)))
        parts.append(self._now(today))
        return parts

    def excluded(self) -> Message:
        """Return what does not fit, each with the condition that says no."""
        lines = [f"- {self._name(r)}: {self._decisive(r).text}" for r in self.no[:MOST_NO]]
        buttons = self._options.buttons
        choices = ((buttons["correct"], payload("wijzig")), (buttons["outcome"], payload("uitslag")))
        response = EXCLUDED if lines else "utter_voorcheck_niets_uitgesloten"
        return Message(response, {"lijst": "\n".join(lines)}, choices, self._sources(self.no[:MOST_NO]), (PERSON,))

    def _first(self, today: date, note: str) -> Message:
        card = self._card(today)
        no = "\n".join(f"{self._name(r)}: {self._decisive(r).text}" for r in self.named_no)
        values = {"noot": note, "niet": no, "lijst": "\n\n".join(self._fits())}
        shown = [*self.fits, *self.named_no]
        if self.fits:
            return Message("utter_voorcheck_uitslag", values, sources=self._sources(shown), card=card)
        response = "utter_voorcheck_uitslag_onzeker" if self.maybe else "utter_voorcheck_uitslag_geen"
        return Message(response, values, sources=self._sources(shown), card=card)

    def _fits(self) -> list[str]:
        lines = self._options.lines
        most = REASONS[len(self.fits)] if self.fits else 0
        blocks: list[str] = []
        said: set[str] = set()
        for number, result in enumerate(self.fits, start=1):
            texts = [reason.text for reason in self._best_reasons(result)]
            # What holds for more of them is said once; each keeps at least one reason.
            texts = ([text for text in texts if text not in said] or texts[:1])[:most]
            said.update(texts)
            reasons = [lines["reason"].format(text=text) for text in texts]
            blocks.append("\n".join([lines["fit"].format(number=number, name=self._name(result)), *reasons]))
        return blocks

    def _now(self, today: date) -> Message:
        looked_at = [self._arrangement(r) for r in (self.fits or self.maybe[:1])]
        buttons = self._options.buttons
        choices: list[Choice] = [
            (button_title(arrangement.name), f"arrangement:{arrangement.id}") for arrangement in looked_at
        ]
        if self.maybe:
            choices.append((buttons["more"], payload("verder")))
        if self.no:
            choices.append((buttons["excluded"], payload("niet")))
        choices.append((buttons["correct"], payload("wijzig")))
        if not looked_at:
            return Message("utter_voorcheck_nu_mens", {}, tuple(choices), followups=(PERSON,))
        values = {
            "aanvraag": self._shared([(a, a.applicant) for a in looked_at], "applicant", today),
            "deze_week": self._shared([(a, a.this_week) for a in looked_at], "this_week", today),
        }
        sources = tuple(dict.fromkeys(s for a in looked_at for s in self._data.routes[a.route].sources))
        return Message("utter_voorcheck_nu", values, tuple(choices), sources, (PERSON,))

    def _shared(self, texts: Sequence[tuple[Arrangement, str]], line: str, today: date) -> str:
        """Return what holds for each arrangement, once where it is the same."""
        lines = self._options.lines
        if len({text for _, text in texts}) == 1:
            said = lines["of_all"].format(text=texts[0][1])
        else:
            # The same words for more arrangements stand once, under the names of all of them.
            names: dict[str, list[str]] = {}
            for arrangement, text in texts:
                names.setdefault(text, []).append(arrangement.name.split(" (")[0])
            parts = [lines["of_one"].format(name=join(who, "en"), text=text) for text, who in names.items()]
            said = "\n".join(lines["reason"].format(text=part) for part in parts)
            return with_contact(f"{lines[line].format(text='').rstrip()}\n{said}", today)
        return with_contact(lines[line].format(text=said), today)

    def _maybe(self, result: Result) -> str:
        """Return what is not known yet; where nothing is missing, a person decides."""
        lines = self._options.lines
        unknown = [reason.text for reason in result.reasons if reason.value is None]
        text = " ".join(unknown[:MOST_UNKNOWN]) or lines["person_decides"]
        return lines["maybe"].format(name=self._name(result), text=text)

    def _best_reasons(self, result: Result) -> list[Reason]:
        """Return the conditions that are met, those that few arrangements ask first."""
        met = [reason for reason in result.reasons if reason.value is True]
        return sorted(met, key=lambda reason: self._use[reason.criterion])

    @staticmethod
    def _decisive(result: Result) -> Reason:
        return next(reason for reason in result.reasons if reason.value is False)

    def _arrangement(self, result: Result) -> Arrangement:
        return self._data.arrangements[result.arrangement]

    def _name(self, result: Result) -> str:
        return self._arrangement(result).name

    def _sources(self, results: Sequence[Result]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(source for r in results for source in self._arrangement(r).sources))

    def _card(self, today: date) -> dict[str, Any]:
        """Return the result as data, for the widget and the page that can be printed."""
        shown = [*self.fits, *self.maybe]
        return {
            "type": "voorcheck_uitslag",
            "topic": TOPIC,
            "fits": [self._entry(r, [reason.text for reason in self._best_reasons(r)[:3]], today) for r in self.fits],
            "maybe": [self._entry(r, [x.text for x in r.reasons if x.value is None], today) for r in self.maybe],
            "no": [self._entry(r, [self._decisive(r).text], today) for r in self.no],
            "profile": plain(self._profile),
            "date": today.isoformat(),
            "sources": list(self._sources(shown)),
        }  # fmt: skip

    def _entry(self, result: Result, reasons: list[str], today: date) -> dict[str, Any]:
        arrangement = self._arrangement(result)
        return {
            "arrangement": arrangement.id,
            "name": arrangement.name,
            "reasons": reasons,
            "missing": list(result.missing),
            "applicant": with_contact(arrangement.applicant, today),
            "this_week": with_contact(arrangement.this_week, today),
        }
