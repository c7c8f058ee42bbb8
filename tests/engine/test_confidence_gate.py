"""Answer, ask back, or crisis first."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.nlu.confidence_gate import FALLBACK, ConfidenceGate
from bot.engine.nlu.parse_fields import ACCEPTED, KNOWN_WORDS, LANGUAGE, RANKING, TOPIC, set_topic

CONFIG = ConfidenceGate.get_default_config()
Ranking = list[tuple[str, float]]


@pytest.fixture
def gate(storage: ModelStorage, resource: Resource, context: ExecutionContext) -> ConfidenceGate:
    return ConfidenceGate.create({**CONFIG, "threshold": 0.3, "margin": 0.05, "crisis_threshold": 0.25},
                                 storage, resource, context)


def classified(ranking: Ranking, text: str = "een vraag over school") -> Message:
    """Return a message as the classifier leaves it."""
    message = Message({TEXT: text})
    if ranking:
        message.set(TOPIC, ranking[0][0].rsplit("/", 1)[-1])
        message.set(RANKING, ranking)
        message.set("label_probabilities", dict(ranking))
        set_topic(message, *ranking[0])
    return message


@pytest.mark.parametrize(
    ("ranking", "accepted"),
    [
        ([("tlv/tlv_wat", 0.9), ("begroeten", 0.05)], True),
        ([("tlv/tlv_wat", 0.30), ("begroeten", 0.2)], True),  # the edge of the threshold
        ([("tlv/tlv_wat", 0.2999), ("begroeten", 0.1)], False),
        ([("tlv/tlv_wat", 0.40), ("tlv/tlv_stappen", 0.34)], True),
        ([("tlv/tlv_wat", 0.40), ("tlv/tlv_stappen", 0.36)], False),  # sure of the family, not of the answer
        ([("tlv/tlv_wat", 0.4)], True),
        ([], False),
    ],
)
def test_answers_only_what_is_sure(gate: ConfidenceGate, ranking: Ranking, accepted: bool) -> None:
    (message,) = gate.process([classified(ranking)])
    assert message.get(ACCEPTED) is accepted
    assert (message.get(INTENT)["name"] == FALLBACK) is not accepted


def test_falling_back_keeps_what_may_be_meant(gate: ConfidenceGate) -> None:
    ranking = [("tlv/tlv_wat", 0.2), ("tlv/tlv_stappen", 0.19), ("begroeten", 0.1)]
    (message,) = gate.process([classified(ranking)])
    assert message.get(RANKING) == ranking
    assert message.get(TOPIC) == "tlv_wat"
    assert message.get(INTENT)["confidence"] == pytest.approx(0.8)
    assert message.get("intent_ranking") == [message.get(INTENT)]


def test_accepting_changes_nothing_else(gate: ConfidenceGate) -> None:
    before, after = (classified([("tlv/tlv_wat", 0.9), ("crisis", 0.1)]) for _ in range(2))
    gate.process([after])
    assert {k: v for k, v in after.data.items() if k != ACCEPTED} == before.data


def test_crisis_by_a_modest_probability(gate: ConfidenceGate) -> None:
    ranking = [("frustratie", 0.6), ("crisis", 0.26), ("tlv/tlv_wat", 0.1)]
    (message,) = gate.process([classified(ranking)])
    assert message.get(TOPIC) == message.get(INTENT)["name"] == "crisis"
    assert message.get(ACCEPTED) is True
    assert message.get(RANKING) == [("crisis", 0.26), ("frustratie", 0.6), ("tlv/tlv_wat", 0.1)]
    assert message.get("response_selector") == {"all_retrieval_intents": []}


def test_no_crisis_just_below_the_bar(gate: ConfidenceGate) -> None:
    (message,) = gate.process([classified([("frustratie", 0.6), ("crisis", 0.249)])])
    assert message.get(TOPIC) == "frustratie"


def test_the_probability_counts_also_far_down_the_ranking(gate: ConfidenceGate) -> None:
    message = classified([("frustratie", 0.6), ("begroeten", 0.15)])
    message.set("label_probabilities", {"frustratie": 0.6, "begroeten": 0.15, "crisis": 0.25})
    gate.process([message])
    assert message.get(TOPIC) == "crisis"


@pytest.mark.parametrize(
    "text",
    [
        "wat is een tlv? mijn zoon zegt dat hij dood wil",
        "kızım intihar etmek istiyor",
        "ابنتي تريد أن تموت",
        "Ze wil zichzelf iets aandoen",
    ],
)
@pytest.mark.parametrize("ranking", [[("tlv/tlv_wat", 0.99), ("crisis", 0.0001)], [("tlv/tlv_wat", 0.1)], []])
def test_crisis_by_a_phrase_whatever_the_classifier_thinks(gate: ConfidenceGate, text: str, ranking: Ranking) -> None:
    (message,) = gate.process([classified(ranking, text)])
    assert message.get(TOPIC) == message.get(INTENT)["name"] == "crisis"
    assert message.get(ACCEPTED) is True
    assert message.get(RANKING)[0] == ("crisis", 0.25)
    assert [label for label, _ in message.get(RANKING)].count("crisis") == 1


def test_a_message_without_text_falls_back(gate: ConfidenceGate) -> None:
    (message,) = gate.process([Message({})])
    assert message.get(INTENT) == {"name": FALLBACK, "confidence": 1.0}


def test_what_it_sets_is_in_the_output(gate: ConfidenceGate) -> None:
    for ranking in ([("tlv/tlv_wat", 0.9)], [("tlv/tlv_wat", 0.1)], [("crisis", 0.9)]):
        (message,) = gate.process([classified(ranking)])
        assert ACCEPTED in message.as_dict(only_output_properties=True)


@pytest.mark.parametrize("field", ["threshold", "margin", "crisis_threshold", "unknown_threshold"])
@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_thresholds_are_probabilities(field: str, value: float) -> None:
    with pytest.raises(InvalidConfigException, match=field):
        ConfidenceGate.validate_config({**CONFIG, field: value})


@pytest.mark.parametrize("config", [{}, CONFIG, {"threshold": 0, "margin": 1}])
def test_good_thresholds_are_accepted(config: dict[str, Any]) -> None:
    ConfidenceGate.validate_config(config)


@pytest.mark.parametrize(
    ("known", "language", "probability", "accepted"),
    [
        (0, "nl", 0.69, False),  # keyboard noise looks like some short example
        (0, "nl", 0.70, True),
        (0, "tr", 0.5, True),  # no word of another language is in the training data
        (1, "nl", 0.5, True),
    ],
)
def test_without_one_known_word_it_takes_more(
    storage: ModelStorage, resource: Resource, context: ExecutionContext,
    known: int, language: str, probability: float, accepted: bool,
) -> None:  # fmt: skip
    gate = ConfidenceGate.create({**CONFIG, "unknown_threshold": 0.7}, storage, resource, context)
    message = classified([("tlv/tlv_wat", probability), ("begroeten", 0.1)])
    message.set(KNOWN_WORDS, known)
    message.set(LANGUAGE, language)
    gate.process([message])
    assert message.get(ACCEPTED) is accepted


def test_a_bad_configuration_does_not_get_into_a_model(
    storage: ModelStorage, resource: Resource, context: ExecutionContext
) -> None:
    with pytest.raises(InvalidConfigException, match="threshold"):
        ConfidenceGate.create({**CONFIG, "threshold": 3}, storage, resource, context)


def test_an_idiom_of_boredom_is_no_crisis(gate: ConfidenceGate) -> None:
    ranking = [("crisis", 0.45), ("scholen/hoogbegaafd", 0.35), ("frustratie", 0.05)]
    (message,) = gate.process([classified(ranking, "mijn kind verveelt zich dood op school")])
    assert message.get(ACCEPTED) is True
    assert message.get(TOPIC) == "hoogbegaafd"
    assert message.get(RANKING)[0] == ("scholen/hoogbegaafd", pytest.approx(0.35 / 0.55))


def test_an_idiom_hides_no_danger_beside_it(gate: ConfidenceGate) -> None:
    ranking = [("frustratie", 0.6), ("crisis", 0.05)]
    (message,) = gate.process([classified(ranking, "hij verveelt zich dood en hij wil niet meer leven")])
    assert message.get(TOPIC) == "crisis"
    (unsure,) = gate.process([classified([("crisis", 0.9)], "ik werk me dood en nu kan ik echt niet meer")])
    assert unsure.get(TOPIC) == "crisis"
