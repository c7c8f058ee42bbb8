"""Make the word lists of the redaction (data/lexicon): names, and Dutch words that are no names.

Run by hand, seldom. It needs `faker`, `wordfreq` and `spylls`, and the dictionaries of Debian's packages hunspell-nl, -en-us,
-de-de, -fr-classical, -es, -pl, -tr, -uk and -pt-br:

    python scripts/make_lexicon.py /usr/share/hunspell

Where the lists come from and their licences: data/lexicon/README.md.
"""

from __future__ import annotations

import gzip
import importlib
import pkgutil
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import faker.providers.address.nl_NL as dutch_places
import faker.providers.person as persons
import wordfreq
from spylls.hunspell import Dictionary

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.privacy.redaction.folding import fold_name  # noqa: E402

# Names of these are taken at their word from three letters on; those of the others are checked against words more strictly.
NEAR = {"nl_NL", "nl_BE", "tr_TR", "pl_PL", "en_GB", "de_DE", "fr_FR", "fr_BE", "es_ES", "pt_PT", "pt_BR", "it_IT", "ar_DZ",
        "uk_UA", "ro_RO", "en_IN", "en_PK", "en_NG", "hr_HR", "bg_BG", "fr_DZ"}  # fmt: skip
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


def write(path: Path, lines: Iterable[str]) -> None:
    """Write sorted lines, compressed; the same lines give the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write("\n".join(sorted(lines)).encode("utf-8"))


def main() -> None:
    """Write data/lexicon/names.txt.gz and words.txt.gz."""
    folder = Path(sys.argv[1])
    dutch = Dictionary.from_files(str(folder / "nl"))
    frequency: dict[str, float] = {}
    for word in (*accepted("nl", dutch, DUTCH_WORDS), *own_words(dutch)):
        folded = fold_name(word)
        frequency[folded] = max(frequency.get(folded, 0.0), wordfreq.zipf_frequency(word, "nl"))
    others: set[str] = set()
    for language, name in OTHER_LANGUAGES.items():
        dictionary = Dictionary.from_files(str(folder / name))
        others.update(fold_name(word) for word in accepted(language, dictionary, OTHER_WORDS))
    towns = places()
    flags: dict[str, set[str]] = defaultdict(set)
    for word, kind, near in names():
        folded = fold_name(word)
        if len(folded) < 2 or (len(folded) < 3 and folded.isascii() and not near):
            continue
        flags[folded].update((kind, "n") if near else (kind,))
    for folded, marks in flags.items():
        if folded in frequency or folded in towns:
            marks.add("w")
        if folded in others:
            marks.add("o")
    target = ROOT / "data" / "lexicon"
    write(target / "names.txt.gz", (f"{name}\t{''.join(sorted(marks))}" for name, marks in flags.items()))
    write(
        target / "words.txt.gz",
        (f"{word}\t{'c' if zipf >= COMMON else ''}{'v' if zipf >= 5 else ''}" for word, zipf in frequency.items()),
    )
    print(f"{len(flags)} names, {len(frequency)} words")


if __name__ == "__main__":
    main()
