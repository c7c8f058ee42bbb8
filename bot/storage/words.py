"""Search for words in texts, with the same outcome on SQLite and PostgreSQL.

Every word of the search begins a word of the text; capitals do not matter. PostgreSQL has an index for it. SQLite reads
the texts: its word index (FTS5) keeps erased words on disk until it happens to merge, and a parent was told that they are
gone. On the size that SQLite is meant for (one machine, the retention period) reading takes a fraction of a second.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column
from sqlalchemy.orm import InstrumentedAttribute, Session

MOST_WORDS = 8
_WORD = re.compile(r"\w+")
FUNCTION = "holds_words"


def words_of(query: str) -> list[str]:
    """Return the words that a search holds, at most eight."""
    return [word.casefold() for word in _WORD.findall(query)][:MOST_WORDS]


def holds_words(text: str | None, words: str | None) -> bool:
    """Tell whether each of the words (with spaces between) begins a word of a text; SQLite calls this."""
    found = [word.casefold() for word in _WORD.findall(text or "")]
    return all(any(word.startswith(wanted) for word in found) for wanted in (words or "").split())


def matches(session: Session, column: InstrumentedAttribute[str], words: list[str]) -> ColumnElement[bool]:
    """Return the condition that a text holds all words.

    Raises:
        ValueError: there are no words.

    """
    if not words:
        raise ValueError("a search needs a word")
    if session.get_bind().dialect.name == "sqlite":
        return and_(getattr(func, FUNCTION)(column, " ".join(words)))
    simple: Any = literal_column("'simple'")
    # The words hold letters, digits and underscores alone, so they cannot break out of the query language; an
    # underscore is a space to PostgreSQL's parser.
    parts = [part for word in words for part in word.split("_") if part]
    return func.to_tsvector(simple, column).bool_op("@@")(func.to_tsquery(simple, " & ".join(f"{p}:*" for p in parts) or "''"))
