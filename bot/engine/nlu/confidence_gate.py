"""Decides whether the assistant answers, asks back, or lets crisis go first."""

from __future__ import annotations

from typing import Any, Dict, List, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.nlu.parse_fields import ACCEPTED, KNOWN_WORDS, LANGUAGE, RANKING, TOPIC, set_topic
from bot.engine.nlu.topic_classifier import TopicClassifier
from bot.knowledge.crisis import CrisisPhrases, load_crisis_phrases

CRISIS = "crisis"
FALLBACK = "nlu_fallback"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ConfidenceGate(IntentClassifier, GraphComponent):
    """The last word on a message.

    Rasa's FallbackClassifier looks at intents only; here the confidence is that of the topic, so a sure family with
    an unsure answer falls back too. Crisis comes before all: a phrase of data/knowledge/crisis.yml, or a modest
    probability, is enough (recall before precision).
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """Ask for the topic classifier."""
        return [TopicClassifier]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the defaults.

        threshold: lowest confidence to answer on; margin: smallest lead on the second topic; crisis_threshold: lowest
        probability that counts as crisis; idiom_threshold: the same where the message has an idiom that only sounds like
        danger ('verveelt zich dood'); unknown_threshold: lowest confidence where no word is known from training.
        """
        return {
            "threshold": 0.3, "margin": 0.05, "crisis_threshold": 0.25, "idiom_threshold": 0.8, "unknown_threshold": 0.7
        }  # fmt: skip

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Refuse thresholds that are no probabilities."""
        for field in cls.get_default_config():
            if field in config and not 0 <= config[field] <= 1:
                raise InvalidConfigException(f"ConfidenceGate: '{field}' must lie between 0 and 1, not {config[field]}.")

    def __init__(self, config: Dict[Text, Any], crisis: CrisisPhrases) -> None:
        """Hold thresholds and crisis phrases."""
        self._config = config
        self._crisis = crisis

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> ConfidenceGate:
        """Create the component with the phrases of data/knowledge/crisis.yml."""
        cls.validate_config(config)
        return cls(config, load_crisis_phrases())

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `accepted`, and the intent to crisis or nlu_fallback where needed."""
        for message in messages:
            ranking = message.get(RANKING) or []
            if self._is_crisis(message):
                self._accept_crisis(message, ranking)
                continue
            if ranking and ranking[0][0] == CRISIS and self._crisis.has_idiom(message.get(TEXT) or ""):
                ranking = self._without_crisis(message, ranking)
            if self._is_sure(ranking, self._lowest(message)):
                message.set(ACCEPTED, True, add_to_output=True)
            else:
                self._fall_back(message, ranking)
        return messages

    def _is_crisis(self, message: Message) -> bool:
        """Tell whether a message may mean danger."""
        text = message.get(TEXT) or ""
        if self._crisis.match(text):
            return True
        probability = (message.get("label_probabilities") or {}).get(CRISIS, 0.0)
        enough = self._config["idiom_threshold" if self._crisis.has_idiom(text) else "crisis_threshold"]
        return bool(probability >= enough)

    def _without_crisis(self, message: Message, ranking: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """Return what else the message may mean, and let it mean the first of that."""
        others = [(label, p / (1 - ranking[0][1])) for label, p in ranking[1:]]
        if others:
            set_topic(message, *others[0])
            message.set(TOPIC, others[0][0].rsplit("/", 1)[-1], add_to_output=True)
            message.set(RANKING, others, add_to_output=True)
        return others

    def _accept_crisis(self, message: Message, ranking: list[tuple[str, float]]) -> None:
        """Make crisis the topic, and first in the ranking."""
        confidence = max([p for label, p in ranking if label == CRISIS] + [self._config["crisis_threshold"]])
        others = [(label, p) for label, p in ranking if label != CRISIS]
        message.set(TOPIC, CRISIS, add_to_output=True)
        message.set(RANKING, [(CRISIS, confidence), *others], add_to_output=True)
        message.set(ACCEPTED, True, add_to_output=True)
        set_topic(message, CRISIS, confidence)

    def _lowest(self, message: Message) -> float:
        """Return the confidence that it takes; keyboard noise resembles some short message of the training data."""
        unknown = message.get(KNOWN_WORDS) == 0 and message.get(LANGUAGE, "nl") == "nl"
        return float(self._config["unknown_threshold" if unknown else "threshold"])

    def _is_sure(self, ranking: list[tuple[str, float]], lowest: float) -> bool:
        """Tell whether the best topic is likely enough, and ahead of the second."""
        if not ranking or ranking[0][1] < lowest:
            return False
        second = ranking[1][1] if len(ranking) > 1 else 0.0
        return ranking[0][1] - second >= self._config["margin"]

    def _fall_back(self, message: Message, ranking: list[tuple[str, float]]) -> None:
        """Let the dialogue ask back; the ranking keeps what may be meant."""
        confidence = 1.0 - (ranking[0][1] if ranking else 0.0)
        message.set(ACCEPTED, False, add_to_output=True)
        message.set(INTENT, {INTENT_NAME_KEY: FALLBACK, PREDICTED_CONFIDENCE_KEY: confidence}, add_to_output=True)
        message.set(
            "intent_ranking", [{INTENT_NAME_KEY: FALLBACK, PREDICTED_CONFIDENCE_KEY: confidence}], add_to_output=True
        )
