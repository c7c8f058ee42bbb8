"""What /metrics shows: numbers only, nothing about a parent or a conversation."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)


class Metrics:
    """The counters of one web process."""

    def __init__(self) -> None:
        """Start at zero."""
        self._registry = CollectorRegistry()
        here = self._registry
        self._requests = Counter("web_requests", "Requests answered.", ["method", "route", "status"], registry=here)
        self._seconds = Histogram("web_request_seconds", "Time to answer.", ["route"], registry=here, buckets=_SECONDS)
        self._turns = Counter("turns", "Messages of parents, by how they were answered.", ["outcome"], registry=here)
        self._engine = Histogram("engine_seconds", "Time of the engine.", registry=here, buckets=_SECONDS)
        self._refused = Counter("refused", "Requests refused, by error code.", ["code"], registry=here)
        self._to_forget = Gauge("erased_not_forgotten", "Erased, but not yet by the engine.", registry=here)
        self._redis_away = Gauge("redis_away", "1: Redis is in the settings, and does not answer.", registry=here)
        self._mails = Gauge("mails_unsent", "Mails to staff that are not sent yet.", ["state"], registry=here)
        self.streams = Gauge("event_streams", "Open event streams.", registry=here)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request; `route` is the pattern of the path, never the path."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def turn(self, outcome: str, engine_ms: int | None) -> None:
        """Count a turn and the engine's time."""
        self._turns.labels(outcome).inc()
        if engine_ms is not None:
            self._engine.observe(engine_ms / 1000)

    def refused(self, code: str) -> None:
        """Count a refused request."""
        self._refused.labels(code).inc()

    def to_forget(self, count: int) -> None:
        """Set how many erased conversations the engine may still remember."""
        self._to_forget.set(count)

    def redis_away(self, away: bool) -> None:
        """Set whether Redis is away."""
        self._redis_away.set(int(away))

    def mails(self, waiting: int, failed: int) -> None:
        """Set how many mails to staff wait to be sent, and how many of those failed before."""
        self._mails.labels("waiting").set(waiting)
        self._mails.labels("failed").set(failed)

    def text(self) -> bytes:
        """Return all numbers in the format of Prometheus."""
        return generate_latest(self._registry)
