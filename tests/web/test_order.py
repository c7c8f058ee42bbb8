"""One turn at a time per conversation, in order, over threads and processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.web.conftest import Chat, Web
from tests.web.fake_engine import FakeEngine


def own_client(chat: Chat, url: str) -> Chat:
    """Return the conversation over a connection of its own."""
    return Chat(httpx.Client(base_url=url, timeout=30, trust_env=False), chat.id, chat.token, chat.greeting)


def assert_in_pairs(chat: Chat, count: int) -> list[str]:
    """Check that each question is followed by its own answer; return the questions in order."""
    found = chat.all()[len(chat.greeting) :]
    questions = [m["text"] for m in found[::2]]
    assert len(questions) == count
    assert [m["text"] for m in found[1::2]] == [f"Antwoord op: {q}" for q in questions]
    return questions


def test_messages_at_the_same_time_are_answered_one_by_one_in_order(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    engine.delay = 0.15
    with ThreadPoolExecutor(8) as pool:
        jobs = []
        for number in range(6):
            jobs.append(pool.submit(own_client(chat, web.url).say, f"Vraag {number}"))
            time.sleep(0.03)
        answers = [job.result() for job in jobs]
    assert [a[0]["text"] for a in answers] == [f"Antwoord op: Vraag {n}" for n in range(6)]
    assert assert_in_pairs(chat, 6) == [f"Vraag {n}" for n in range(6)] == engine.texts()
    assert engine.most_at_once == 1


def test_other_conversations_do_not_wait(web: Web, engine: FakeEngine) -> None:
    chats = [web.start() for _ in range(5)]
    engine.delay = 0.4
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda chat: own_client(chat, web.url).say("Vraag"), chats))
    assert engine.most_at_once > 1


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_two_processes_keep_one_conversation_in_order(
    run_web: Callable[..., Web], engine: FakeEngine, kind: str, request: pytest.FixtureRequest
) -> None:
    database = {"DATABASE_URL": request.getfixturevalue("postgres_url")} if kind == "postgres" else {}
    first, second = run_web(**database), run_web(**database)
    chat = first.start()
    engine.delay = 0.1
    with ThreadPoolExecutor(8) as pool:
        jobs = [
            pool.submit(own_client(chat, (first, second)[number % 2].url).say, f"Vraag {number}") for number in range(8)
        ]
        assert all(job.result() for job in jobs)
    assert sorted(assert_in_pairs(chat, 8)) == [f"Vraag {n}" for n in range(8)]
    assert engine.most_at_once == 1
    assert own_client(chat, second.url).all() == chat.all()


def test_a_message_that_waits_too_long_is_refused_and_not_stored(
    run_web: Callable[..., Web], engine: FakeEngine
) -> None:
    web = run_web(TURN_WAIT_SECONDS="0.3", ENGINE_TIMEOUT_SECONDS="5")
    chat = web.start()
    engine.delay = 1.2
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(own_client(chat, web.url).say, "Eerste")
        time.sleep(0.2)
        response = own_client(chat, web.url).post(text="Tweede")
        assert slow.result()
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "bezet"
    assert "Retry-After" in response.headers
    assert_in_pairs(chat, 1)


def test_erasing_while_the_engine_thinks_leaves_nothing(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    engine.delay = 0.6
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(own_client(chat, web.url).post, text="Mijn geheim")
        time.sleep(0.2)
        assert chat.erase().status_code == 204
        assert asked.result().status_code == 410
    assert chat.get().status_code == 410


def test_a_killed_process_loses_no_message_and_blocks_no_conversation(
    run_web: Callable[..., Web], engine: FakeEngine
) -> None:
    first = run_web(ENGINE_TIMEOUT_SECONDS="1")
    second = run_web(ENGINE_TIMEOUT_SECONDS="1")
    chat = first.start()
    engine.delay = 0.8
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(own_client(chat, first.url).post, text="Mijn vraag")
        time.sleep(0.4)
        first.process.kill()
        with pytest.raises(httpx.HTTPError):
            lost.result()
    engine.delay = 0
    kept = own_client(chat, second.url)
    assert kept.all()[-1]["text"] == "Mijn vraag"
    assert kept.say("Ben je er weer?")[0]["author"] == "bot"  # after the lease of the dead process ended
