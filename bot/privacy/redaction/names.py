"""Find names of persons: by the words around them, and by lists of names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.privacy.redaction.cues import Phrases
from bot.privacy.redaction.folding import fold_name
from bot.privacy.redaction.lexicon import Lexicon
from bot.privacy.redaction.message_words import MessageWords
from bot.privacy.redaction.rules import Rules
from bot.privacy.redaction.spans import Span
from bot.privacy.redaction.starts import CASELESS, Cue, NameStarts

_CUES: tuple[Cue, ...] = ("heet", "andere_heet", "mens", "zelf", "andere")
_NO_SURNAME = frozenset(["ik", "i", "de", "het", "een", "mijn", "hij", "zij", "wij"])
_MOST_WORDS = 6
_MOST_SIGNED = 4
_AND = frozenset(["en", "and", "und", "et", "y", "ve", "i"])
_INITIALS = re.compile(r"\b(?:[A-Z]\.\s?){1,4}")
_MAY_GO_ON = -2.5


class NameFinder:
    """Finds names of persons."""

    def __init__(self, rules: Rules, lexicon: Lexicon) -> None:
        """Prepare the phrases."""
        self._lexicon = lexicon
        self._starts = NameStarts(rules, lexicon)
        heet = set(rules.before_andere_heet)
        self._before: dict[Cue, Phrases] = {
            "heet": Phrases(rules.before["heet"]),
            "mens": Phrases(rules.before["mens"]),
            "zelf": Phrases(rules.before["zelf"]),
            "andere": Phrases(p for p in rules.before["andere"] if p not in heet),
            "andere_heet": Phrases(heet),
        }
        self._titles = Phrases(rules.titles)
        self._between = Phrases(rules.between)
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
        for place in self._coupled(message, taken):
            taken.add(place)
            spans.append(self._span(message, place, place))
        if (signed := self._signature(message, taken)) is not None:
            spans.append(signed)
        return [*spans, *self._again(message, taken)]

    def _coupled(self, message: MessageWords, taken: Collection[int]) -> list[int]:
        """Return the words that 'en' couples to a name, and that may be names."""
        tokens, found = message.tokens, []
        for place in range(1, len(tokens) - 1):
            if tokens[place].folded not in _AND or not (tokens[place].joins and tokens[place + 1].joins):
                continue
            for name, other in ((place - 1, place + 1), (place + 1, place - 1)):
                if name in taken and other not in taken and self._starts.may_go_with_name(message, other):
                    found.append(other)
        return found

    def _signature(self, message: MessageWords, taken: set[int]) -> Span | None:
        """Return the name below a message: its last words, all with a capital, not words: 'Bedankt! Prewien Jagroep'."""
        tokens, lexicon = message.tokens, self._lexicon
        first = len(tokens) - 1
        while first > 0 and not tokens[first].opens:
            first -= 1
        signed = range(first, len(tokens))
        if first < 1 or not message.capitals_count or len(signed) > _MOST_SIGNED or not taken.isdisjoint(signed):
            return None
        for place in signed:
            token = tokens[place]
            if message.kept[place] or not token.raw[0].isalpha() or (token.raw.isupper() and len(token.raw) > 1):
                return None
            may_be = lexicon.is_strange(token.folded) or lexicon.is_curated(token.folded)
            if token.folded not in self._prefixes and not (token.capital and may_be):
                return None
        return self._span(message, first, len(tokens) - 1)

    def _again(self, message: MessageWords, taken: Collection[int]) -> Iterator[Span]:
        """Yield the words that are a name elsewhere in the message, in small letters or after a point too."""
        names = {message.tokens[place].folded for place in taken} - self._prefixes
        for place, token in enumerate(message.tokens):
            if place in taken or message.kept[place] or token.folded not in names or self._lexicon.is_very_common(token.folded):
                continue
            if token.capital or not self._lexicon.is_word(token.folded) or self._lexicon.is_curated(token.folded):
                yield self._span(message, place, place)

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
        first = self._skip_initials(message, place) if cue in ("heet", "mens", "zelf") else place
        start = self._skip_prefixes(message, first) if cue else place
        if start is None:
            return None
        runs_on = cue and start > place and message.tokens[place].joins and not message.tokens[start].raw.isupper()
        placed = message.tokens[place].raw in ("op", "in", "te")  # 'docent op de Fiets', 'juf in Almere'
        if runs_on and not placed and message.capital(start) and not message.kept[start]:
            return self._end_of_name(message, start)  # 'meneer de Wit'
        if cue in ("mens", "andere") and (surname := self._titled(message, place)) is not None:
            return self._end_of_name(message, surname)
        if (surname := self._bare_surname(message, place)) is not None:
            return self._end_of_name(message, surname)
        if not self._starts.starts_name(message, start, cue):
            return None
        return self._end_of_name(message, start)

    def _titled(self, message: MessageWords, place: int) -> int | None:
        """Return the place of a surname right after a title and parts such as 'de': 'mevrouw bakker', 'juf de boer'."""
        tokens, start = message.tokens, place
        while start < len(tokens) - 1 and tokens[start].folded in self._prefixes and tokens[start + 1].joins:
            start += 1
        fits = not message.kept[start] and self._lexicon.may_follow_title(tokens[start].folded)
        return start if fits and tokens[place].joins and self._titles.before(tokens, place) else None

    @staticmethod
    def _bare_surname(message: MessageWords, place: int) -> int | None:
        """Return the place of 'Berg' in 'van den Berg' or 'bij Van Berg', which need no word before them."""
        tokens = message.tokens
        named = place + 1 < len(tokens) and message.capital(place) and message.capital(place + 1) and tokens[place + 1].joins
        if named and tokens[place].raw == "Van" and not message.kept[place + 1]:
            return place + 1
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

    @staticmethod
    def _skip_initials(message: MessageWords, place: int) -> int:
        """Return the place after initials in small letters, which a cue stands before: 'tnv s. bouzid'."""
        tokens = message.tokens
        while place + 1 < len(tokens) and len(tokens[place].raw) == 1 and tokens[place + 1].gap.strip() == ".":
            place += 1
        return place

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
            if not self._continues(message, start, place, last):
                break
            last = place
            place += 1
        return last

    def _continues(self, message: MessageWords, start: int, place: int, last: int) -> bool:
        """Tell whether a word goes on with the name that ended at `last`."""
        token, lexicon = message.tokens[place], self._lexicon
        word = token.folded
        if token.gap == "-" and place == last + 1:
            return True
        if CASELESS.match(token.raw):
            return lexicon.is_known(word)
        if message.capital(place):
            return word not in _NO_SURNAME
        between = [t.folded for t in message.tokens[last + 1 : place]]
        if between and between[-1] in ("de", "der", "den") and lexicon.may_follow_title(word):
            return lexicon.is_first_name(message.tokens[start].folded)  # 'noa de wit'
        if lexicon.is_very_common(word):
            return False
        if not lexicon.is_known(word):
            if not message.dutch or not lexicon.is_strange(word) or not token.raw.isalpha():
                return False
            if place > last + 1:
                return token.gap in (" ", "-") and len(word) > 2  # 'khaled al hamwi'
            fits = token.gap == " " and lexicon.looks_like_name(word) >= _MAY_GO_ON
            return fits and not lexicon.is_typing_error(word)  # 'shu fen'
        if place > last + 1:
            return not (set(between) & {"op", "in", "te", "het"}) and (
                between[-1] not in ("de", "van") or not lexicon.is_word(word) or between == ["de"] or len(between) > 1
            )
        return not lexicon.is_word(word) and (
            lexicon.sureness(word, capital=False, dutch=message.dutch) == "certain" or not lexicon.is_typing_error(word)
        )
