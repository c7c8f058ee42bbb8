"""The page that a parent prints: what stands on it, how it is reached, and when it ends."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bot.clock import today
from bot.conversations.messages import Message, new_id
from bot.conversations.store import Started
from bot.deadlines.calendar import in_words
from bot.knowledge.files import KnowledgeError, knowledge_dir
from bot.precheck import evaluate, load_precheck, parse_profile
from bot.web.gesprekskaart.pdf import to_pdf
from bot.web.gesprekskaart.sheet import Sheet, make_sheet
from bot.web.gesprekskaart.texts import load_sheet_texts
from bot.web.tokens import TokenRefused, Tokens
from tests.web.cards import HOME, deadline_card, outcome_card
from tests.web.conftest import Chat, Web
from tests.web.fake_engine import FakeEngine

DAY = date(2026, 11, 22)
PROFILES: dict[str, dict[str, Any]] = {
    "thuis": HOME,
    "leeg": {},
    "vo": {"leeftijd": 14, "onderwijs": "vo", "leerjaar": 2, "niveau": ["kbl", "gtl"], "kenmerken": ["angst"]},
    "veel": {
        **HOME, "tlv": "aangevraagd", "extra_ondersteuning_maanden": 8, "toestemming_ouders": True,
        "woont_in_almere": True, "wijk": "Buiten", "nederlands": "onvoldoende", "geslacht": "meisje", "iq": 95,
        "kenmerken": ["ass", "angst", "overprikkeling", "internaliserend", "gedrag", "psychiatrisch", "hoogbegaafd",
                      "tos", "langdurig_ziek", "weinig_zelfvertrouwen", "sociaal_emotioneel"],
        "leerachterstand_jaren": 2, "leerachterstand_domeinen": ["inzichtelijk_rekenen", "spellen"],
        "ggz_betrokken": True, "diagnose": True, "open_voor_hulp": True,
    },
}  # fmt: skip


def said(card: dict[str, Any]) -> Message:
    """Return a message with a card."""
    return Message(
        id=new_id(), author="bot", text="x", buttons=[], topic=None, sources=[], card=card, created_at=datetime.now(UTC)
    )


def sheet_of(*cards: dict[str, Any], on: date = DAY) -> Sheet:
    """Return the sheet of a conversation with these cards."""
    sheet = make_sheet([said(card) for card in cards], on)
    assert sheet is not None
    return sheet


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF of one page, on one line."""
    [page] = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(page.extract_text().split())


def with_card(web: Web, engine: FakeEngine, *cards: dict[str, Any]) -> tuple[Chat, str]:
    """Have a conversation in which these cards come; return the path of its gesprekskaart."""
    engine.cards = list(cards)
    chat = web.start()
    path = ""
    for _ in cards:
        [message] = chat.say("Past er hulp?")
        path = message["card"].get("gesprekskaart", path)
    return chat, path


def test_the_card_of_a_result_carries_the_link_and_no_other_does(web: Web, engine: FakeEngine) -> None:
    chat, path = with_card(web, engine, deadline_card("bezwaar", today(), today()), outcome_card(today()))
    assert re.fullmatch(r"/gesprekskaart/[A-Za-z0-9_.-]{40,200}", path)
    cards = [message["card"] for message in chat.all() if message["card"]]
    assert [card.get("gesprekskaart") for card in cards] == [None, path]
    assert chat.token not in path
    stored = chat.get("export").json()["conversation"]["messages"]
    assert all("gesprekskaart" not in (message["card"] or {}) for message in stored)


def test_the_page_holds_everything_for_the_talk(web: Web, engine: FakeEngine) -> None:
    start = today() - timedelta(days=10)
    card = outcome_card(today())
    _, path = with_card(web, engine, deadline_card("zorgplicht_besluit", start, today()), card)
    response = web.http.get(path)
    assert response.status_code == 200
    page = response.text
    for text in ("9 jaar", "Groep 6", "6 weken niet of weinig naar school", "Autisme", card["fits"][0]["name"],
                 card["fits"][0]["reasons"][0], card["maybe"][0]["name"], "Dit is geen besluit.", in_words(today()),
                 in_words(start + timedelta(weeks=6)), "Vragen voor het gesprek", "036 76 70 200", "ONS"):  # fmt: skip
        assert text.lower() in page.lower(), text


def test_the_page_is_private(web: Web, engine: FakeEngine) -> None:
    _, path = with_card(web, engine, outcome_card(today()))
    for found in (web.http.get(path), web.http.get(f"{path}.pdf")):
        assert found.status_code == 200
        policy = found.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert "noindex" in found.headers["X-Robots-Tag"]
        assert found.headers["Cache-Control"] == "no-store"
        assert found.headers["Referrer-Policy"] == "no-referrer"
    page = web.http.get(path).text
    assert "<script" not in page
    assert " style=" not in page
    assert "noindex" in page
    assert path.rpartition("/")[2] not in web.log.read_text(encoding="utf-8")


