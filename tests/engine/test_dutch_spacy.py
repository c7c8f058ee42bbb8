"""The Dutch spaCy pipeline: what it gives, what happens without it, and that Rasa sees another version."""

from __future__ import annotations

import json

import pytest
from rasa.nlu.model import InvalidModelError

from bot.engine.nlu.dutch_spacy import DutchSpacyNLP

CONFIG = {**DutchSpacyNLP.get_default_config(), "model": "nl_core_news_sm"}


def test_a_missing_pipeline_says_what_to_do() -> None:
    with pytest.raises(InvalidModelError, match=r"nl_core_news_xl.*not installed.*make setup") as raised:
        DutchSpacyNLP.load_model("nl_core_news_xl")
    assert raised.value.__cause__ is None


def test_the_pipeline_knows_dutch() -> None:
    parsed = DutchSpacyNLP.load_model("nl_core_news_sm").model("Mijn kinderen gingen naar school. Nu zitten ze thuis.")
    lemmas = [token.lemma_.lower() for token in parsed]
    assert "kind" in lemmas
    assert "gaan" in lemmas
    assert parsed[1].pos_ == "NOUN"
    assert len(list(parsed.sents)) == 2


def test_the_fingerprint_names_the_installed_version() -> None:
    meta = json.loads(DutchSpacyNLP.fingerprint_addon(CONFIG))
    assert (meta["lang"], meta["name"]) == ("nl", "core_news_sm")
    assert meta["version"]
