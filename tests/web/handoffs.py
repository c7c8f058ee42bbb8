"""What tests of handoffs share: a parent who approves a summary, staff, and the store over the database of a process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bot.conversations.messages import new_id
from bot.conversations.store import ConversationStore
from bot.conversations.texts import load_texts
from bot.handoff.store import HandoffStore
from bot.privacy.vault import Vault
from bot.storage.database import Database
from bot.storage.models import StaffRow
from tests.web.conftest import Chat, Web

# Hours: Monday, Wednesday and Friday from 9 to 12.
OPEN, CLOSED = "2026-11-30T10:00:00", "2026-11-28T10:00:00"
FIRST_SLOT, NEXT_SLOT = "2026-11-30T09:00:00+01:00", "2026-12-02T09:30:00+01:00"
CHAT = {"how": "chat", "name": "Sara"}
CALL = {"how": "terugbellen", "name": "Sara", "phone": "06-12345678", "slot": NEXT_SLOT}


def body(chat: Chat, contact: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return what a parent sends who agrees with the draft."""
    draft = chat.get("handoff").json()["draft"]
    draft["vraag"] = draft["vraag"] or "Wie kan ons helpen?"
    return {"intake": draft, "contact": contact or CHAT, "consent": True, "idempotency_key": new_id()} | changes


def post(chat: Chat, content: dict[str, Any]) -> httpx.Response:
    """Send an approval."""
    return chat.http.post(f"/api/conversations/{chat.id}/handoff", json=content, headers=chat.headers)


def asked(web: Web, contact: dict[str, Any] | None = None) -> tuple[Chat, str]:
    """Start a conversation and ask for a person; return it with the id of the handoff."""
    chat = web.start()
    chat.say("Mijn kind van 9 zit al 6 weken thuis. Wie helpt ons?")
    response = post(chat, body(chat, contact))
    assert response.status_code == 201, response.text
    return chat, response.json()["handoff"]["id"]


def vault_of(folder: Path) -> Vault:
    """Return the vault of a process whose files stand in a folder."""
    return Vault((json.loads((folder / "secrets.json").read_text(encoding="utf-8"))["data_keys"],))


@contextmanager
def store_of(web: Web) -> Iterator[HandoffStore]:
    """Open the handoffs of a web process."""
    database = Database(web.database_url)
    yield HandoffStore(database, vault_of(web.log.parent), ConversationStore(database, load_texts()))
    database.close()


def new_staff(database: Database, name: str = "Fatima de Wit") -> int:
    """Store a consultant; return the id."""
    with database.write() as session:
        row = StaffRow(
            email=f"{new_id().lower()}@voorbeeld.nl", name=name, role="consulent", failed_logins=0, created_at=datetime.now(UTC)
        )
        session.add(row)
        session.flush()
        return row.id