def test_the_pdf_is_served_and_says_the_same(web: Web, engine: FakeEngine) -> None:
    card = outcome_card(today())
    _, path = with_card(web, engine, card)
    response = web.http.get(f"{path}.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    assert card["fits"][0]["name"] in text_of(response.content)


def test_the_link_ends_with_the_conversation(web: Web, engine: FakeEngine) -> None:
    chat, path = with_card(web, engine, outcome_card(today()))
    chat.erase()
    for found in (web.http.get(path), web.http.get(f"{path}.pdf")):
        assert found.status_code == 410
        assert "gewist" in found.text
        assert "9 jaar" not in found.text


def test_a_changed_link_and_other_tokens_open_nothing(web: Web, engine: FakeEngine) -> None:
    chat, path = with_card(web, engine, outcome_card(today()))
    token = path.rpartition("/")[2]
    changed = ("B" if token[0] == "A" else "A") + token[1:]
    for wrong in (changed, token[:-3], "x", chat.token, chat.id, f"{chat.id}.pdf"):
        found = web.http.get(f"/gesprekskaart/{wrong}")
        assert found.status_code == 404
        assert "bestaat niet" in found.text
    # The link shows the page, and is no key to the conversation.
    for part in ("messages", "export"):
        headers = {"Authorization": f"Bearer {token}"}
        assert web.http.get(f"/api/conversations/{chat.id}/{part}", headers=headers).status_code == 401


def test_without_a_result_there_is_no_page(run_web: Callable[..., Web], engine: FakeEngine) -> None:
    web = run_web(TOKEN_KEY="sleutel-voor-de-tests-die-lang-genoeg-is")
    chat = web.start()
    tokens = Tokens("sleutel-voor-de-tests-die-lang-genoeg-is", timedelta(days=30))
    path = f"/gesprekskaart/{tokens.for_sheet(Started(chat.id, datetime.now(UTC)))}"
    assert web.http.get(path).status_code == 404
    engine.cards = [{"type": "voorcheck_uitslag"}]
    chat.say("Past er hulp?")
    assert web.http.get(path).status_code == 404


def test_a_link_lasts_as_long_as_the_token() -> None:
    tokens = Tokens("sleutel", timedelta(days=30))
    fresh, old = (Started("id", datetime.now(UTC) - timedelta(days=days)) for days in (29, 31))
    assert tokens.read_sheet(tokens.for_sheet(fresh)).id == "id"
    with pytest.raises(TokenRefused, match="token_verlopen"):
        tokens.read_sheet(tokens.for_sheet(old))


@pytest.mark.parametrize("name", PROFILES)
def test_the_pdf_is_one_page_without_broken_characters(name: str) -> None:
    profile = PROFILES[name]
    rules = ("zorgplicht_besluit", "tlv_besluit", "bezwaar", "ons_besluit", "tlv_aanvullen")
    cards = [deadline_card(rule, DAY - timedelta(days=2), DAY) for rule in rules]
    sheet = sheet_of(outcome_card(DAY, profile or {"onderwijs": "po"}), *cards)
    found = text_of(to_pdf(sheet))
    lines = [*sheet.situation, *sheet.questions, *sheet.unknown, sheet.contact, sheet.texts.no_decision]
    lines += [text for entry in (*sheet.fits, *sheet.maybe, *sheet.deadlines) for text in (entry.name, *entry.lines)]
    for line in lines:
        assert " ".join(line.split()) in found, line
    assert "\ufffd" not in found
    assert "\x00" not in found


def test_the_fullest_result_still_fits_on_one_page() -> None:
    data = load_precheck()
    card = outcome_card(DAY, PROFILES["veel"])
    results = {r.arrangement: r for r in evaluate(parse_profile(HOME), data)}
    longest = sorted(data.arrangements.values(), key=lambda a: -len(a.applicant + a.this_week))[:3]
    entries = [
        {"arrangement": a.id, "name": a.name, "reasons": [r.text for r in results[a.id].reasons][:3],
         "missing": list(data.fields)[:10], "applicant": a.applicant, "this_week": a.this_week}
        for a in longest
    ]  # fmt: skip
    card |= {"fits": entries, "maybe": entries}
    deadlines = [deadline_card(rule, DAY, DAY) for rule in ("zorgplicht_besluit", "tlv_besluit", "bezwaar", "ons_besluit")]
    assert longest[0].name in text_of(to_pdf(sheet_of(card, *deadlines)))


def test_only_deadlines_that_run_count_and_the_last_word_on_each() -> None:
    cards = [
        deadline_card("bezwaar", date(2026, 11, 2), DAY),
        deadline_card("bezwaar", date(2026, 11, 12), DAY),
        deadline_card("ons_besluit", date(2026, 9, 1), DAY),
    ]
    sheet = sheet_of(outcome_card(DAY), *cards)
    [only] = sheet.deadlines
    assert in_words(date(2026, 12, 24)) in only.name


def test_the_last_result_counts() -> None:
    sheet = sheet_of(outcome_card(DAY, {"leeftijd": 7, "onderwijs": "po"}), outcome_card(DAY))
    assert "9 jaar" in sheet.situation


def test_questions_fit_what_is_not_known() -> None:
    asked = sheet_of(outcome_card(DAY)).questions
    assert any("extra hulp" in text or "hoe lang al" in text for text in asked)
    assert any("weer naar school" in text for text in asked)
    card = outcome_card(DAY) | {"maybe": [], "fits": []}
    sheet = sheet_of(card)
    assert not any("weer naar school" in text for text in sheet.questions)
    assert len(sheet.questions) >= 3
    assert sheet.unknown == ()


def test_broken_and_old_cards_make_no_page() -> None:
    for change in ({"fits": None}, {"profile": {"leeftijd": "oud"}}, {"date": "gisteren"}, {"maybe": [{"name": 5}]}):
        assert make_sheet([said(outcome_card(DAY) | change)], DAY) is None
    old = outcome_card(DAY)
    old["profile"]["veld_van_vroeger"] = 1
    old["sources"].append("oud/document")
    old["maybe"][0]["missing"].append("veld_van_vroeger")
    assert "9 jaar" in sheet_of(old).situation


def test_a_question_about_an_unknown_field_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gesprekskaart.yml"
    whole = (knowledge_dir() / "gesprekskaart.yml").read_text(encoding="utf-8")
    path.write_text(whole.replace("missing: [opp]", "missing: [oppp]"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="oppp"):
        load_sheet_texts(path)
