"""What an operator relies on: headers, origins, settings, keys, limits per network."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import serve
from bot.privacy.vault import Vault
from bot.secrets import SecretsError, load_secrets, split_keys
from bot.settings import SettingsError, load_settings
from bot.storage.migrate import downgrade
from bot.web.limits import network_of
from tests.web.conftest import ROOT, Web
from tests.web.fake_engine import FakeEngine


@pytest.mark.parametrize(
    "path",
    ["/", "/static/demo.js", "/widget.js", "/healthz", "/readyz", "/metrics", "/api/openapi.json", "/api/conversations/x/export"],
)
def test_every_answer_has_security_headers(web: Web, path: str) -> None:
    headers = web.http.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers
    assert "Server" not in headers


def test_a_refused_large_body_has_them_too(web: Web) -> None:
    response = web.http.post("/api/conversations", content=b"x" * 100_000)
    assert response.status_code == 413
    assert "Content-Security-Policy" in response.headers


def test_only_listed_origins_may_read(web: Web) -> None:
    allowed = web.http.post("/api/conversations", headers={"Origin": "https://www.school.nl"})
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://www.school.nl"
    for origin in ("https://kwaad.nl", "https://www.school.nl.kwaad.nl", "null"):
        response = web.http.post("/api/conversations", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in response.headers
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        assert web.http.options("/api/conversations", headers=asked).status_code == 400


def test_the_page_has_no_inline_code_and_no_third_party(web: Web) -> None:
    page = web.http.get("/").text
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert "//" not in page.replace("<!doctype", "")


def test_a_database_that_fails_is_told_kindly(run_web: Callable[..., Web]) -> None:
    web = run_web()
    chat = web.start()
    downgrade(web.database_url)
    response = chat.post(text="Wat is een TLV?")
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "geen_opslag"
    assert web.http.get("/readyz").json()["parts"]["database"] == "not migrated"
    assert "TLV" not in web.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://x"),
        ("ENGINE_URL", "localhost:5005"),
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "https://a.nl/pad"),
        ("RATE_ADDRESS_PER_MINUTE", "0"),
        ("LOG_LEVEL", "veel"),
    ],
)
def test_a_wrong_setting_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_settings_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.nl, http://localhost:3000")
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@h/n")
    monkeypatch.setenv("LOG_LEVEL", "")
    settings = load_settings()
    assert settings.allowed_origins == ("https://a.nl", "http://localhost:3000")
    assert settings.database_url == "postgresql+psycopg://u:p@h/n"
    assert (settings.host, settings.port, settings.log_level) == ("127.0.0.1", 8000, "info")


def test_a_wrong_setting_stops_the_start_with_one_clear_line(tmp_path: Path) -> None:
    environment = {**os.environ, "PORT": "abc", "BOT_VAR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "bot.web"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert "PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_importing_the_app_module_starts_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "BOT_VAR": str(tmp_path / "var"), "PORT": "abc"}
    subprocess.run([sys.executable, "-c", "import bot.web.app"], cwd=ROOT, env=environment, check=True)
    assert not (tmp_path / "var").exists()


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the environment give no keys."""
    for variable in ("ENGINE_KEY", "TOKEN_KEY", "DATA_KEYS"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.usefixtures("no_keys")
def test_keys_are_made_once_and_kept_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "var" / "secrets.json"
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: load_secrets(path), range(8)))
    assert len(made) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secrets.json"]
    monkeypatch.setenv("ENGINE_KEY", "e" * 40)
    assert load_secrets(path) == made.pop()._replace(engine_key="e" * 40)


@pytest.mark.usefixtures("no_keys")
def test_a_key_file_of_an_older_version_is_completed_once(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    older = {"engine_key": "e" * 40, "token_key": "t" * 40}
    path.write_text(json.dumps(older))
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: load_secrets(path), range(8)))
    [completed] = found
    assert (completed.engine_key, completed.token_key) == ("e" * 40, "t" * 40)
    again = load_secrets(path).data_keys
    assert Vault(split_keys(completed.data_keys)).open(Vault(split_keys(again)).close("x")) == "x"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secrets.json"]


@pytest.mark.usefixtures("no_keys")
@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"engine_key": "kort", "token_key": "kort"}', f'{{"engine_key": "{"e" * 40}", "data_keys": ""}}']
)
def test_a_broken_key_file_is_named_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(content)
    with pytest.raises(SecretsError, match=r"secrets\.json"):
        load_secrets(path)
    assert path.read_text() == content


def test_a_short_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_KEY", "kort")
    with pytest.raises(SecretsError, match="TOKEN_KEY"):
        load_secrets(tmp_path / "secrets.json")


def test_the_engine_gets_its_own_key_and_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: dict[str, dict[str, str]] = {}

    class Manager:
        returncode = 0

        def add_process(self, name: str, command: str, env: dict[str, str], cwd: str) -> None:
            seen[name] = env

        def loop(self) -> None:
            pass

    for name in ("DATA_KEYS", "TOKEN_KEY", "SMTP_PASSWORD", "OIDC_CLIENT_SECRET"):
        monkeypatch.setenv(name, "x" * 40)
    monkeypatch.setenv("BOT_VAR", str(tmp_path))
    for name, replacement in (("Manager", Manager), ("prepare", lambda _: None), ("check_ports", lambda _: None)):
        monkeypatch.setattr(serve, name, replacement)
    monkeypatch.setattr(serve, "_announce", lambda *_: None)
    umask = os.umask(0o077)
    assert serve.serve() == 0
    os.umask(umask)
    assert seen["web"]["DATA_KEYS"] == "x" * 40
    for name in ("engine", "actions"):
        assert "ENGINE_KEY" in seen[name]
        assert not {"DATA_KEYS", "TOKEN_KEY", "SMTP_PASSWORD", "OIDC_CLIENT_SECRET"} & set(seen[name])


def test_data_keys_that_are_no_keys_stop_the_start_with_one_clear_line(tmp_path: Path) -> None:
    environment = {**os.environ, "DATA_KEYS": "geen-sleutel-" * 4, "BOT_VAR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "bot.web"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert "DATA_KEYS" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_engine_key_is_an_outage_not_a_leak(run_web: Callable[..., Web], engine: FakeEngine) -> None:
    web = run_web(ENGINE_KEY="a" * 40)
    assert web.start().say("Wat is een TLV?")[0]["author"] == "systeem"
    assert engine.asked == []


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_network_counts_as_one_visitor(address: str, network: str) -> None:
    assert network_of(address) == network


def test_who_watches_the_service_does_not_fill_the_log(run_web: Callable[..., Web]) -> None:
    web = run_web()
    for path in ("/healthz", "/readyz", "/metrics", "/"):
        web.http.get(path)
    for _ in range(50):  # a line is written after its answer
        log = web.log.read_text(encoding="utf-8")
        if "GET / 200" in log:
            break
        time.sleep(0.1)
    assert "GET / 200" in log
    for path in ("/healthz", "/readyz", "/metrics"):
        assert f"GET {path} " not in log
