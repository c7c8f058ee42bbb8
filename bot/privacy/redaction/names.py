"""Find names of persons: by the words around them, and by lists of names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

from bot.privacy.redaction.cues import Phrases
from bot.privacy.redaction.folding import fold_name
from bot.privacy.redaction.lexicon import Lexicon
from bot.privacy.redaction.message_words import MessageWords
from bot.privacy.redaction.rules import Rules
from bot.privacy.redaction.spans import Span

Cue = Literal["heet", "mens", "zelf", "andere", "andere_heet"]
_CUES: tuple[Cue, ...] = ("heet", "andere_heet", "mens", "zelf", "andere")
_NO_SURNAME = frozenset(["ik", "i", "de", "het", "een", "mijn", "hij", "zij", "wij"])
_MOST_WORDS = 6
_INITIALS = re.compile(r"\b(?:[A-Z]\.\s?){1,4}")
_SHORTEST_UNKNOWN = 3
_CASELESS = re.compile(r"[\u0590-\u08ff\u3040-\u9fff\uac00-\ud7af]")


class NameFinder:
    """Finds names of persons."""

    def __init__(self, rules: Rules, lexicon: Lexicon) -> None:
        """Prepare the phrases."""
        self._lexicon = lexicon
        heet = set(rules.before_andere_heet)
        self._before: dict[Cue, Phrases] = {
            "heet": Phrases(rules.before["heet"]),
            "mens": Phrases(rules.before["mens"]),
            "zelf": Phrases(rules.before["zelf"]),
            "andere": Phrases(p for p in rules.before["andere"] if p not in heet),
            "andere_heet": Phrases(heet),
        }
        self._before_unknown = frozenset(map(fold_name, rules.before_unknown))
        self._between = Phrases(rules.between)
        self._after = Phrases(rules.after)
        self._after_child = Phrases(rules.after_child)
        self._prefixes = frozenset(map(fold_name, rules.names.prefixes))

    def find(self, text: str, kept: Collection[int]) -> list[Span]:
        """Return the names; no name starts at a place of `kept`, except right after 'hij heet' and the like."""
        message = MessageWords(text, self._lexicon, kept)
        spans: list[Span] = [*self._after_initials(text)]
        taken: set[int] = set()
        for place in range(len(message.tokens)):
            if place in taken:
                continue
            last = self._name_at(message, place)
            if last is None:
                continue
            taken.update(range(place, last + 1))
            spans.append(self._span(message, place, last))
        return spans

    def _span(self, message: MessageWords, first: int, last: int) -> Span:
        """Return the part of the text from one word to another, without what is glued to the name ("'s")."""
        end = message.tokens[last]
        return Span(message.tokens[first].start, end.end - len(end.suffix), "naam")

    def _after_initials(self, text: str) -> Iterator[Span]:
        """Yield initials with the surname after them: 'J.P. van Houten'."""
        for match in _INITIALS.finditer(text):
            rest = re.match(r"((?:(?:van|de|der|den|el|ter|ten|te|von|al)\s)*)([^\W\d_]+(?:-[^\W\d_]+)*)", text[match.end() :])
            if rest is not None and rest[2][0].isupper() and len(rest[2]) > 2:
                yield Span(match.start(), match.end() + rest.end(), "naam")

    def _name_at(self, message: MessageWords, place: int) -> int | None:
        """Return the place of the last word of the name that starts at `place`, or None."""
        if message.tokens[place].folded == "van" and self._before["heet"].before(message.tokens, place + 1):
            return None  # 'moeder van': the name comes after it
        cue = self._cue_before(message, place)
        start = self._skip_prefixes(message, place) if cue else place
        if start is None:
            return None
        if cue and start > place and message.capital(start) and not message.kept[start]:
            return self._end_of_name(message, start)  # 'meneer de Wit'
        if (surname := self._bare_surname(message, place)) is not None:
            return self._end_of_name(message, surname)
        if not self._starts_name(message, start, cue):
            return None
        return self._end_of_name(message, start)

    @staticmethod
    def _bare_surname(message: MessageWords, place: int) -> int | None:
        """Return the place of 'Berg' in 'van den Berg', which needs no word before it."""
        tokens = message.tokens
        if place + 2 >= len(tokens) or tokens[place].folded != "van" or tokens[place + 1].folded not in ("den", "der"):
            return None
        surname = place + 2
        runs_on = tokens[place + 1].joins and tokens[surname].joins
        return surname if runs_on and message.capital(surname) and not message.kept[surname] else None

    def _cue_before(self, message: MessageWords, place: int) -> Cue | None:
        """Return the surest cue that stands before a word."""
        tokens = message.tokens
        if place == 0 or not self._cue_reaches(tokens[place].gap):
            return None
        skipped = self._between.before(tokens, place)
        for end in (place, place - skipped) if skipped else (place,):
            if end < place and end > 0 and not self._cue_reaches(tokens[end].gap):
                continue
            for cue in _CUES:
                if (size := self._before[cue].before(tokens, end)) and not (cue == "zelf" and end < place):
                    if cue == "zelf" and size == 1 and tokens[end - 1].folded in ("ik", "dag") and not message.capital(place):
                        continue
                    return cue
        return None

    @staticmethod
    def _cue_reaches(gap: str) -> bool:
        """Tell whether a phrase still says something of the word after this gap."""
        return gap.strip(" \n.,:-'\"’“„(=") == "" and len(gap) < 8

    def _skip_prefixes(self, message: MessageWords, place: int) -> int | None:
        """Return the place after 'van der' and the like; None where only such words stand there."""
        tokens = message.tokens
        start = place
        while start < len(tokens) - 1 and tokens[start].folded in self._prefixes and start - place < 4:
            following = tokens[start + 1]
            if not following.joins:
                return place
            start += 1
        if start == place:
            return place
        token = tokens[start]
        # 'van der Meer', 'el amrani'; not 'mijn zoon op school', 'mijn man de hele dag'
        good = not message.kept[start] and (
            message.capital(start) or (self._lexicon.is_known(token.folded) and not self._lexicon.is_very_common(token.folded))
            or (token.folded in self._prefixes)
        )  # fmt: skip
        strict = tokens[place].folded in ("op", "in", "te", "het", "do", "st", "d", "ben")
        return start if good and (message.capital(start) or not strict) else place

    def _starts_name(self, message: MessageWords, place: int, cue: Cue | None) -> bool:
        """Tell whether a word is (the start of) a name."""
        token, lexicon = message.tokens[place], self._lexicon
        if token.is_placeholder or not token.raw[0].isalpha():
            return False
        word, capital = token.folded, message.capital(place)
        if message.kept[place]:
            return cue in ("heet", "mens") and lexicon.is_curated(word) and len(token.raw) > 2 and not token.raw.isupper()
        if _CASELESS.match(token.raw):
            return self._starts_caseless(message, place, cue)
        if cue in ("heet", "andere_heet"):
            return self._named(message, place, cue)
        if cue is not None and self._called(message, place, cue):
            return True
        sureness = lexicon.sureness(word, capital=token.capital and message.capitals_count, dutch=message.dutch)
        if sureness == "certain":
            return True
        possessive = word.endswith("s") and len(word) > 3 and not lexicon.is_word(word) and not lexicon.is_known(word)
        if (
            possessive
            and (capital or message.dutch)
            and lexicon.sureness(word[:-1], capital=token.capital, dutch=message.dutch) == "certain"
        ):
            return True
        if possessive and token.capital and lexicon.is_curated(word[:-1]):
            return True
        if capital and sureness == "with_cue" and not lexicon.is_very_common(word) and not token.raw.isupper():
            return True
        if sureness == "with_cue" and token.opens and token.capital and message.capitals_count and lexicon.is_first_name(word):
            followed = self._after.after(message.tokens, place + 1) or self._surname_follows(message, place)
            return followed and not lexicon.is_very_common(word)
        if token.suffix == "'s" or token.suffix == "’s":
            return sureness == "with_cue" and (token.capital or lexicon.is_curated(word))
        return self._unknown_child(message, place)

    def _surname_follows(self, message: MessageWords, place: int) -> bool:
        """Tell whether a sure name with a capital follows: 'Wei Chen'."""
        if place + 1 >= len(message.tokens) or not message.tokens[place + 1].joins or not message.capital(place + 1):
            return False
        word = message.tokens[place + 1].folded
        return not message.kept[place + 1] and self._lexicon.is_known(word) and not self._lexicon.is_word(word)

    def _starts_caseless(self, message: MessageWords, place: int, cue: Cue | None) -> bool:
        """Tell the same for a script without capitals, where words are glued to names."""
        word = message.tokens[place].folded
        if cue == "andere_heet":
            return True
        known = self._lexicon.is_known(word) and len(word) > 2
        return known and (cue is not None or self._lexicon.sureness(word, capital=True, dutch=False) == "certain")

    def _named(self, message: MessageWords, place: int, cue: Cue) -> bool:
        """Tell whether a word after 'hij heet' is a name: all are, but for the words that every sentence has."""
        token, lexicon = message.tokens[place], self._lexicon
        if lexicon.is_very_common(token.folded):
            return False
        if cue == "andere_heet":
            return token.capital or lexicon.is_known(token.folded) or not message.dutch
        return True

    def _called(self, message: MessageWords, place: int, cue: Cue) -> bool:
        """Tell whether a word after 'mijn zoon', 'groetjes' and the like is a name."""
        token, lexicon = message.tokens[place], self._lexicon
        word, capital = token.folded, message.capital(place)
        if lexicon.is_very_common(word) or len(word) < 2:
            return False
        # After 'Groetjes,' a new line starts with a capital that does say something.
        written = token.capital and message.capitals_count
        if lexicon.is_known(word):
            if lexicon.is_curated(word) or written:
                return True
            sureness = lexicon.sureness(word, capital=False, dutch=message.dutch)
            if cue == "andere" and not message.dutch and lexicon.is_near_first_name(word):
                return True
            return sureness == "certain" or (cue != "andere" and not lexicon.is_word(word) and len(word) > 2)
        if written and (capital or cue == "zelf") and not token.raw.isupper():
            return not lexicon.is_word(word) or cue == "mens" or (cue == "andere" and not message.dutch)
        return (
            cue in ("mens", "zelf") and message.dutch and not lexicon.is_word(word) and len(word) >= _SHORTEST_UNKNOWN
            and token.raw.isalpha() and not lexicon.is_typing_error(word) and self._looks_like_name(message, place)
        )  # fmt: skip

    def _looks_like_name(self, message: MessageWords, place: int) -> bool:
        """Tell whether an unknown word in small letters is no long compound of Dutch words."""
        word = message.tokens[place].folded
        splits = (self._lexicon.is_word(word[:cut]) and self._lexicon.is_word(word[cut:]) for cut in range(3, len(word) - 2))
        return len(word) <= 12 and not any(splits)

    def _unknown_child(self, message: MessageWords, place: int) -> bool:
        """Tell whether a word that no list has is a child, by what is said of it: 'jaimy blijft zitten'."""
        token, lexicon = message.tokens[place], self._lexicon
        word = token.folded
        if (
            lexicon.is_word(word)
            or lexicon.is_very_common(word)
            or len(word) < _SHORTEST_UNKNOWN
            or not message.dutch
            or token.raw.isupper()
        ):
            return False
        if place and not token.opens and not message.capital(place):
            return False
        if not token.raw.isalpha():
            return False
        if message.capital(place) and message.tokens[place - 1].folded in self._before_unknown:
            return True
        if lexicon.is_typing_error(word) or not self._looks_like_name(message, place):
            return False
        return self._after_child.after(message.tokens, place + 1)

    def _end_of_name(self, message: MessageWords, start: int) -> int:
        """Return the last word of a name that starts at `start`."""
        tokens, last = message.tokens, start
        place = start + 1
        while place < len(tokens) and place - start < _MOST_WORDS:
            token = tokens[place]
            if not token.joins or message.kept[place] or tokens[last].suffix:
                break
            if token.folded in self._prefixes and place + 1 < len(tokens):
                place += 1
                continue
            if not self._continues(message, place, last):
                break
            last = place
            place += 1
        return last

    def _continues(self, message: MessageWords, place: int, last: int) -> bool:
        """Tell whether a word goes on with the name that ended at `last`."""
        token, lexicon = message.tokens[place], self._lexicon
        word = token.folded
        if token.gap == "-" and place == last + 1:
            return True
        if _CASELESS.match(token.raw):
            return lexicon.is_known(word)
        if message.capital(place):
            return word not in _NO_SURNAME
        if lexicon.is_very_common(word) or not lexicon.is_known(word):
            return False
        if place > last + 1:
            between = [t.folded for t in message.tokens[last + 1 : place]]
            return not (set(between) & {"op", "in", "te", "het"}) and (
                between[-1] not in ("de", "van") or not lexicon.is_word(word) or between == ["de"] or len(between) > 1
            )
        return not lexicon.is_word(word) and lexicon.sureness(word, capital=False, dutch=message.dutch) == "certain"
