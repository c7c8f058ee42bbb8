"""What a message names: arrangements, schools, districts, terms, ages, groups, levels, durations and dates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.clock import today
from bot.deadlines.dutch import find_ages, find_dates, find_durations, find_school_years
from bot.engine.nlu.language_detector import DUTCH
from bot.engine.nlu.parse_fields import LANGUAGE
from bot.knowledge.files import knowledge_dir
from bot.knowledge.lookup import Lookup, load_lookup
from bot.knowledge.names import FILES
from bot.knowledge.no_source import load_no_source

LOOKUP_TYPES = ("arrangement", "school", "schooltype", "wijk", "begrip")
GRAMMAR_TYPES = ("leeftijd", "groep", "leerjaar", "niveau", "duur", "datum")
NO_SOURCE = "zonder_bron"
TYPES = (*LOOKUP_TYPES, *GRAMMAR_TYPES, NO_SOURCE)
OTHER_FILES = ("no_source.yml", "school_holidays.yml")
NAMED_WITH_NUMBER = ("arrangement", "school", "wijk")

Entity = Dict[Text, Any]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DomainEntities(GraphComponent, EntityExtractorMixin):
    """Adds `entities`, each with entity, value, start, end, text, extractor and confidence_entity.

    Values: ids for what the lookup finds (one name may have several readings, at the same place) and for `zonder_bron`
    (its place is the whole message); whole numbers for leeftijd, groep and leerjaar; a value of the profile for niveau;
    weeks for duur; an ISO date for datum. duur and datum also have `certainty` (see bot.deadlines.found), and their
    value is None where it must be asked.
    """

    @staticmethod
    def required_packages() -> List[Text]:
        """Name the packages that must be installed."""
        return ["rapidfuzz"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the defaults: which types of entity are looked for."""
        return {"types": list(TYPES)}

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Refuse types that do not exist."""
        types = config.get("types")
        if not isinstance(types, list) or not types:
            raise InvalidConfigException("DomainEntities: 'types' must be a list of at least one type of entity.")
        unknown = sorted({str(name) for name in types} - set(TYPES))
        if unknown:
            raise InvalidConfigException(
                f"DomainEntities: unknown types: {', '.join(unknown)}. There are: {', '.join(TYPES)}."
            )

    def __init__(self, config: Dict[Text, Any]) -> None:
        """Load the lookup; raises KnowledgeError when the knowledge does not fit."""
        self._types = frozenset(config["types"])
        self._lookup: Lookup = load_lookup()
        self._no_source = load_no_source()

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> DomainEntities:
        """Create the component."""
        cls.validate_config(config)
        return cls(config)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Text:
        """Return a hash of the knowledge, so that Rasa sees that it has changed."""
        digest = hashlib.sha256()
        for name in (*FILES, *OTHER_FILES):
            digest.update(name.encode() + (knowledge_dir() / name).read_bytes())
        return digest.hexdigest()

    def process(self, messages: List[Message]) -> List[Message]:
        """Add what is found to `entities` of every message."""
        for message in messages:
            found = self.extract(message.get(TEXT) or "", message.get(LANGUAGE) or DUTCH)
            message.set(ENTITIES, [*(message.get(ENTITIES) or []), *found], add_to_output=True)
        return messages

    def extract(self, text: str, language: str = DUTCH) -> List[Entity]:
        """Return the entities of a text, in the order in which they stand there."""
        named = list(self._named(text, strict=language != DUTCH))
        # "project 12" and "stad 3" hold no age and no year.
        taken = [(e["start"], e["end"]) for e in named if e["entity"] in NAMED_WITH_NUMBER]
        counted = [
            e for e in _grammar(text) if not any(e["start"] < end and start < e["end"] for start, end in taken)
        ]
        asked = self._no_source.find(text) if text else None
        without_source = [_entity(NO_SOURCE, asked, 0, len(text), text)] if asked else []
        found = [e for e in (*named, *counted, *without_source) if e["entity"] in self._types]
        return sorted(found, key=lambda e: e["start"])

    def _named(self, text: str, strict: bool) -> Iterator[Entity]:
        """Yield what the lookup finds."""
        for item in self._lookup.find(text, strict):
            yield _entity(item.type, item.value, item.start, item.end, text, item.certainty)


def _grammar(text: str) -> Iterator[Entity]:
    """Yield what the Dutch grammar finds."""
    day = today()
    for age in find_ages(text):
        yield _entity("leeftijd", age.value, age.start, age.end, text)
    for year in find_school_years(text):
        if year.groep is not None:
            yield _entity("groep", year.groep, year.start, year.end, text)
        if year.leerjaar is not None:
            yield _entity("leerjaar", year.leerjaar, year.start, year.end, text)
        for level in year.niveau:
            yield _entity("niveau", level, year.start, year.end, text)
    for length in find_durations(text, day):
        yield {
            **_entity("duur", length.value_weeks, length.start, length.end, text),
            "certainty": length.certainty,
        }
    for moment in find_dates(text, day):
        value = moment.value.isoformat() if moment.value else None
        yield {**_entity("datum", value, moment.start, moment.end, text), "certainty": moment.certainty}


def _entity(kind: str, value: Any, start: int, end: int, text: str, confidence: float = 1.0) -> Entity:
    """Return an entity as Rasa keeps it."""
    return {
        "entity": kind, "value": value, "start": start, "end": end, "text": text[start:end],
        "extractor": "DomainEntities", "confidence_entity": confidence,
    }
