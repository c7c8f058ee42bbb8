"""Turn the UD Dutch treebanks (CoNLL-U) into spaCy training data.

Two things differ from `spacy convert`. Lemmas of the current releases join the parts of a compound
with "_" (mee_nemen): that mark is dropped. And the old release (2.0) follows older annotation rules:
its words serve for part of speech and lemma only, and only where the label also exists in the current
release for the same word form or word class, so that the two styles do not contradict each other.

Sentences of one treebank are joined to documents of one to six, so that the parser learns where sentences end.
"""
from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.tokens import Doc, DocBin

# Words whose class changed between release 2.0 and now (copulas, possessives, relative pronouns).
CHANGED_CLASSES = {"PRON", "AUX", "SYM", "X"}


class Row(NamedTuple):
    """One word of a treebank: the CoNLL-U columns that are used."""

    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    deprel: str
    space_after: bool


def read_sentences(path: Path) -> Iterator[list[Row]]:
    """Yield the sentences of a CoNLL-U file; empty nodes and multiword ranges are left out."""
    rows: list[Row] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            if rows:
                yield rows
            rows = []
            continue
        if line.startswith("#"):
            continue
        col = line.split("\t")
        if not col[0].isdigit():
            continue
        rows.append(
            Row(col[1], col[2].replace("_", "") or col[1], col[3], "" if col[4] == "_" else col[4],
                "" if col[5] == "_" else col[5], int(col[6]), col[7], "SpaceAfter=No" not in col[9])
        )
    if rows:
        yield rows


def full_doc(vocab: spacy.vocab.Vocab, rows: list[Row]) -> Doc:
    """Make a Doc with every layer of a sentence of the current release."""
    return Doc(
        vocab, words=[r.form for r in rows], spaces=[r.space_after for r in rows],
        pos=[r.upos for r in rows], morphs=[r.feats for r in rows], tags=[r.xpos for r in rows],
        lemmas=[r.lemma for r in rows], deps=[r.deprel for r in rows],
        heads=[i if r.head == 0 else r.head - 1 for i, r in enumerate(rows)],
    )


def partial_doc(vocab: spacy.vocab.Vocab, rows: list[Row], labels: set[tuple[str, str]],
                forms: dict[str, set[tuple[str, str]]]) -> Doc:
    """Make a Doc of an old-release sentence: part of speech and lemma where both styles agree."""
    pos, morphs, lemmas = [], [], []
    for r in rows:
        label = (r.upos, r.feats)
        known = forms.get(r.form.lower())
        agrees = label in known if known else r.upos not in CHANGED_CLASSES and label in labels
        pos.append(r.upos if agrees else "")
        morphs.append(r.feats if agrees else "")
        lemmas.append(r.lemma if r.upos == "PROPN" else r.lemma.lower())
    no_space = [i + 1 < len(rows) and rows[i + 1].form in ".,;:!?)" for i in range(len(rows))]
    return Doc(vocab, words=[r.form for r in rows], spaces=[not n for n in no_space],
               pos=pos, morphs=morphs, lemmas=lemmas)


def joined(docs: list[Doc], seed: int = 0) -> list[Doc]:
    """Join consecutive sentences to documents of one to six."""
    numbers = random.Random(seed)
    documents, start = [], 0
    while start < len(docs):
        end = start + numbers.randint(1, 6)
        documents.append(Doc.from_docs(docs[start:end], ensure_whitespace=True))
        start = end
    return documents


def main(source: Path, target: Path) -> None:
    """Write train.spacy, dev.spacy and test.spacy below target."""
    nlp = spacy.blank("nl")
    current = [s for name in ("nl_lassysmall-ud-dev", "nl_lassysmall-ud-test", "nl_alpino-ud-dev")
               for s in read_sentences(source / f"{name}.conllu")]
    held_out = [s for i, s in enumerate(current) if i % 12 == 0]
    current = [s for i, s in enumerate(current) if i % 12]
    forms: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for sentence in current:
        for r in sentence:
            forms[r.form.lower()].add((r.upos, r.feats))
    labels = {label for found in forms.values() for label in found}
    held_texts = {tuple(r.form for r in s) for s in held_out}
    old = [s for s in read_sentences(source / "nl_lassysmall-ud-r2.0-train.conllu")
           if tuple(r.form for r in s) not in held_texts]
    train = joined([full_doc(nlp.vocab, s) for s in current])
    train += [partial_doc(nlp.vocab, s, labels, forms) for s in old]
    splits = {
        "train": train,
        "dev": joined([full_doc(nlp.vocab, s) for s in held_out]),
        "test": joined([full_doc(nlp.vocab, s) for s in read_sentences(source / "nl_alpino-ud-test.conllu")]),
    }
    target.mkdir(parents=True, exist_ok=True)
    for name, docs in splits.items():
        DocBin(docs=docs, store_user_data=False).to_disk(target / f"{name}.spacy")
        print(f"{name}: {len(docs)} documents, {sum(map(len, docs))} words")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
