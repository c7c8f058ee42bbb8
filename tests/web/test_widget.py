"""The files of the widget: sizes, hashes, versions that stay, headers for pages of others, texts, and the page for webmasters."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest
import yaml

from bot.clock import today
from bot.knowledge.files import KnowledgeError, knowledge_dir
from bot.web.widget.files import SOURCES, WidgetFiles
from bot.web.widget.texts import load_widget_texts
from tests.web.conftest import ROOT, Web

DOC = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
LOADER = (SOURCES / "loader.js").read_text(encoding="utf-8")


def in_table(heading: str) -> set[str]:
    """Return what stands in the first column of the table below a heading of the page for webmasters."""
    [part] = [part for part in re.split(r"^## ", DOC, flags=re.MULTILINE) if part.startswith(heading)]
    return set(re.findall(r"^\| `([^`]+)`", part, re.MULTILINE))


def test_the_sizes_stay_below_what_was_promised(tmp_path: Path) -> None:
    files = WidgetFiles(tmp_path)
    loader, panel = len(files.loader.compressed), sum(len(file.compressed) for file in files.panel)
    print(f"loader {loader} bytes, panel {panel} bytes with gzip")
    assert loader <= 5_000
    assert panel <= 40_000
    told = re.search(r"\| deze chat \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|", DOC)
    assert told
    for number, measured in zip(told.groups(), (loader, panel, loader + panel), strict=True):
        assert int(number.replace(".", "")) == pytest.approx(measured, rel=0.05)


def test_the_script_is_at_the_root_small_and_for_every_page(web: Web) -> None:
    response = web.http.get("/widget.js", headers={"Origin": "https://www.onbekend.nl"})
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Cache-Control"] == "no-cache"
    again = web.http.get("/widget.js", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    plain = web.http.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == response.content


def test_a_version_has_the_hash_that_is_printed_and_never_changes(web: Web) -> None:
    embed = web.http.get("/widget/embed.json").json()
    response = web.http.get(embed["path"])
    assert "sha384-" + base64.b64encode(hashlib.sha384(response.content).digest()).decode() == embed["integrity"]
    assert "immutable" in response.headers["Cache-Control"]
    named = re.findall(r'"name": "([a-z.]+)", "integrity": "(sha384-[^"]+)"', response.text)
    assert {name for name, _ in named} == {p.name for p in SOURCES.iterdir() if not p.name.startswith("loader")}
    for name, integrity in named:
        file = web.http.get(f"/widget/{embed['version']}/{name}", headers={"Origin": "https://www.onbekend.nl"})
        assert "sha384-" + base64.b64encode(hashlib.sha384(file.content).digest()).decode() == integrity
        assert file.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["0000000000000000/panel.js", "../texts.py", "%2e%2e/secrets.json", "x/..%2f..%2fsecrets.json"])
def test_nothing_else_is_served(web: Web, path: str) -> None:
    assert web.http.get(f"/widget/{path}").status_code == 404


def test_an_older_version_stays_after_an_update(tmp_path: Path) -> None:
    now = WidgetFiles(tmp_path)
    old = tmp_path / "0123456789abcdef"
    old.mkdir()
    (old / "panel.js").write_text("// how it was", encoding="utf-8")
    found = WidgetFiles(tmp_path).get("0123456789abcdef", "panel.js")
    assert found is not None
    assert found.content == b"// how it was"
    assert (tmp_path / now.version / "widget.js").read_bytes() == now.loader.content
    assert gzip.decompress(now.loader.compressed) == now.loader.content


def test_the_frame_is_for_the_listed_origins_alone(web: Web) -> None:
    response = web.http.get("/widget/frame")
    policy = response.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://www.school.nl")
    assert "unsafe" not in policy
    assert 'content="https://www.school.nl"' in response.text


def test_texts_and_titles_of_topics_are_given(web: Web) -> None:
    texts = web.http.get("/widget/texts.json").json()
    assert texts["working"] == "De chatbot zoekt het antwoord"
    assert "036 76 70 200" in texts["telephones"]
    assert "{" not in "".join(str(text) for text in texts.values())
    assert web.http.get("/widget/topics/tlv_wat").json()["title"] == "Wat is een TLV?"
    assert web.http.get("/widget/topics/bestaat_niet").status_code == 404


@pytest.mark.parametrize(
    ("part", "name", "value", "says"),
    [
        ("panel", "send", None, "no text for send"), ("panel", "nieuw", "Iets", "nothing uses nieuw"),
        ("log", "working", " ", "empty"), ("cards", "send", "Nog een", "another part"),
        ("panel", "leave_url", "http://weer.nl", "leave_url"), ("problems", "failed", "Bel {nummer}.", "nummer"),
    ],
)  # fmt: skip
def test_a_wrong_text_stops_the_start(tmp_path: Path, part: str, name: str, value: str | None, says: str) -> None:
    content = yaml.safe_load((knowledge_dir() / "widget_texts.yml").read_text(encoding="utf-8"))
    if value is None:
        del content[part][name]
    else:
        content[part][name] = value
    path = tmp_path / "widget_texts.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=says):
        load_widget_texts(path)


def test_the_texts_are_short_sentences_for_parents() -> None:
    for name, text in load_widget_texts().of_chat(today()).items():
        assert not re.search(r"\b(u|uw|middels|indien|conform|betreffende)\b", text), name
        assert all(len(sentence.split()) <= 20 for sentence in re.split(r"[.?!]", text)), name


def test_the_page_for_webmasters_names_every_option_and_no_other() -> None:
    taken = re.search(r"for \(const name of (\[.*?\])\) \{\n\s+const value = script", LOADER)
    assert taken
    assert in_table("Opties") == set(re.findall(r'"([a-z-]+)"', taken.group(1)))
    assert in_table("Gebeurtenissen") == {f"ouder-chat:{name}" for name in events()}
    methods = set(re.findall(r"^    (?:async |get )?([a-z]\w+)\([a-z]*\) \{", LOADER, re.MULTILINE))
    of_the_browser = {"connectedCallback", "disconnectedCallback", "attributeChangedCallback"}
    assert {name.partition("(")[0] for name in in_table("JavaScript")} == methods - of_the_browser


def events() -> set[str]:
    """Return the names of the events that the scripts send."""
    scripts = LOADER + (SOURCES / "panel.js").read_text(encoding="utf-8")
    return set(re.findall(r'\btell\("(\w+)"', scripts)) | set(re.findall(r'#tell\("(\w+)"', scripts))


def test_the_page_for_webmasters_names_every_colour_and_no_other() -> None:
    styles = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.css"))
    assert in_table("Kleuren") == set(re.findall(r"var\((--ouder-chat-[a-z-]+)", styles))


def test_no_script_makes_html_or_runs_text() -> None:
    for path in [*SOURCES.glob("*.js"), *SOURCES.parent.glob("*.js")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text), path
        assert "localStorage" not in text
        assert ".cookie" not in text
