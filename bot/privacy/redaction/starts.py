"""Whether a word starts a name: by the words around it, by the lists of names, and by what it looks like."""

from __future__ import annotations

import re
from typing import Literal

from bot.privacy.redaction.cues import Phrases
from bot.privacy.redaction.lexicon import LIKE_NAME, Lexicon
from bot.privacy.redaction.message_words import MessageWords
from bot.privacy.redaction.rules import Rules

Cue = Literal["heet", "mens", "zelf", "andere", "andere_heet"]
CASELESS = re.compile(r"[\u0590-\u08ff\u1200-\u137f\u3040-\u9fff\uac00-\ud7af]")
_ARTICLES = frozenset(["de", "het", "t", "geen"])
_NUMBER_WORDS = frozenset(["twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "twaalf"])
_MONTHS = frozenset(["jan", "mei", "may", "april", "june", "august", "mart"])
_SHORTEST_UNKNOWN = 3
_SHORTEST_LIKE_NAME = 4
# Log odds: of a word that is one slip away from a Dutch one, of a short one, and of one with a capital inside a sentence.
SURELY_NAME = 3.5
SHORT_NAME = 2.5
_MAY_BE_NAME = -1.0
_BETWEEN_COMMAS = -2.0
_VARIANT_NAME = -0.5  # of a word that is one letter away from a first name


class NameStarts:
    """Knows whether a word starts a name."""

    def __init__(self, rules: Rules, lexicon: Lexicon) -> None:
        """Prepare the phrases."""
        self._lexicon = lexicon
        self._never_endings = rules.names.never_endings
        self._before_unknown = Phrases(rules.before_unknown)
        self._before_place_or_name = Phrases(rules.before_place_or_name)
        self._before_bare = Phrases(rules.before_bare)
        self._after = Phrases(rules.after)
        self._roles = Phrases(rules.before["mens"])
        self._after_child = Phrases(rules.after_child)

    def starts_name(self, message: MessageWords, place: int, cue: Cue | None) -> bool:
        """Tell whether a word is (the start of) a name."""
        token, lexicon = message.tokens[place], self._lexicon
        if token.is_placeholder or not token.raw[0].isalpha():
            return False
        word, capital = token.folded, message.capital(place)
        if message.kept[place]:
            return cue in ("heet", "mens") and lexicon.is_curated(word) and len(token.raw) > 2 and not token.raw.isupper()
        if CASELESS.match(token.raw):
            return self._starts_caseless(message, place, cue)
        if cue in ("heet", "andere_heet"):
            return self._named(message, place, cue)
        if cue is not None and (self._called(message, place, cue) or (cue == "mens" and self._between_commas(message, place))):
            return True
        if token.suffix and token.capital and not message.dutch and lexicon.is_first_name(word) and lexicon.is_known(word):
            return True  # Turkish: "Elif'in"
        if word in _MONTHS and place and message.tokens[place - 1].raw.isdigit():
            return False  # 'de brief is van 9 jan'
        if cue is None and message.dutch and not token.capital and self._has_article(message, place):
            return False  # 'de dirk', 'een mees'
        sureness = lexicon.sureness(word, capital=token.capital and message.capitals_count, dutch=message.dutch)
        if sureness == "certain":
            return message.readable or token.capital
        possessive = word.endswith("s") and len(word) > 3 and not lexicon.is_word(word) and not lexicon.is_known(word)
        if (
            possessive
            and (capital or message.dutch)
            and lexicon.sureness(word[:-1], capital=token.capital, dutch=message.dutch) == "certain"
        ):
            return True
        if possessive and token.capital and lexicon.is_curated(word[:-1]):
            return True
        if capital and sureness == "with_cue" and not (lexicon.is_very_common(word) or token.raw.isupper() or message.german):
            return True
        if sureness == "with_cue" and token.opens and token.capital and message.capitals_count and lexicon.is_first_name(word):
            followed = self._after.after(message.tokens, place + 1) or self._surname_follows(message, place)
            return followed and not lexicon.is_very_common(word)
        if token.suffix == "'s" or token.suffix == "’s":
            return sureness == "with_cue" and (token.capital or lexicon.is_curated(word))
        if self._role_follows(message, place):
            return True
        if sureness == "with_cue" and lexicon.may_be_bare(word) and self._stands_bare(message, place):
            return True
        if capital and not message.dutch and self._foreign_name(message, place):
            return True
        return self._unknown_child(message, place)

    def _role_follows(self, message: MessageWords, place: int) -> bool:
        """Tell whether a word in no list stands before a comma and a word for a person: 'over meulenbelt, directeur'."""
        tokens, lexicon = message.tokens, self._lexicon
        if place + 1 >= len(tokens) or tokens[place + 1].gap.strip() != "," or not tokens[place].raw.isalpha():
            return False
        word = tokens[place].folded
        fits = message.dutch and lexicon.is_strange(word) and len(word) > _SHORTEST_UNKNOWN and not lexicon.is_typing_error(word)
        return fits and not self._has_article(message, place) and self._roles.after(tokens, place + 1)

    def _surname_follows(self, message: MessageWords, place: int) -> bool:
        """Tell whether a sure name with a capital follows: 'Wei Chen'."""
        if place + 1 >= len(message.tokens) or not message.tokens[place + 1].joins or not message.capital(place + 1):
            return False
        word = message.tokens[place + 1].folded
        return not message.kept[place + 1] and self._lexicon.is_known(word) and not self._lexicon.is_word(word)

    def _name_follows(self, message: MessageWords, place: int) -> bool:
        """Tell whether a second word with a capital, a name or unknown too, follows an unknown one: 'Xi Wei spreekt niet'."""
        if place + 1 >= len(message.tokens) or not message.tokens[place + 1].joins or not message.capital(place + 1):
            return False
        following, lexicon = message.tokens[place + 1], self._lexicon
        if message.kept[place + 1] or following.raw.isupper():
            return False
        return lexicon.is_known(following.folded) or lexicon.is_strange(following.folded)

    def _starts_caseless(self, message: MessageWords, place: int, cue: Cue | None) -> bool:
        """Tell the same for a script without capitals, where words are glued to names."""
        word = message.tokens[place].folded
        if cue == "andere_heet":
            return True
        if cue == "andere" and len(word) > 2 and not self._lexicon.is_foreign(word) and not self._lexicon.is_word(word):
            return True  # 'ابنتي' and a word that is not one of the frequent ones
        known = self._lexicon.is_known(word) and len(word) > 2
        return known and (cue is not None or self._lexicon.sureness(word, capital=True, dutch=False) == "certain")

    def _named(self, message: MessageWords, place: int, cue: Cue) -> bool:
        """Tell whether a word after 'hij heet' is a name: all are, but for the words that every sentence has."""
        token, lexicon = message.tokens[place], self._lexicon
        if lexicon.is_very_common(token.folded):
            return False
        if not token.capital and lexicon.is_word(token.folded) and not lexicon.is_known(token.folded):
            return False  # 'ze noemen hem dom'
        if cue == "andere_heet":
            return token.capital or lexicon.is_known(token.folded) or not (message.dutch or lexicon.is_foreign(token.folded))
        return not lexicon.is_foreign(token.folded) or token.capital

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
            return not lexicon.is_foreign(word) and (
                not lexicon.is_word(word) or cue == "mens" or (cue == "andere" and not message.dutch)
            )
        return (
            cue in ("mens", "zelf") and message.dutch and lexicon.is_strange(word) and len(word) >= _SHORTEST_UNKNOWN
            and token.raw.isalpha() and not lexicon.is_typing_error(word) and self._looks_like_name(message, place)
        )  # fmt: skip

    def _between_commas(self, message: MessageWords, place: int) -> bool:
        """Tell whether a known name stands between commas after a word for a person: 'de docent, schaap, stuurde me weg'."""
        tokens = message.tokens
        if tokens[place].gap.strip() != "," or place + 1 >= len(tokens) or not tokens[place + 1].gap.startswith(","):
            return False
        word, lexicon = tokens[place].folded, self._lexicon
        if lexicon.is_very_common(word) or message.kept[place]:
            return False
        unknown = lexicon.is_strange(word) and lexicon.looks_like_name(word) >= _BETWEEN_COMMAS
        return lexicon.is_known(word) or (message.dutch and unknown)

    def _looks_like_name(self, message: MessageWords, place: int) -> bool:
        """Tell whether an unknown word in small letters is no long compound of Dutch words."""
        word = message.tokens[place].folded
        splits = (self._lexicon.is_word(word[:cut]) and self._lexicon.is_word(word[cut:]) for cut in range(3, len(word) - 2))
        return len(word) <= 12 and not any(splits)

    def _unknown_child(self, message: MessageWords, place: int) -> bool:
        """Tell whether a word that no list has is a name: by how it looks, and by what is said of it ('jaimy blijft zitten')."""
        token, lexicon = message.tokens[place], self._lexicon
        word = token.folded
        strange = lexicon.is_strange(word)
        if strange and token.opens and token.capital and message.capitals_count and self._name_follows(message, place):
            return True
        if (
            not strange
            or word.endswith(self._never_endings)
            or len(word) < _SHORTEST_UNKNOWN
            or not message.dutch
            or token.raw.isupper()
            or not token.raw.isalpha()
        ):
            return False
        looks, slip = lexicon.looks_like_name(word), lexicon.is_typing_error(word)
        if looks >= (SURELY_NAME if slip else LIKE_NAME) and len(word) >= _SHORTEST_LIKE_NAME:
            return True
        if not slip and looks >= _VARIANT_NAME and lexicon.is_variant(word):
            return True
        if len(word) < _SHORTEST_LIKE_NAME and looks >= SHORT_NAME and not slip:
            return True
        if message.capital(place):
            if self._before_unknown.before(message.tokens, place):
                return True
            if looks >= (0 if self._before_place_or_name.before(message.tokens, place) else _MAY_BE_NAME):
                return True
        elif not token.opens:
            # 'waarom krijgt rigayro geen hulp'
            return token.joins and not slip and looks >= 0 and bool(self._before_bare.before(message.tokens, place))
        if slip or not self._looks_like_name(message, place):
            return False
        return bool(self._after_child.after(message.tokens, place + 1))

    def _foreign_name(self, message: MessageWords, place: int) -> bool:
        """Tell whether a word with a capital inside a sentence of another language is a name that no list has."""
        token, lexicon = message.tokens[place], self._lexicon
        word = token.folded
        if not lexicon.is_strange(word) or token.raw.isupper() or len(word) < _SHORTEST_UNKNOWN:
            return False
        return not word.isascii() or lexicon.looks_like_name(word) >= 0

    @staticmethod
    def _has_article(message: MessageWords, place: int) -> bool:
        """Tell whether an article stands before a word; before a first name in small letters none does."""
        return place > 0 and message.tokens[place].joins and message.tokens[place - 1].folded in _ARTICLES

    def may_go_with_name(self, message: MessageWords, place: int) -> bool:
        """Tell whether a word beside 'en' and a name is a name too: 'Djenairo en shurendy'."""
        token, lexicon = message.tokens[place], self._lexicon
        word = token.folded
        if message.kept[place] or not token.raw.isalpha() or len(word) < _SHORTEST_UNKNOWN or lexicon.is_very_common(word):
            return False
        if lexicon.is_word(word) or lexicon.is_foreign(word):
            return lexicon.is_curated(word)
        return lexicon.is_known(word) or token.capital or not (message.dutch and lexicon.is_typing_error(word))

    def _stands_bare(self, message: MessageWords, place: int) -> bool:
        """Tell whether a word stands where only a name can: 'als storm boos is', 'roos wil niet'; not 'max 5'."""
        tokens, token = message.tokens, message.tokens[place]
        if place + 1 < len(tokens) and (tokens[place + 1].raw[0].isdigit() or tokens[place + 1].folded in _NUMBER_WORDS):
            return False
        if token.opens or token.gap.strip() == ",":
            return bool(self._after.after(tokens, place + 1))
        return bool(token.joins and message.dutch and self._before_bare.before(tokens, place))
