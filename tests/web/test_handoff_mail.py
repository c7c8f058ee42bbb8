"""Staff are mailed about a handoff through a real mail server, also one that fails at first."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from bot.handoff.notify import MailSettings, Notifier, failed_mails
from bot.settings import SettingsError, load_settings
from tests.conftest import free_port
from tests.web.conftest import Web
from tests.web.handoffs import CALL, OPEN, asked, new_staff, store_of
from tests.web.test_forgetting import wait_until


class Box:
    """A mailbox; refuses the first `failures` mails."""

    def __init__(self) -> None:
        """Start empty."""
        self.mails: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.failures = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a mail, or refuse it for now."""
        if self.failures > 0:
            self.failures -= 1
            return "451 try again later, sara@voorbeeld.nl"
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        self.receivers = envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    """Run a mail server."""
    box, port = Box(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


def mailing(port: int) -> dict[str, str]:
    """Return the settings of a web process that mails."""
    return {
        "BOT_NOW": OPEN, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_STARTTLS": "false",
        "MAIL_FROM": "bot@steunpunt.test", "MAIL_STAFF": "een@steunpunt.test, twee@steunpunt.test",
        "MAIL_RETRY_SECONDS": "0.5", "PUBLIC_URL": "https://hulp.steunpunt.test/",
    }  # fmt: skip


def test_a_new_handoff_is_mailed_once_and_names_nobody(run_web: Callable[..., Web], box: tuple[Box, int]) -> None:
    web = run_web(**mailing(box[1]))
    _, handoff_id = asked(web, CALL)
    wait_until(lambda: len(box[0].mails) == 1)
    wait_until(lambda: 'mails_unsent{state="waiting"} 0.0' in web.http.get("/metrics").text)
    [mail] = box[0].mails
    text = f"{mail['Subject']} {mail.get_content()}"
    assert "hoog" in text
    assert f"https://hulp.steunpunt.test/staff/overdracht/{handoff_id}" in text
    assert not [word for word in ("Sara", "12345678", "Mijn kind", "thuis", "9 jaar") if word in mail.as_string()]
    assert box[0].receivers == ["een@steunpunt.test", "twee@steunpunt.test"]


def test_a_mail_that_fails_is_seen_and_tried_again_and_no_parent_waits(
    run_web: Callable[..., Web], box: tuple[Box, int]
) -> None:
    box[0].failures = 2
    web = run_web(**mailing(box[1]))
    _, handoff_id = asked(web, CALL)
    wait_until(lambda: 'mails_unsent{state="failed"} 1.0' in web.http.get("/metrics").text)
    wait_until(lambda: len(box[0].mails) == 1)
    with store_of(web) as store:
        wait_until(lambda: store.detail(handoff_id).mails[0].sent_at is not None)
        assert store.detail(handoff_id).mails[0].attempts == 3
    assert "sara@voorbeeld.nl" not in web.log.read_text(encoding="utf-8")


def test_a_mail_server_that_is_down_is_no_trouble_for_the_parent(run_web: Callable[..., Web]) -> None:
    web = run_web(**mailing(free_port()))
    asked(web, CALL)
    with store_of(web) as store:
        wait_until(lambda: len(failed_mails(store._database)) == 1)
        [failed] = failed_mails(store._database)
    assert failed.last_error == "ConnectionRefusedError"
    assert web.http.get("/healthz").status_code == 200


def test_a_mail_is_not_lost_when_the_process_dies(run_web: Callable[..., Web], box: tuple[Box, int]) -> None:
    first = run_web(**mailing(free_port()))
    asked(first, CALL)
    first.process.kill()
    first.process.wait(timeout=20)
    run_web(**mailing(box[1]))
    wait_until(lambda: len(box[0].mails) == 1)


class Numbers:
    """Keeps what is counted."""

    def mails(self, waiting: int, failed: int) -> None:
        """Keep the numbers."""
        self.last = (waiting, failed)


def test_two_senders_send_once_and_closed_handoffs_are_not_mailed(
    run_web: Callable[..., Web], box: tuple[Box, int]
) -> None:
    web = run_web(BOT_NOW=OPEN)
    _, handoff_id = asked(web, CALL)
    _, done = asked(web, {"how": "email", "email": "sara@voorbeeld.nl"})
    settings = MailSettings("127.0.0.1", box[1], "", "", False, "bot@steunpunt.test", ("een@steunpunt.test",), "http://x")
    with store_of(web) as store:
        staff = new_staff(store._database)
        store.close(done, staff, "geholpen")
        senders = [Notifier(store._database, settings, Numbers(), seconds=60) for _ in range(2)]
        for sender in senders * 2:
            sender.round()
        assert len(box[0].mails) == 1
        store.claim(handoff_id, staff)
        store.requeue(handoff_id, staff)
        senders[0].round()
    assert "weer in de wachtrij" in box[0].mails[1].get_content()


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"SMTP_HOST": "mail"}, "MAIL_FROM and MAIL_STAFF"),
        ({"MAIL_FROM": "geen adres"}, "MAIL_FROM"),
        ({"MAIL_STAFF": "een@x.nl, Naam <twee@x.nl>"}, "MAIL_STAFF"),
        ({"SMTP_PORT": "0"}, "SMTP_PORT"),
        ({"PUBLIC_URL": "steunpunt"}, "PUBLIC_URL"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=named):
        load_settings()


def test_the_server_of_these_tests_is_a_real_one(box: tuple[Box, int]) -> None:
    box[0].failures = 1
    with smtplib.SMTP("127.0.0.1", box[1]) as server, pytest.raises(smtplib.SMTPDataError):
        server.sendmail("a@x.nl", ["b@x.nl"], "Hallo")
