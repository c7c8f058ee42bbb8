"""The classifier in Rasa's terms: intent and response_selector for FAQ topics, intent alone for the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import (
    FEATURE_TYPE_SENTENCE,
    FEATURE_TYPE_SEQUENCE,
    INTENT,
    INTENT_RESPONSE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.engine.nlu.parse_fields import KNOWN_WORDS, RANKING, TOPIC
from bot.engine.nlu.topic_classifier import TopicClassifier

CONFIG: dict[str, Any] = {
    **TopicClassifier.get_default_config(), "sparse": {"words": 1.0}, "dense": "sentence", "dense_weight": 1.0,
}  # fmt: skip
VOCABULARY = ["tlv", "wat", "stappen", "dood", "hallo", "school"]
EXAMPLES = {
    "tlv/tlv_wat": ["tlv wat", "wat tlv", "wat tlv school", "tlv wat wat"],
    "tlv/tlv_stappen": ["tlv stappen", "stappen tlv", "stappen tlv school", "stappen stappen tlv"],
    "crisis": ["dood", "dood dood", "dood school", "wat dood"],
    "begroeten": ["hallo", "hallo hallo", "hallo school", "hallo wat"],
}


def message(text: str, label: str | None = None) -> Message:
    """Return a message with the features that the featurizers of the pipeline would give."""
    made = Message({TEXT: text})
    if label:
        made.set(INTENT, label.split("/")[0])
        if "/" in label:
            made.set(INTENT_RESPONSE_KEY, label)
    counts = np.array([[text.split().count(word) for word in VOCABULARY]])
    for kind in (FEATURE_TYPE_SEQUENCE, FEATURE_TYPE_SENTENCE):
        made.add_features(Features(csr_matrix(counts), kind, TEXT, "words"))
    dense = counts / (np.linalg.norm(counts) or 1.0)
    made.add_features(Features(dense.astype(np.float32), FEATURE_TYPE_SENTENCE, TEXT, "sentence"))
    return made


def training_data() -> TrainingData:
    examples = [message(text, label) for label, texts in EXAMPLES.items() for text in texts]
    # Rasa hands over the answers too, as examples without a text
    return TrainingData([*examples, Message({INTENT: "tlv"})])


@pytest.fixture
def component(storage: ModelStorage, resource: Resource, context: ExecutionContext) -> TopicClassifier:
    made = TopicClassifier.create(CONFIG, storage, resource, context)
    made.train(training_data())
    return made


def test_a_topic_of_a_family_fills_intent_and_response_selector(component: TopicClassifier) -> None:
    (found,) = component.process([message("wat tlv")])
    assert found.get(TOPIC) == "tlv_wat"
    assert found.get(INTENT)["name"] == "tlv"
    assert found.get("intent_ranking") == [found.get(INTENT)]
    selector = found.get("response_selector")
    assert selector["all_retrieval_intents"] == ["tlv"]
    response = selector["tlv"]["response"]
    assert response["intent_response_key"] == "tlv/tlv_wat"
    assert response["utter_action"] == "utter_tlv/tlv_wat"
    assert response["confidence"] == found.get(INTENT)["confidence"]


def test_a_plain_intent_has_no_response_selection(component: TopicClassifier) -> None:
    (found,) = component.process([message("hallo")])
    assert found.get(TOPIC) == found.get(INTENT)["name"] == "begroeten"
    assert found.get("response_selector") == {"all_retrieval_intents": []}


def test_the_ranking_is_sorted_and_holds_every_label(component: TopicClassifier) -> None:
    (found,) = component.process([message("tlv stappen")])
    ranking = found.get(RANKING)
    assert ranking[0] == ("tlv/tlv_stappen", found.get(INTENT)["confidence"])
    assert sorted(label for label, _ in ranking) == sorted(EXAMPLES)
    assert [p for _, p in ranking] == sorted((p for _, p in ranking), reverse=True)
    assert sum(p for _, p in ranking) == pytest.approx(1.0, abs=1e-4)
    assert all(type(p) is float and type(label) is str for label, p in ranking)  # JSON must take it
    assert found.get("label_probabilities") == dict(ranking)


def test_several_messages_at_once_are_like_one_by_one(component: TopicClassifier) -> None:
    texts = ["wat tlv", "dood", "hallo school"]
    together = component.process([message(t) for t in texts])
    for text, found in zip(texts, together):
        (alone,) = component.process([message(text)])
        assert found.get(TOPIC) == alone.get(TOPIC)
        assert found.get(INTENT)["confidence"] == pytest.approx(alone.get(INTENT)["confidence"], abs=1e-5)


def test_a_loaded_component_says_the_same(
    component: TopicClassifier, storage: ModelStorage, resource: Resource, context: ExecutionContext
) -> None:
    loaded = TopicClassifier.load(CONFIG, storage, resource, context)
    for text in ("wat tlv", "dood", "hallo"):
        before, after = component.process([message(text)])[0], loaded.process([message(text)])[0]
        assert after.get(TOPIC) == before.get(TOPIC)
        assert after.get(INTENT)["confidence"] == pytest.approx(before.get(INTENT)["confidence"], abs=5e-3)


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_message_is_left_alone(component: TopicClassifier, text: str) -> None:
    empty = Message({TEXT: text})
    filled = message("hallo")
    assert component.process([empty, filled]) == [empty, filled]
    assert empty.get(TOPIC) is None
    assert empty.get(INTENT) is None
    assert filled.get(TOPIC) == "begroeten"


def test_an_untrained_component_leaves_messages_alone(
    storage: ModelStorage, resource: Resource, context: ExecutionContext
) -> None:
    untouched = message("hallo")
    TopicClassifier.create(CONFIG, storage, resource, context).process([untouched])
    assert untouched.get(TOPIC) is None


def test_one_intent_is_no_training(storage: ModelStorage, resource: Resource, context: ExecutionContext) -> None:
    component = TopicClassifier.create(CONFIG, storage, resource, context)
    with pytest.raises(InvalidConfigException, match="two intents"):
        component.train(TrainingData([message("hallo", "begroeten"), message("hallo hallo", "begroeten")]))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"sparse": {}}, "sparse"),
        ({"sparse": ["words"]}, "sparse"),
        ({"dense": None}, "dense"),
        ({"regularization": 0}, "regularization"),
        ({"regularization": -1.0}, "regularization"),
        ({"temperature": 0}, "temperature"),
    ],
)
def test_a_bad_configuration_is_refused_by_name(change: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidConfigException, match=named):
        TopicClassifier.validate_config({**CONFIG, **change})


def test_a_good_configuration_is_accepted() -> None:
    TopicClassifier.validate_config(CONFIG)


def test_a_bad_configuration_does_not_get_into_a_model(
    storage: ModelStorage, resource: Resource, context: ExecutionContext
) -> None:
    with pytest.raises(InvalidConfigException, match="dense"):
        TopicClassifier.create({**CONFIG, "dense": None}, storage, resource, context)


@pytest.mark.parametrize(("text", "known"), [("wat tlv", 2), ("wat is dat", 1), ("gnarf", 0)])
def test_it_counts_the_words_it_knows(component: TopicClassifier, text: str, known: int) -> None:
    (found,) = component.process([message(text)])
    assert found.get(KNOWN_WORDS) == known
