"""The pre-check as a conversation. Pure: no Rasa; `understand` a message, `step` on, say what comes out."""

from bot.precheck_dialogue.act import Act, from_plain, to_plain
from bot.precheck_dialogue.message import Message
from bot.precheck_dialogue.state import State, from_slot, to_slot
from bot.precheck_dialogue.step import step
from bot.precheck_dialogue.understand import Heard, Understood, start, understand

__all__ = [
    "Act", "Heard", "Message", "State", "Understood", "from_plain", "from_slot", "start", "step", "to_plain", "to_slot",
    "understand",
]  # fmt: skip
