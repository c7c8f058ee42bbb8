"""The time of every process: BOT_NOW sets it for tests and demos."""

from __future__ import annotations

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")


class ClockError(ValueError):
    """BOT_NOW does not hold a time."""


def now() -> datetime:
    """Return the time in Amsterdam, aware of its zone.

    BOT_NOW (ISO 8601: a date, or a date with a time) stands in for the real time; without an offset it is the time in
    Amsterdam.

    Raises:
        ClockError: BOT_NOW is no ISO 8601 date or time.
    """
    configured = os.environ.get("BOT_NOW", "").strip()
    if not configured:
        return datetime.now(ZONE)
    try:
        # Python 3.10 does not read the "Z" of UTC yet.
        moment = datetime.fromisoformat(configured[:-1] + "+00:00" if configured[-1] in "zZ" else configured)
    except ValueError:
        raise ClockError(
            f"BOT_NOW is '{configured}', which is no ISO 8601 time. Write it like 2026-11-22T09:30:00."
        ) from None
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)


def today() -> date:
    """Return the date in Amsterdam."""
    return now().date()
