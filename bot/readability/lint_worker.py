"""Measure texts with LiNT-II; runs inside .venv-readability (`python -m bot.readability.lint_worker`).

Contract: JSON lines on standard input, `{"sentences": [...]}` each; JSON lines on standard output in the same order,
`{"score": number|null}` each. Needs lint_ii, spaCy and the project's Dutch wheel, nothing else of the project.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import warnings
from typing import Any

MODEL = "nl_core_news_sm"
# LiNT-II loads this model by name and refuses versions that it has no coefficients for.
EXPECTED_MODEL, EXPECTED_VERSION = "nl_core_news_lg", "3.7.0"


def load_lint() -> tuple[Any, Any, Any]:
    """Return LiNT-II's two analyses and its spaCy pipeline, with our model in the place of the one it names."""
    import spacy
    from spacy.language import Language

    warnings.filterwarnings("ignore")

    @Language.component("one_sentence")  # type: ignore[untyped-decorator, unused-ignore]
    def one_sentence(doc: Any) -> Any:
        """Keep the parser from splitting: each text that is parsed is one sentence already."""
        for token in doc:
            token.is_sent_start = token.i == 0
        return doc

    load = spacy.load

    def load_ours(name: str, **kwargs: Any) -> Any:
        if name != EXPECTED_MODEL:
            return load(name, **kwargs)
        pipeline = load(MODEL, **kwargs)
        pipeline.add_pipe("one_sentence", first=True)
        pipeline.meta["version"] = EXPECTED_VERSION
        return pipeline

    spacy.load = load_ours
    # It reports on standard output, which is our pipe, and by the name that it asked for.
    with contextlib.redirect_stdout(io.StringIO()):
        from lint_ii import ReadabilityAnalysis, SentenceAnalysis  # type: ignore[import-not-found, unused-ignore]
        from lint_ii.linguistic_data.nlp_model import NLP_MODEL  # type: ignore[import-not-found, unused-ignore]
    return ReadabilityAnalysis, SentenceAnalysis, NLP_MODEL


def ended(sentence: str) -> str:
    """Return a sentence with a stop: list items and lines before a list have none."""
    bare = sentence.rstrip(" :;,")
    return bare if bare.endswith((".", "!", "?")) else f"{bare}."


def main() -> None:
    """Measure what comes in on the pipe."""
    analysis, sentence_analysis, pipeline = load_lint()
    for line in sys.stdin:
        parsed = pipeline.pipe(ended(sentence) for sentence in json.loads(line)["sentences"])
        score = analysis([sentence_analysis(doc) for doc in parsed]).lint.score
        print(json.dumps({"score": None if score is None else round(score, 2)}), flush=True)


if __name__ == "__main__":
    main()
