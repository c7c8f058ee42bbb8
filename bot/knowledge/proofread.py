"""The page on which a consultant proofreads every answer (docs/antwoorden.md), made from the data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.clock import today
from bot.knowledge.answers import PLACEHOLDER, Answer, fill, load_answers, sources_of
from bot.knowledge.topics import contact_values, load_facts, load_topics

LEVEL_NAMES = {"b1": "B1", "a2": "A2 (makkelijker)"}

_HEAD = """\
# Antwoorden om na te lezen

Deze pagina is gemaakt uit `data/answers` en `data/knowledge` met `bot answers --markdown`. Verander een tekst daar,
niet hier. Bij elk onderwerp staan de vraag, het antwoord op elk taalniveau, de knoppen, de bronnen en de feiten.
"""


def proofreading_page() -> str:
    """Return the page: per group and topic the question, both levels, buttons, sources and facts.

    Responses that belong to no topic (the start, a fault, questions without a source) follow at the end, per file.

    Raises:
        KnowledgeError: the data does not fit.
    """
    return "\n\n".join([_HEAD.strip(), _contents(), *_topics(), *_others()]) + "\n"


def _contents() -> str:
    """Return the list of groups, with how many topics each has."""
    topics = load_topics()
    counts = {group: sum(topic.group == group for topic in topics.topics.values()) for group in topics.groups}
    return "\n".join(f"- {topics.groups[group].title}: {count} onderwerpen" for group, count in counts.items())


def _topics() -> Iterator[str]:
    """Yield the groups with their topics."""
    topics = load_topics()
    for group_id, group in topics.groups.items():
        yield f"## {group.title}"
        for topic_id, topic in topics.topics.items():
            if topic.group != group_id:
                continue
            yield f"### {topic.title}"
            yield f"Onderwerp `{topic_id}`. Vraag: {topic.question}"
            variants = _variants(topics.response(topic_id))
            if topic.action:
                yield "Het antwoord komt uit de lijsten van `data/knowledge`: de chatbot kiest wat bij de vraag hoort."
            yield from _answer(variants)


def _others() -> Iterator[str]:
    """Yield the responses that belong to no topic."""
    topics, answers = load_topics(), load_answers()
    of_topics = {topics.response(topic_id) for topic_id in topics.topics}
    by_file: dict[str, dict[str, None]] = {}
    for answer in answers.all():
        if answer.response not in of_topics:
            by_file.setdefault(Path(answer.file).name, {})[answer.response] = None
    for file, responses in by_file.items():
        yield f"## Teksten zonder onderwerp: {file}"
        for response in responses:
            yield f"### `{response}`"
            yield from _answer(_variants(response))


def _variants(response: str) -> list[Answer]:
    """Return the answers with this name, B1 first."""
    return [answer for answer in load_answers().all() if answer.response == response]


def _answer(variants: list[Answer]) -> Iterator[str]:
    """Yield the text of each level, then what the levels share; what differs stands with its level."""
    shared = all((v.facts, v.followups) == (variants[0].facts, variants[0].followups) for v in variants)
    for answer in variants:
        yield f"**{LEVEL_NAMES[answer.level]}**"
        yield _quoted(answer.body)
        if answer.next_step:
            yield f"Volgende stap: {_filled(answer.next_step)}"
        if not shared:
            yield _provenance(answer)
    if variants and shared:
        yield _provenance(variants[0])


def _provenance(answer: Answer) -> str:
    """Return buttons, sources and facts as a list."""
    topics, facts = load_topics(), load_facts()
    lines = []
    if answer.followups:
        lines.append("- Knoppen: " + " / ".join(topics.topics[topic_id].title for topic_id in answer.followups))
    lines += [f"- Bron: {source.title}, {source.part}, {source.date}" for source in sources_of(answer)]
    lines += [f"- Feit `{fact}`: {' '.join(facts[fact].text.split())} ({facts[fact].source})" for fact in answer.facts]
    return "\n".join(lines or ["- Geen knoppen, bronnen of feiten."])


def _quoted(text: str) -> str:
    """Return a text as a Markdown quotation; a line before a list gets the empty line that Markdown needs."""
    lines: list[str] = []
    for line in _filled(text).splitlines():
        if line.startswith("- ") and lines and lines[-1] and not lines[-1].startswith("- "):
            lines.append("")
        lines.append(line)
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _filled(text: str) -> str:
    """Return a text with contact values; what an action fills in stays in braces."""
    names = PLACEHOLDER.findall(text)
    return fill(text, {**{name: f"{{{name}}}" for name in names}, **contact_values(today())})
