"""What a message means in its conversation: an answer to the question that waits, or what the classifier heard.

Before Rasa handles a message, `in_context` looks at the slots `voorcheck` and `termijn`. Where a question waits, or a
topic starts one, it puts an act under DIALOGUE_ACT into the parse data, with the intent whose rule runs the action.
Where another answer goes first, the act waits: `afterwards` gives it once the answer is there, for the intent REPEAT.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Dict, Optional, Tuple

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot import deadline_dialogue, precheck_dialogue
from bot.engine.nlu.parse_fields import ACCEPTED, RANKING, TOPIC, intent_fields
from bot.engine.payloads import DIALOGUE_ACT, PAYLOAD
from bot.knowledge.describe_arrangement import chosen_arrangements
from bot.knowledge.info import Mention
from bot.precheck_dialogue.act import Act, to_plain
from bot.precheck_dialogue.message import TOPIC as PRECHECK_TOPIC
from bot.precheck_dialogue.understand import ACTS, LEAVES, REPEATS_ITSELF, Heard

PRECHECK, DEADLINE = "voorcheck", "termijn"
"""The slots, and whose an act is (`of`)."""
REPEAT = "vraag_herhalen"
CRISIS = "crisis"
START_INTENTS = {PRECHECK: PRECHECK_TOPIC, DEADLINE: deadline_dialogue.TOPIC}
ANSWER_INTENTS = {PRECHECK: "pc_antwoord", DEADLINE: "termijn_antwoord"}
INTENTS_OF_ACTS: dict[str, str] = {kind: intent for intent, kind in ACTS.items() if intent.startswith("pc_")}
EARLIER_MESSAGES = 6
MOST_NAMED = 3

Parsed = Dict[str, Any]


@dataclass(frozen=True)
class Situation:
    """What the conversation holds: both dialogues, what the parent wrote before, and the topic of our last answer."""

    precheck: Optional[precheck_dialogue.State] = None
    deadline: Optional[deadline_dialogue.State] = None
    earlier: Tuple[str, ...] = ()
    last_topic: str = ""

    @property
    def deadline_waits(self) -> bool:
        """Tell whether the deadline question waits for an answer; it then goes before the pre-check."""
        return self.deadline is not None and self.deadline.waits

    @property
    def precheck_waits(self) -> bool:
        """Tell whether a question of the pre-check waits for an answer."""
        return self.precheck is not None and self.precheck.waits


def situation(tracker: Optional[DialogueStateTracker]) -> Situation:
    """Return the situation of a conversation; an empty one where it has not begun."""
    if tracker is None:
        return Situation()
    slots = tracker.current_slot_values()
    # Buttons hold our words, and answers to the pre-check were read already.
    texts = [
        event.text or ""
        for event in tracker.applied_events()
        if isinstance(event, UserUttered) and not {PAYLOAD, DIALOGUE_ACT} & (event.parse_data or {}).keys()
    ]
    said = [e.metadata.get("metadata") or {} for e in tracker.applied_events() if isinstance(e, BotUttered)]
    topics = [str(metadata["topic"]) for metadata in said if metadata.get("topic")]
    return Situation(
        precheck_dialogue.from_slot(slots.get(PRECHECK)), deadline_dialogue.from_slot(slots.get(DEADLINE)),
        tuple(text for text in texts[-EARLIER_MESSAGES:] if text), topics[-1] if topics else "",
    )


def in_context(parsed: Parsed, now: Situation, today: date) -> Tuple[Parsed, Optional[Parsed]]:
    """Return the parse data as they count here, and an act for after the answer (or None)."""
    if parsed.get(DIALOGUE_ACT):
        return _button(parsed, now, today), None
    if parsed.get(PAYLOAD):
        return _topic_button(parsed, now, today)
    heard = _heard(parsed, now)
    act, later = deadline_dialogue.understand(now.deadline, heard, today, now.last_topic)
    if now.deadline_waits and act is not None:
        plain = deadline_dialogue.to_plain(act)
        return (parsed, _owned(DEADLINE, plain)) if later else (_with_act(parsed, DEADLINE, plain, act.kind), None)
    understood = precheck_dialogue.understand(now.precheck, heard, today)
    if understood.act is not None and not understood.after:
        plain = to_plain(understood.act)
        return _with_act(parsed, PRECHECK, plain, understood.act.kind), None
    waiting = _owned(PRECHECK, to_plain(understood.act)) if understood.act is not None else None
    if act is not None:
        parsed = _with_act(parsed, DEADLINE, deadline_dialogue.to_plain(act), act.kind)
    return parsed, waiting


def afterwards(parsed: Parsed, waiting: Optional[Parsed], now: Situation) -> Optional[Parsed]:
    """Return the act that brings back an open question after this turn, or None; `now` is the situation after it."""
    owner = (waiting or {}).get("of")
    if owner == DEADLINE and now.deadline_waits:
        return waiting
    if now.deadline_waits or not now.precheck_waits:
        return None
    if owner == PRECHECK:
        return waiting
    if (parsed.get(DIALOGUE_ACT) or {}).get("of") == DEADLINE:
        return _owned(PRECHECK, to_plain(Act("repeat")))
    return None


def _heard(parsed: Parsed, now: Situation) -> Heard:
    ranking = parsed.get(RANKING) or []
    entities = parsed.get("entities") or []
    mentions = [
        Mention(str(e["entity"]), str(e.get("value")), e.get("start") or 0, e.get("end") or 0) for e in entities
    ]
    topic = CRISIS if (parsed.get("intent") or {}).get("name") == CRISIS else str(parsed.get(TOPIC) or "")
    confidence = float(ranking[0][1]) if ranking else 0.0
    named = tuple(chosen_arrangements(mentions)[:MOST_NAMED])
    return Heard(parsed.get("text") or "", topic, bool(parsed.get(ACCEPTED)), confidence, named, now.earlier)


def _button(parsed: Parsed, now: Situation, today: date) -> Parsed:
    """Let a button that starts the pre-check take along what was told before."""
    owned = parsed[DIALOGUE_ACT]
    if owned["of"] == PRECHECK and owned["act"]["kind"] == "start":
        return _started(parsed, now, today)
    return _with_act(parsed, owned["of"], owned["act"], owned["act"]["kind"])


def _topic_button(parsed: Parsed, now: Situation, today: date) -> Tuple[Parsed, Optional[Parsed]]:
    """Take a button of a topic: a start, or another answer before the open question."""
    topic = parsed.get(TOPIC)
    if topic == PRECHECK_TOPIC:
        return _started(parsed, now, today), None
    if topic == deadline_dialogue.TOPIC:
        act = deadline_dialogue.Act("start", topic=now.last_topic)
        return _with_act(parsed, DEADLINE, deadline_dialogue.to_plain(act), act.kind), None
    if topic in LEAVES | REPEATS_ITSELF | {CRISIS}:
        return parsed, None
    if now.deadline_waits:
        return parsed, _owned(DEADLINE, deadline_dialogue.to_plain(deadline_dialogue.Act("repeat")))
    return parsed, _owned(PRECHECK, to_plain(Act("repeat")))


def _started(parsed: Parsed, now: Situation, today: date) -> Parsed:
    heard = Heard("", PRECHECK_TOPIC, True, 1.0, earlier=now.earlier)
    act = precheck_dialogue.start(now.precheck, heard, today)
    return _with_act(parsed, PRECHECK, to_plain(act), "start")


def _owned(owner: str, act: Parsed) -> Parsed:
    return {"of": owner, "act": act}


def _with_act(parsed: Parsed, owner: str, act: Parsed, kind: str) -> Parsed:
    """Return the parse data with an act and the intent that runs its action; an answer is no topic."""
    if kind == "start":
        intent = START_INTENTS[owner]
        ranking = parsed.get(RANKING) or [(intent, 1.0)]
    else:
        intent = INTENTS_OF_ACTS.get(kind, ANSWER_INTENTS[owner]) if owner == PRECHECK else ANSWER_INTENTS[owner]
        ranking = []
    return {
        **parsed, **intent_fields(intent, 1.0), TOPIC: intent, RANKING: ranking, ACCEPTED: True,
        DIALOGUE_ACT: _owned(owner, act),
    }
