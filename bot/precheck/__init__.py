"""The pre-check: which arrangements could fit a child. Pure and total; school and coordinator decide."""

from bot.precheck.consistency import Doubt, consistency
from bot.precheck.contract import to_contract
from bot.precheck.data import PrecheckData, load_precheck
from bot.precheck.evaluate import Reason, Result, evaluate
from bot.precheck.profile import Profile, ProfileError, parse_profile, with_answer
from bot.precheck.questions import Question, next_question, question_for
from bot.precheck.ranking import best_fits, rank

__all__ = [
    "Doubt", "PrecheckData", "Profile", "ProfileError", "Question", "Reason", "Result", "best_fits", "consistency",
    "evaluate", "load_precheck", "next_question", "parse_profile", "question_for", "rank", "to_contract", "with_answer",
]  # fmt: skip
