"""The tables. Names differ from those of Rasa's own tables, so that both may live in one PostgreSQL database."""

from bot.storage.models.base import Base, Encrypted, UtcDateTime, one_of
from bot.storage.models.conversations import ConsentRow, ConversationRow, FeedbackRow, MessageRow, OwnershipEventRow, ParseRow
from bot.storage.models.handoffs import CallbackRow, HandoffEventRow, HandoffRow, MailRow, NoteRow
from bot.storage.models.reviews import CorrectionRow, PurgeRow, ReviewRow
from bot.storage.models.staff import AuditRow, RecoveryCodeRow, StaffRow, StaffSessionRow

__all__ = [
    "AuditRow",
    "Base",
    "CallbackRow",
    "ConsentRow",
    "ConversationRow",
    "CorrectionRow",
    "Encrypted",
    "FeedbackRow",
    "HandoffEventRow",
    "HandoffRow",
    "MailRow",
    "MessageRow",
    "NoteRow",
    "OwnershipEventRow",
    "ParseRow",
    "PurgeRow",
    "RecoveryCodeRow",
    "ReviewRow",
    "StaffRow",
    "StaffSessionRow",
    "UtcDateTime",
    "one_of",
]
