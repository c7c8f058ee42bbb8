"""spaCy for the pipeline: tokens, lemmas, parts of speech and sentences of nl_core_news_sm."""

from __future__ import annotations

from typing import Any, Dict, Text

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.model import InvalidModelError
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP


@DefaultV1Recipe.register(
    [
        DefaultV1Recipe.ComponentType.MODEL_LOADER,
        DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
    ],
    is_trainable=False,
    model_from="DutchSpacyNLP",
)
class DutchSpacyNLP(SpacyNLP):
    """Stock SpacyNLP with the parser on (sentences), and aware of the installed version.

    Rasa keys its training cache on the configuration only. The pipeline is a wheel that an operator may replace
    by the official one, so the version of the installed package is part of the fingerprint.
    """

    @staticmethod
    def load_model(spacy_model_name: Text) -> SpacyModel:
        """Load the pipeline.

        Raises:
            InvalidModelError: no pipeline of that name is installed.
        """
        try:
            return SpacyModel(model=spacy.load(spacy_model_name), model_name=spacy_model_name)
        except OSError as error:
            raise InvalidModelError(
                f"spaCy pipeline '{spacy_model_name}' is not installed: run 'make setup' (wheel in vendor/). {error}"
            ) from None

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Text:
        """Return name and version of the installed pipeline."""
        meta = spacy.util.get_package_path(str(config.get("model"))).glob("meta.json")
        return "".join(path.read_text(encoding="utf-8") for path in meta)
