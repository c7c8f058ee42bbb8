"""Which language a parent writes in, by lingua (models inside the package, rule-based low accuracy mode)."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Dict, List, Text

from lingua import IsoCode639_1, Language, LanguageDetectorBuilder
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.nlu.parse_fields import LANGUAGE

DUTCH = "nl"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class LanguageDetector(GraphComponent):
    """Sets `language`: Dutch, unless another language of the list is nearly certain.

    Parents type short, misspelt Dutch full of abbreviations, which every detector now and then takes for another
    language. A wrong line in Turkish above a Dutch answer is worse than a missing one, hence the high bar.
    """

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Text:
        """Return the version of lingua (its package and module differ in name, so Rasa cannot look it up)."""
        return version("lingua-language-detector")

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the defaults: languages (ISO 639-1), the bar, and how many words it takes at least."""
        return {
            "languages": ["en", "tr", "ar", "pl", "uk", "es", "fr", "de"], "certainty": 0.95, "dutch_at_most": 0.02,
            "words": 3,
        }

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Refuse languages that lingua does not know."""
        known = {language.iso_code_639_1.name.lower() for language in Language.all()}
        unknown = set(config.get("languages", [])) - known
        if unknown:
            raise InvalidConfigException(f"LanguageDetector: unknown languages: {', '.join(sorted(unknown))}.")

    def __init__(self, config: Dict[Text, Any]) -> None:
        """Build the detector for Dutch and the configured languages."""
        self._config = config
        codes = [getattr(IsoCode639_1, code.upper()) for code in [DUTCH, *config["languages"]]]
        self._detector = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
        """Create the component."""
        cls.validate_config(config)
        return cls(config)

    def detect(self, text: str) -> str:
        """Return the ISO 639-1 code of the language of a text."""
        latin = not any("\u0370" <= letter <= "\u08ff" for letter in text)
        if latin and len(text.split()) < self._config["words"]:
            return DUTCH
        values = self._detector.compute_language_confidence_values(text)
        dutch = next((v.value for v in values if v.language == Language.DUTCH), 0.0)
        best = values[0]
        if best.value >= self._config["certainty"] and dutch <= self._config["dutch_at_most"]:
            return best.language.iso_code_639_1.name.lower()
        return DUTCH

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples alone: they are Dutch."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `language` on every message."""
        for message in messages:
            message.set(LANGUAGE, self.detect(message.get(TEXT) or ""), add_to_output=True)
        return messages
