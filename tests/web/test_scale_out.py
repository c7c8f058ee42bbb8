"""Two web processes as one service, on PostgreSQL and Redis; and what happens when Redis is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import RedisServer
from tests.web.conftest import Chat, Web
from tests.web.test_events import listening
from tests.web.test_forgetting import wait_until

SLOW_POLL = "30"  # so that only Redis can explain a message that is there at once


@pytest.fixture
def pair(run_web: Callable[..., Web], postgres_url: str, redis_server: RedisServer) -> tuple[Web, Web]:
    """Give two processes that share everything, and hardly look by themselves."""
    return both(run_web, DATABASE_URL=postgres_url, REDIS_URL=redis_server.url, EVENTS_POLL_SECONDS=SLOW_POLL)


def both(run_web: Callable[..., Web], **environment: str) -> tuple[Web, Web]:
    """Start two processes; wait for their Redis."""
    found = run_web(**environment), run_web(**environment)
    for web in found:
        wait_until(lambda web=web: redis_state(web) == "ok")  # type: ignore[misc]
    return found


def redis_state(web: Web) -> str:
    """Return what a process says about Redis."""
    answer = web.http.get("/readyz")
    assert answer.status_code == 200, answer.text
    state: str = answer.json()["parts"]["redis"]
    assert answer.json()["status"] == ("ok" if state == "ok" else "degraded")
    return state


def at(web: Web, chat: Chat) -> Chat:
    """Return the same conversation at another process."""
    return Chat(web.http, chat.id, chat.token, chat.greeting)


def test_a_message_at_one_process_reaches_a_stream_of_the_other_at_once(pair: tuple[Web, Web]) -> None:
    first, second = pair
    chat = first.start()
    chat.say("Hallo")
    with listening(second, chat) as stream:
        time.sleep(0.5)
        for number in range(5):
            before = time.monotonic()
            chat.say(f"Vraag {number}")
            stream.wait(lambda s, number=number: len(s.events) == 2 * number + 2)  # type: ignore[misc]
            assert time.monotonic() - before < 5
        assert stream.texts == [t for n in range(5) for t in (f"Vraag {n}", f"Antwoord op: Vraag {n}")]
        assert at(second, chat).erase().status_code == 204
    with listening(first, other := first.start()) as stream:
        at(second, other).say("Van de andere kant")
        stream.wait(lambda s: len(s.events) >= 2)


def test_nothing_is_lost_or_doubled_while_redis_restarts_and_the_stream_reconnects(
    pair: tuple[Web, Web], redis_server: RedisServer
) -> None:
    first, second = pair
    chat = first.start()
    seen: list[dict[str, str]] = []

    def listen_to(web: Web, until: int) -> None:
        """Read on where the last stream ended, until so many messages have come."""
        last = {"Last-Event-ID": seen[-1]["id"]} if seen else {"Last-Event-ID": chat.greeting[-1]["id"]}
        with listening(web, chat, **last) as stream:
            stream.wait(lambda s: len(seen) + len(s.events) >= until)
            time.sleep(0.3)
            seen.extend(stream.events)

    with ThreadPoolExecutor(1) as pool:
        listening_on = pool.submit(listen_to, second, 4)
        for number in (0, 1):
            chat.say(f"Vraag {number}")
        listening_on.result()
        redis_server.stop()
        chat.say("Vraag 2")
        at(second, chat).say("Vraag 3")
        wait_until(lambda: redis_state(first) == redis_state(second) == "degraded")
        listening_on = pool.submit(listen_to, first, 10)
        chat.say("Vraag 4")
        listening_on.result()
        with listening(second, chat, **{"Last-Event-ID": seen[-1]["id"]}) as stream:
            chat.say("Vraag 5")  # nobody tells the other process: it looks as soon as Redis is back
            redis_server.start()
            stream.wait(lambda s: len(s.events) >= 2)
            wait_until(lambda: redis_state(first) == redis_state(second) == "ok")
            chat.say("Vraag 6")
            stream.wait(lambda s: len(s.events) >= 4)
            time.sleep(0.3)
            seen.extend(stream.events)
    stored = chat.all()[len(chat.greeting) :]
    assert [event["id"] for event in seen] == [message["id"] for message in stored]
    assert len(stored) == 14


def test_without_redis_the_other_process_is_noticed_by_looking(
    run_web: Callable[..., Web], postgres_url: str, redis_server: RedisServer
) -> None:
    redis_server.stop()
    environment = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_server.url, "EVENTS_POLL_SECONDS": "0.3"}
    first, second = run_web(**environment), run_web(**environment)
    wait_until(lambda: "redis_away 1.0" in first.http.get("/metrics").text)
    assert redis_state(first) == "degraded"
    chat = first.start()
    with listening(second, chat) as stream:
        chat.say("Hallo")
        stream.wait(lambda s: len(s.events) == 2)
    assert "Redis is away" in first.log.read_text()
    redis_server.start()
    wait_until(lambda: redis_state(first) == redis_state(second) == "ok", 15)


def test_a_redis_that_hangs_keeps_nobody_waiting(pair: tuple[Web, Web], redis_server: RedisServer) -> None:
    first, _ = pair
    chat = first.start()
    redis_server.freeze(True)
    try:
        started = time.monotonic()
        for number in range(4):
            chat.say(f"Vraag {number}")
        assert time.monotonic() - started < 10
        wait_until(lambda: redis_state(first) == "degraded", 30)
    finally:
        redis_server.freeze(False)
    wait_until(lambda: redis_state(first) == "ok", 15)


@pytest.fixture
def limited(run_web: Callable[..., Web], postgres_url: str, redis_server: RedisServer) -> tuple[Web, Web]:
    """Give two processes that share a limit of six messages."""
    return both(run_web, DATABASE_URL=postgres_url, REDIS_URL=redis_server.url, RATE_CONVERSATION_PER_MINUTE="6")


def test_a_limit_counts_over_both_processes(limited: tuple[Web, Web], redis_server: RedisServer) -> None:
    first, second = limited
    chat = first.start()
    answers = [at((first, second)[number % 2], chat).post(text="Hallo").status_code for number in range(8)]
    assert answers == [200] * 6 + [429] * 2
    refused = chat.post(text="Hallo")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    redis_server.stop()
    assert chat.post(text="Hallo").status_code == 200  # each process counts for itself now
    assert [chat.post(text="Hallo").status_code for _ in range(6)] == [200] * 5 + [429]
    redis_server.start()


def test_one_process_on_sqlite_needs_none_of_this(web: Web) -> None:
    assert "redis" not in web.http.get("/readyz").json()["parts"]
    chat = web.start()
    with listening(web, chat) as stream:
        chat.say("Hallo")
        stream.wait(lambda s: len(s.events) == 2)


def test_a_wrong_address_of_redis_stops_the_start(run_web: Callable[..., Web]) -> None:
    with pytest.raises(AssertionError, match="REDIS_URL"):
        run_web(REDIS_URL="http://127.0.0.1:6379")
