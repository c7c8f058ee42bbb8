"""A small engine over real HTTP that can be told to fail, hang, answer garbage, die and come back."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sleutel-van-de-motor-voor-tests-0123456789"


def answer(text: str) -> dict[str, Any]:
    """Return a proper answer that repeats the question."""
    return {
        "messages": [
            {
                "text": f"Antwoord op: {text}",
                "buttons": [{"title": "Wie vraagt dit aan?", "payload": "topic:tlv_wie_vraagt_aan"}],
                "topic": "tlv_wat",
                "level": "b1",
                "sources": [
                    {"id": "ondersteuningsplan/xii", "title": "Ondersteuningsplan", "part": "XII", "date": "2022",
                     "kind": "document"}
                ],
                "card": None,
            }
        ],
        "parse": {
            "topic": "tlv_wat", "confidence": 0.91, "accepted": True, "ranking": [["tlv_wat", 0.91], ["opp_wat", 0.04]],
            "entities": [{"type": "leeftijd", "value": 8, "text": "8 jaar"}], "language": "nl",
        },
    }  # fmt: skip


def with_card(card: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with a card."""
    body = answer("een kaart")
    body["messages"][0]["card"] = card
    return body


class FakeEngine:
    """The engine. `mode`: `ok`, `hang`, `status:<n>`, or `raw` (answers the bytes in `raw`).

    Each of `cards` comes with one answer.
    """

    def __init__(self) -> None:
        """Start on a free port."""
        self.mode = "ok"
        self.raw = b""
        self.delay = 0.0
        self.asked: list[dict[str, Any]] = []
        self.forgotten: list[str] = []
        self.cards: list[dict[str, Any]] = []
        self.at_once = 0
        self.most_at_once = 0
        self.has_model = True
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def reset(self) -> None:
        """Make it well again."""
        if self._server is None:
            self.start()
        self.mode, self.raw, self.delay, self.has_model = "ok", b"", 0.0, True
        self.asked, self.forgotten, self.cards, self.most_at_once = [], [], [], 0

    def start(self) -> None:
        """Listen, on the same port as before."""
        self._server = _Server(("127.0.0.1", self.port), _handler(self))
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        """Die: nothing listens any more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def texts(self) -> list[str]:
        """Return the texts that arrived, in order."""
        return [body["text"] for body in self.asked if "text" in body]

    def forget(self, conversation_id: str) -> int:
        """Return the status for a conversation that must be forgotten."""
        if self.mode == "hang":
            time.sleep(3)
        if self.mode.startswith("status:"):
            return int(self.mode.partition(":")[2])
        self.forgotten.append(conversation_id)
        return 204

    def reply(self, body: dict[str, Any]) -> tuple[int, bytes]:
        """Return status and body for a message."""
        with self._lock:
            self.asked.append(body)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            time.sleep(self.delay)
            if self.mode == "hang":
                time.sleep(3)
            if self.mode.startswith("status:"):
                return int(self.mode.partition(":")[2]), b'{"error": "kapot"}'
            if self.mode == "raw":
                return 200, self.raw
            if self.cards:
                return 200, json.dumps(with_card(self.cards.pop(0))).encode()
            if body.get("payload") == "topic:bestaat_niet":
                return 422, b'{"error": "onbekend"}'
            return 200, json.dumps(answer(body.get("text") or body["payload"])).encode()
        finally:
            with self._lock:
                self.at_once -= 1


class _Server(ThreadingHTTPServer):
    """A server that leaves no thread waiting."""

    daemon_threads = True
    allow_reuse_address = True


def _handler(engine: FakeEngine) -> type[BaseHTTPRequestHandler]:
    """Return the handler class of an engine."""

    class Handler(BaseHTTPRequestHandler):
        # HTTP/1.0: a connection ends with its answer, so that `stop` really stops.
        def do_GET(self) -> None:
            self._send(200 if engine.has_model and self.path == "/webhooks/portaal/gezond" else 503, b"{}")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/webhooks/portaal/bericht" or self.headers["X-Engine-Key"] != KEY:
                self._send(403, b"{}")
            else:
                self._send(*engine.reply(body))

        def do_DELETE(self) -> None:
            start, _, conversation_id = self.path.rpartition("/")
            if start != "/webhooks/portaal/gesprek" or self.headers["X-Engine-Key"] != KEY:
                self._send(403, b"{}")
            else:
                self._send(engine.forget(conversation_id), b"")

        def _send(self, status: int, body: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # the web process gave up waiting

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
