"""Rasa's locks over several engines, through a real Redis, and without one."""

from __future__ import annotations

import asyncio

import pytest
from rasa.core.lock_store import LockStore

from bot.engine.locks import SharedLockStore
from bot.engine.serve import endpoints
from tests.conftest import RedisServer


async def hold(store: LockStore, seen: list[str], name: str) -> None:
    """Work on a conversation under its lock."""
    async with store.lock("gesprek", wait_time_in_seconds=0.02):
        seen.append(f"{name} begins")
        await asyncio.sleep(0.1)
        seen.append(f"{name} ends")


async def both(*stores: LockStore) -> list[str]:
    """Let two engines work on the same conversation at the same time."""
    seen: list[str] = []
    await asyncio.gather(*(hold(store, seen, f"engine {number}") for number, store in enumerate(stores)))
    return seen


def test_two_engines_take_turns(redis_server: RedisServer) -> None:
    seen = asyncio.run(both(SharedLockStore(redis_server.url), SharedLockStore(redis_server.url)))
    assert seen == ["engine 0 begins", "engine 0 ends", "engine 1 begins", "engine 1 ends"]


def test_an_engine_goes_on_without_redis_and_comes_back(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SharedLockStore(redis_server.url)
    redis_server.stop()
    seen = asyncio.run(both(store, store))
    assert seen == ["engine 0 begins", "engine 0 ends", "engine 1 begins", "engine 1 ends"]
    redis_server.start()
    monkeypatch.setattr(store, "_leave_alone_until", 0.0)
    assert len(asyncio.run(both(store, SharedLockStore(redis_server.url)))) == 4


def test_a_turn_under_way_ends_well_when_redis_goes_or_comes_back_empty(redis_server: RedisServer) -> None:
    store = SharedLockStore(redis_server.url)

    async def turn(going_away: bool) -> None:
        async with store.lock("gesprek", wait_time_in_seconds=0.02):
            redis_server.stop()
            if not going_away:
                redis_server.start()

    for going_away in (False, True):
        asyncio.run(turn(going_away))
    redis_server.start()


def test_the_engine_process_takes_redis_from_the_environment(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert endpoints().lock_store is None
    monkeypatch.setenv("REDIS_URL", redis_server.url)
    assert isinstance(LockStore.create(endpoints().lock_store), SharedLockStore)
