"""The consultant's morning: who waits, the open handoff with its conversation, the callbacks of a day."""
