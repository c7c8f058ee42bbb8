"""The intake: the summary that a parent approves and a consultant starts with. Version 1; docs/intake.schema.json."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.conversations.messages import Level

SCHEMA_VERSION = 1
SCHEMA_PATH = "/api/intake.schema.json"
LONGEST_QUESTION, LONGEST_ANSWER, MOST_ANSWERS = 2000, 500, 40

Urgency = Literal["spoed", "hoog", "gewoon"]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_ANSWER)]


class _Part(BaseModel):
    """A part of the intake; what the schema does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answered(_Part):
    """A question with the words in which it was asked, and the answer."""

    field: _Name
    question: _Text
    answer: _Text


class Arrangement(_Part):
    """An arrangement in the result of the pre-check."""

    arrangement: _Name
    name: _Text


class Precheck(_Part):
    """The result of the pre-check on a day: what seemed to fit, what may fit, what did not. No decision."""

    date: date
    fits: list[Arrangement] = Field(max_length=100)
    maybe: list[Arrangement] = Field(max_length=100)
    no: list[Arrangement] = Field(max_length=100)


class Term(_Part):
    """A deadline that runs: from which date, and the last day."""

    rule: _Name
    title: _Text
    from_: date = Field(alias="from")
    until: date
    extended: bool = False


class Subject(_Part):
    """A topic that was talked about."""

    topic: _Name
    title: _Text


class UrgencyNote(_Part):
    """How urgent, with the reasons in Dutch; derived by rules (bot.handoff.urgency), never asked."""

    level: Urgency
    reasons: list[_Text] = Field(default=[], max_length=10)


class Intake(_Part):
    """What a consultant needs to start, approved by the parent. Dutch field names: parents and staff may see them."""

    schema_version: Literal[1] = 1
    vraag: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_QUESTION)] = Field(
        description="The question in the words of the parent."
    )
    kind: list[Answered] = Field(default=[], max_length=MOST_ANSWERS, description="The child: age, education, group.")
    situatie: list[Answered] = Field(default=[], max_length=MOST_ANSWERS, description="What is going on.")
    geprobeerd: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_QUESTION)] | None = Field(
        default=None, description="What was tried before."
    )
    voorcheck: Precheck | None = Field(default=None, description="Result of the pre-check, where one was done.")
    termijnen: list[Term] = Field(default=[], max_length=20, description="Deadlines that run.")
    onderwerpen: list[Subject] = Field(default=[], max_length=20, description="Topics that were talked about.")
    urgentie: UrgencyNote = UrgencyNote(level="gewoon")
    taalniveau: Level = "b1"
    taal: Annotated[str, StringConstraints(min_length=2, max_length=16)] = "nl"

    def plain(self) -> dict[str, Any]:
        """Return the intake as JSON data, in the form of the schema."""
        return self.model_dump(mode="json", by_alias=True)


def json_schema() -> dict[str, Any]:
    """Return the published JSON Schema of an intake."""
    schema = Intake.model_json_schema(by_alias=True, mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ouder-informatiepunt:intake:{SCHEMA_VERSION}",
        **schema,
    }


def schema_text() -> str:
    """Return the schema as it stands in docs/intake.schema.json."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
