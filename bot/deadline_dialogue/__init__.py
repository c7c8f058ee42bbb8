"""The deadline question as a conversation. Pure: no Rasa; `understand` a message, `step` on, say what comes out."""

from bot.deadline_dialogue.state import Act, State, from_plain, from_slot, to_plain, to_slot
from bot.deadline_dialogue.step import TOPIC, step
from bot.deadline_dialogue.understand import understand

__all__ = [
    "TOPIC", "Act", "State", "from_plain", "from_slot", "step", "to_plain", "to_slot", "understand",
]  # fmt: skip
