"""What a parent erases is erased in the engine too, also when the engine is away at that moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web.conftest import Web
from tests.web.fake_engine import FakeEngine
from tests.web.test_contract import rows

GAUGE = "erased_not_forgotten"


def wait_until(happened: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def is_marked(web: Web, conversation_id: str) -> bool:
    """Tell whether the database knows that the engine forgot a conversation."""
    [(forgotten_at,)] = rows(web, "SELECT forgotten_at FROM conversations WHERE id = ?", conversation_id)
    return forgotten_at is not None


def test_erasing_reaches_the_engine_once(web: Web, engine: FakeEngine) -> None:
    chat, other = web.start(), web.start()
    chat.say("Wat is een TLV?")
    other.say("Wat is een OPP?")
    assert chat.erase().status_code == 204
    wait_until(lambda: is_marked(web, chat.id))
    time.sleep(1.2)
    assert engine.forgotten.count(chat.id) == 1
    assert other.id not in engine.forgotten


def test_an_engine_that_is_down_is_told_when_it_is_back(web: Web, engine: FakeEngine) -> None:
    chats = [web.start() for _ in range(3)]
    for chat in chats:
        chat.say("Wat is een TLV?")
    engine.stop()
    for chat in chats:
        assert chat.erase().status_code == 204
        assert chat.get().status_code == 410
    time.sleep(1.2)
    assert not any(is_marked(web, chat.id) for chat in chats)
    assert f"{GAUGE} 3.0" in web.http.get("/metrics").text
    engine.start()
    wait_until(lambda: all(is_marked(web, chat.id) for chat in chats))
    assert set(engine.forgotten) == {chat.id for chat in chats}
    wait_until(lambda: f"{GAUGE} 0.0" in web.http.get("/metrics").text)


def test_a_restart_of_web_does_not_lose_it(run_web: Callable[..., Web], engine: FakeEngine) -> None:
    first = run_web(FORGET_RETRY_SECONDS="3600")
    chat = first.start()
    chat.say("Wat is een TLV?")
    engine.stop()
    assert chat.erase().status_code == 204
    first.process.kill()
    first.process.wait(timeout=20)
    engine.start()
    second = run_web(FORGET_RETRY_SECONDS="3600")
    wait_until(lambda: is_marked(second, chat.id))
    assert engine.forgotten == [chat.id]


@pytest.mark.parametrize("mode", ["hang", "status:500", "status:403"])
def test_erasing_does_not_wait_for_the_engine(web: Web, engine: FakeEngine, mode: str) -> None:
    chat = web.start()
    chat.say("Wat is een TLV?")
    engine.mode = mode
    started = time.monotonic()
    assert chat.erase().status_code == 204
    assert time.monotonic() - started < 0.9
    engine.mode = "ok"
    wait_until(lambda: is_marked(web, chat.id))


def test_a_conversation_that_is_being_answered_is_forgotten_after_the_answer(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    chat.say("Eerste vraag")
    engine.delay = 0.7
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(chat.post, text="Tweede vraag")
        wait_until(lambda: len(engine.asked) == 2)
        assert chat.erase().status_code == 204
        assert asking.result().status_code == 410
    assert engine.forgotten == []
    wait_until(lambda: engine.forgotten == [chat.id])


def test_the_export_and_the_page_of_an_erased_conversation_do_not_come_back(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    chat.say("Wat is een TLV?")
    assert "forgotten_at" not in chat.get("export").json()["conversation"]
    chat.erase()
    assert chat.get("export").status_code == 410
    assert chat.erase().status_code == 410
