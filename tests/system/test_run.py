"""`bot serve` as an operator runs it: question and answer, a dying engine, ports, logs, and a clean end."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.knowledge.answers import load_answers
from bot.knowledge.files import root
from tests.conftest import free_port
from tests.system.service import STOPPED_WITHIN, Chat, Service, command_line, environment_for, serving

PHONE = "036 76 70 200"
WORDS = "paarsgestreept zebrapadje"
ENGINE = "bot.engine.serve"

pytestmark = [
    pytest.mark.skipif(not (root() / ".venv-engine" / "bin" / "python").exists(), reason="no engine environment"),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    # As on a server behind a proxy: web listens beyond loopback. At the most talkative log level.
    with serving(tmp_path_factory.mktemp("var"), HOST="0.0.0.0", LOG_LEVEL="debug") as running:
        yield running


def test_a_question_gets_its_answer_with_source_and_next_step(service: Service) -> None:
    (message,) = Chat(service).send(text="wat is een tlv?")
    answer = load_answers().for_topic("tlv_wat")
    assert message["author"] == "bot"
    assert message["topic"] == "tlv_wat"
    assert message["text"] == answer.text
    assert message["text"].endswith(answer.next_step)
    assert message["sources"]
    assert [b["payload"] for b in message["buttons"]] == [f"topic:{t}" for t in answer.followups]


def test_the_page_is_served_and_a_conversation_starts_with_what_it_is(service: Service) -> None:
    page = service.get("/")
    assert page.status_code == 200
    assert 'src="/widget.js"' in page.text
    greeting = Chat(service).greeting
    assert "chatbot" in greeting[0]["text"]
    assert PHONE in greeting[0]["text"]


def test_custom_actions_work_over_http(service: Service) -> None:
    chat = Chat(service)
    assert "Tamboerijn" in chat.send(text="wat is tamborijn?")[0]["text"]
    chat.send(text="makkelijker graag")
    assert chat.send(payload="topic:tlv_wat")[0]["text"] == load_answers().for_topic("tlv_wat", "a2").text


def test_ready_is_announced_with_the_address(service: Service) -> None:
    assert f":{service.ports['web']} in a browser" in service.logged()


def listening(service: Service) -> dict[str, set[int]]:
    """Return the ports that the service listens on, by address (from the kernel's own tables)."""
    mine = set()
    for pid in [service.process.pid, *service.pids()]:
        try:
            mine |= {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()}
        except OSError:
            continue
    found: dict[str, set[int]] = {}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            columns = line.split()
            address, port = columns[1].split(":")
            if columns[3] == "0A" and f"socket:[{columns[9]}]" in mine:
                found.setdefault(address, set()).add(int(port, 16))
    return found


def test_only_web_listens_beyond_loopback(service: Service) -> None:
    found = listening(service)
    loopback = {"0100007F", "00000000000000000000000001000000"}
    beyond = set().union(*(ports for address, ports in found.items() if address not in loopback))
    inside = set().union(*(ports for address, ports in found.items() if address in loopback))
    assert beyond == {service.ports["web"]}
    assert inside == {service.ports["engine"], service.ports["actions"]}


def test_the_engine_answers_nobody_but_web(service: Service) -> None:
    engine = f"http://127.0.0.1:{service.ports['engine']}"
    with httpx.Client(base_url=engine, timeout=30, trust_env=False) as http:
        assert http.get("/webhooks/portaal/gezond").status_code == 200
        asked = http.post("/webhooks/portaal/bericht", json={"conversation": "x", "text": "hoi"})
        assert asked.status_code == 403
        for method, path in [
            ("POST", "/webhooks/rest/webhook"), ("GET", "/conversations/x/tracker"), ("POST", "/model/parse"),
            ("GET", "/domain"), ("PUT", "/model"), ("POST", "/model/train"), ("POST", "/webhooks/callback/webhook"),
        ]:  # fmt: skip
            assert http.request(method, path, json={}).status_code in (404, 405), path


def test_web_does_not_pass_commands_on(service: Service) -> None:
    chat = Chat(service)
    chat.send(text="makkelijker graag")
    for command in ("/session_start", '/eenvoudiger{"taalniveau": "b1"}', "//back"):
        assert chat.send(text=command)
    assert chat.send(payload="topic:tlv_wat")[0]["text"] == load_answers().for_topic("tlv_wat", "a2").text


def test_erasing_empties_the_memory_of_the_engine_too(service: Service) -> None:
    chat = Chat(service)
    chat.send(text="wat is een tlv?")
    assert events(service, chat.id) > 0
    assert chat.erase() == 204
    began = time.monotonic()
    while events(service, chat.id) and time.monotonic() - began < 30:
        time.sleep(0.2)
    assert events(service, chat.id) == 0


def events(service: Service, conversation: str) -> int:
    """Return how many events Rasa keeps of a conversation."""
    with sqlite3.connect(f"file:{service.folder / 'tracker.db'}?mode=ro", uri=True) as database:
        (count,) = database.execute("SELECT count(*) FROM events WHERE sender_id = ?", (conversation,)).fetchone()
    return int(count)


def test_a_dying_engine_is_told_and_the_conversation_goes_on(service: Service) -> None:
    chat = Chat(service)
    chat.send(text="wat is een tlv?")
    chat.send(text="makkelijker graag")
    killed = service.program(ENGINE)
    os.kill(killed, signal.SIGKILL)
    (message,) = chat.send(text="wie vraagt de tlv aan?")
    assert message["author"] == "systeem"
    assert message["text"].startswith("Er ging iets mis")
    assert PHONE in message["text"]
    service.wait(503, 10)
    assert service.get("/healthz").status_code == 200
    service.wait(200, 180)  # it came back by itself
    assert service.program(ENGINE) != killed
    (answer,) = chat.send(text="wie vraagt de tlv aan?")
    assert answer["text"] == load_answers().for_topic("tlv_wie_vraagt_aan", "a2").text  # the level was remembered


def test_dead_actions_are_told_and_come_back(service: Service) -> None:
    chat = Chat(service)
    os.kill(service.program("bot.engine.actions_server"), signal.SIGKILL)
    said = chat.send(text=f"wat is tamborijn? {WORDS}")
    assert said
    assert "{" not in said[0]["text"]
    began = time.monotonic()
    while time.monotonic() - began < 90:
        if "De Tamboerijn" in chat.send(text="wat is tamborijn?")[0]["text"]:
            return
        time.sleep(1)
    raise AssertionError(service.logged()[-3000:])


def test_words_of_parents_are_in_no_log(service: Service) -> None:
    chat = Chat(service)
    chat.send(text=f"mijn {WORDS} kind zit thuis")
    chat.send(text=f"/onzin {WORDS}")
    time.sleep(0.5)
    logged = service.logged()
    assert "web" in logged
    for word in WORDS.split():
        assert word not in logged


def test_keys_are_for_this_user_only_and_in_no_log(service: Service) -> None:
    secrets = service.folder / "secrets.json"
    assert secrets.stat().st_mode & 0o077 == 0
    for name in ("gesprekken.db", "tracker.db"):
        assert (service.folder / name).stat().st_mode & 0o077 == 0, name
    for key in re.findall(r'"([\w-]{32,})"', secrets.read_text(encoding="utf-8")):
        assert key not in service.logged()


@pytest.mark.parametrize(("name", "variable"), [("web", "PORT"), ("engine", "ENGINE_URL"), ("actions", "ACTIONS_PORT")])
def test_a_taken_port_is_a_clear_message(service: Service, tmp_path: Path, name: str, variable: str) -> None:
    ports = {"web": free_port(), "engine": free_port(), "actions": free_port(), name: service.ports[name]}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("bot")), "serve"], cwd=root(), env=environment_for(tmp_path, ports),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"port {service.ports[name]} on" in done.stderr
    assert variable in done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path) == []  # nothing was made


def test_ctrl_c_leaves_no_process_and_no_port_behind(service: Service) -> None:
    below = {pid: command_line(pid) for pid in service.pids()}
    assert len(below) >= 3
    before = len(service.logged())
    service.process.send_signal(signal.SIGINT)
    service.process.wait(STOPPED_WITHIN)
    began = time.monotonic()
    left = below
    while left and time.monotonic() - began < 10:
        left = {pid: command for pid, command in below.items() if command_line(pid) == command}
        time.sleep(0.2)
    assert left == {}
    for port in service.ports.values():
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert "Traceback" not in service.logged()[before:]
