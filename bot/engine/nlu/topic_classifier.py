"""Rasa component around the joint topic model: fills intent, intent_ranking and response_selector."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack

from bot.engine.nlu.parse_fields import KNOWN_WORDS, RANKING, TOPIC, set_topic
from bot.engine.nlu.topic_model import TopicModel

RANKING_LENGTH = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """One classifier over all topics: those of FAQ families (`tlv/tlv_wat`) and plain intents alike.

    A message gets `topic` and `topic_ranking` beside Rasa's own fields; the intent is the family of the topic,
    and `response_selector` names its answer, so that `utter_<family>` and stock rules work.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """Ask for featurizers."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> List[Text]:
        """Name the packages that must be installed."""
        return ["scipy"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the defaults; see `TopicModel.fit` for their meaning."""
        return {
            "sparse": {}, "dense": None, "dense_weight": 1.0, "regularization": 20.0, "temperature": 1.0,
        }

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Refuse a configuration without features or with numbers out of range."""
        if not config.get("sparse") or not isinstance(config["sparse"], dict):
            raise InvalidConfigException("TopicClassifier: 'sparse' must map featurizer aliases to weights.")
        if not config.get("dense"):
            raise InvalidConfigException("TopicClassifier: 'dense' must name the alias of the sentence featurizer.")
        for field in ("regularization", "temperature"):
            if field in config and not config[field] > 0:
                raise InvalidConfigException(f"TopicClassifier: '{field}' must be above zero, not {config[field]}.")

    def __init__(
        self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
        model: TopicModel | None = None,
    ) -> None:
        """Hold the configuration and, after training, the model."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        """Create an untrained component."""
        cls.validate_config(config)
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> TopicClassifier:
        """Load a trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, TopicModel.load(folder / "topics.npz"))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on every example that has an intent.

        Raises:
            InvalidConfigException: there are fewer than two different intents.
        """
        examples = [m for m in training_data.training_examples if m.get(TEXT) and m.get(INTENT)]
        labels = [m.get(INTENT_RESPONSE_KEY) or m.get(INTENT) for m in examples]
        if len(set(labels)) < 2:
            raise InvalidConfigException("TopicClassifier: training needs examples of at least two intents.")
        self._model = TopicModel.fit(
            self._sparse(examples), self._dense(examples), labels,
            [*self._config["sparse"].values(), self._config["dense_weight"]],
            self._config["regularization"], self._config["temperature"],
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder / "topics.npz")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set topic, ranking, intent and response selection; an empty message is left alone."""
        filled = [m for m in messages if m.get(TEXT) and m.get(TEXT).strip()]
        if not filled or self._model is None:
            return messages
        sparse = self._sparse(filled)
        known = sparse[0].getnnz(axis=1)
        rows = self._model.probabilities(sparse, self._dense(filled))
        for message, row, words in zip(filled, rows, known):
            message.set(KNOWN_WORDS, int(words))
            order = np.argsort(-row)
            ranking = [(str(self._model.labels[i]), float(row[i])) for i in order]
            message.set(TOPIC, ranking[0][0].rsplit("/", 1)[-1], add_to_output=True)
            message.set(RANKING, ranking[:RANKING_LENGTH], add_to_output=True)
            message.set("label_probabilities", dict(ranking))
            set_topic(message, ranking[0][0], ranking[0][1])
        return messages

    def _sparse(self, messages: Sequence[Message]) -> list[csr_matrix]:
        """Return one count matrix per sparse featurizer."""
        return [
            vstack([message.get_sparse_features(TEXT, [name])[1].features for message in messages]).tocsr()
            for name in self._config["sparse"]
        ]

    def _dense(self, messages: Sequence[Message]) -> np.ndarray:
        """Return the sentence vectors, a row a message."""
        name = self._config["dense"]
        return np.vstack([message.get_dense_features(TEXT, [name])[1].features for message in messages])
