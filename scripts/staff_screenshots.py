"""Take the pictures of the console on demo data (`make screenshots-staff`): a process and a database of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext, Error, sync_playwright
from sqlalchemy import select

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

FOLDER = ROOT / "docs" / "img"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
NOW = "2026-11-26T11:10:00"  # a Thursday in term
PORT = 8099
SIZE = {"width": 1200, "height": 850}


def paths(conversation: str, handoff: str) -> dict[str, tuple[str, str]]:
    """Return the role and path of each picture."""
    return {
        "staff-inbox": ("sanne", "/staff/"),
        "staff-handoff": ("sanne", f"/staff/overdracht/{handoff}"),
        "staff-agenda": ("sanne", "/staff/agenda?dag=2026-11-27"),
        "staff-review": ("reviewer", "/staff/gesprekken"),
        "staff-conversation": ("reviewer", f"/staff/gesprekken/{conversation}"),
        "staff-queue": ("reviewer", "/staff/nakijken"),
        "staff-figures": ("reviewer", "/staff/cijfers"),
        "staff-signals": ("reviewer", "/staff/signaleren"),
        "staff-topic": ("reviewer", "/staff/onderwerpen/tlv_duur_besluit"),
    }


def main() -> int:
    """Fill, start, take every picture, stop; returns the exit code."""
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"BOT_NOW": NOW, "BOT_VAR": name, "DATABASE_URL": f"sqlite:///{name}/demo.db", "PORT": str(PORT)}
        from bot.demo.fill import DOMAIN, fill
        from bot.privacy.vault import Vault
        from bot.secrets import DataKeys, load_secrets
        from bot.staff.sessions import start_session
        from bot.storage.database import Database
        from bot.storage.migrate import upgrade
        from bot.storage.models import CorrectionRow, HandoffRow, MessageRow, StaffRow

        upgrade(os.environ["DATABASE_URL"])
        database = Database(os.environ["DATABASE_URL"])
        fill(database, Vault(DataKeys(load_secrets())))
        with database.write() as session:
            tokens = {
                row.email.removesuffix(DOMAIN): start_session(
                    session, row, address="127.0.0.1", browser="schermafbeelding", second_factor=True
                )
                for row in session.scalars(select(StaffRow))
            }
            handoff = session.scalar(
                select(HandoffRow.id).where(HandoffRow.closed_at.is_(None)).order_by(HandoffRow.created_at.desc()).limit(1)
            )
            corrected = select(MessageRow.conversation_id).join(CorrectionRow, CorrectionRow.message_id == MessageRow.id)
            conversation = session.scalar(corrected.limit(1))
        database.close()
        process = subprocess.Popen([sys.executable, "-m", "bot.web"], cwd=ROOT)
        try:
            _wait()
            _take(paths(str(conversation), str(handoff)), tokens, sys.argv[1:])
        finally:
            process.terminate()
            process.wait(timeout=20)
    return 0


def _wait() -> None:
    """Wait until the process answers."""
    for _ in range(100):
        try:
            if httpx.get(f"http://127.0.0.1:{PORT}/healthz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit("the web process does not answer")


def _take(wanted: dict[str, tuple[str, str]], tokens: dict[str, str], only: list[str]) -> None:
    """Take the pictures, or those that are named."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        contexts: dict[str, BrowserContext] = {}
        for name, (who, path) in wanted.items():
            if only and name not in only:
                continue
            if who not in contexts:
                contexts[who] = browser.new_context(viewport=SIZE, locale="nl-NL", timezone_id="Europe/Amsterdam")
                cookie = {"name": "lokaal-staff", "value": tokens[who], "url": f"http://127.0.0.1:{PORT}"}
                contexts[who].add_cookies([cookie])
            page = contexts[who].new_page()
            try:
                response = page.goto(f"http://127.0.0.1:{PORT}{path}", wait_until="load")
            except Error as error:
                print(f"{name}: {error.message}", file=sys.stderr)
                continue
            if response is None or response.status != 200:
                print(f"{name}: {path} answers {response and response.status}", file=sys.stderr)
                continue
            page.screenshot(path=FOLDER / f"{name}.png")
            print(FOLDER / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
