"""Side by side, in one run: Rasa's stock pipeline and ours, trained on the same examples, measured on the same messages.

Runs in the engine environment (`make bench-nlu`). Each pipeline trains and parses in a process of its own, so that memory and
start-up are its own. The stock pipeline gets the topics as plain intents: one classifier, as ours has, and no response selectors.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
TEST_SET = ROOT / "tests" / "data" / "nlu_test.yml"
CONFIGS = {"ours": ROOT / "config.yml", "stock": ROOT / "tests" / "bench" / "stock_config.yml"}


def flat_examples(folder: Path, most: int) -> None:
    """Write the examples (of each topic the first `most`) with the topic itself as the intent."""
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in content["nlu"]:
            entry["intent"] = entry["intent"].rsplit("/", 1)[-1]
            entry["examples"] = "\n".join(entry["examples"].splitlines()[:most]) + "\n"
        (folder / path.name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def child(name: str, folder: Path) -> None:
    """Train and measure one pipeline; print its result as JSON on the last line."""
    from bot.engine.quiet import quiet

    quiet()
    from rasa.model_training import train_nlu

    started = time.monotonic()
    model = train_nlu(
        str(CONFIGS[name]), str(folder / "nlu"), str(folder), fixed_model_name=name, domain=str(ROOT / "domain.yml")
    )
    trained = time.monotonic() - started
    print(json.dumps({"model": model, "training_s": round(trained, 1)}), flush=True)
    loaded = subprocess.run(
        [sys.executable, __file__, "--measure", str(model)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    print(loaded.stdout.strip().splitlines()[-1], flush=True)


def measure(model: str) -> None:
    """Load a model in a fresh process and parse the test set."""
    started = time.monotonic()
    from bot.engine.quiet import quiet

    quiet()
    import asyncio

    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    agent = Agent.load(model)
    ready = time.monotonic() - started
    messages = yaml.safe_load(TEST_SET.read_text(encoding="utf-8"))["messages"]
    results, milliseconds = [], []
    for message in messages:
        before = time.perf_counter()
        parsed = asyncio.new_event_loop().run_until_complete(agent.processor.parse_message(UserMessage(message["text"])))
        milliseconds.append((time.perf_counter() - before) * 1000)
        ranking = [label for label, _ in parsed.get("topic_ranking") or []]
        ranking = ranking or [entry["name"] for entry in parsed["intent_ranking"] if entry["name"] != "nlu_fallback"]
        results.append([label.rsplit("/", 1)[-1] for label in ranking[:3]])
    print(json.dumps({
        "start_s": round(ready, 1), "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "p50_ms": round(statistics.median(milliseconds), 1), "rankings": results,
    }))


def scores(rankings: list[list[str]]) -> dict[str, tuple[float, float, int]]:
    """Return top-1, top-3 and number of messages, per style and over all."""
    messages = yaml.safe_load(TEST_SET.read_text(encoding="utf-8"))["messages"]
    hits: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for message, ranking in zip(messages, rankings):
        hit = (ranking[:1] == [message["topic"]], message["topic"] in ranking)
        hits[message["style"]].append(hit)
        hits["all"].append(hit)
    return {
        style: (sum(h[0] for h in found) / len(found), sum(h[1] for h in found) / len(found), len(found))
        for style, found in hits.items()
    }


def main() -> None:
    """Run both and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", nargs=2)
    parser.add_argument("--measure")
    parser.add_argument("--only", choices=list(CONFIGS))
    parser.add_argument("--per-topic", type=int, default=10_000, help="most examples per topic (default: all)")
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child[0], Path(arguments.child[1]))
        return
    if arguments.measure:
        measure(arguments.measure)
        return
    rows = []
    for name in [arguments.only] if arguments.only else list(CONFIGS):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "nlu").mkdir()
            flat_examples(Path(folder) / "nlu", arguments.per_topic)
            print(f"{name}: training (stock takes long) ...", file=sys.stderr, flush=True)
            # a cache of its own: both train from nothing, sentence vectors included
            environment = {**os.environ, "BOT_VAR": folder, "RASA_CACHE_DIRECTORY": f"{folder}/rasa"}
            done = subprocess.run(
                [sys.executable, __file__, "--child", name, folder], stdout=subprocess.PIPE, text=True, check=True,
                cwd=ROOT, env=environment,
            )
            result: dict[str, object] = {}
            for line in done.stdout.splitlines():
                if line.startswith("{"):
                    result.update(json.loads(line))
        rows.append((name, result, scores(result["rankings"])))  # type: ignore[arg-type]
    styles = ["chat", "story", "simple", "other_language", "all"]
    print("| pipeline | " + " | ".join(styles) + " | training | start | memory | p50 per message |")
    print("| --- |" + " --- |" * (len(styles) + 4))
    for name, result, found in rows:
        cells = [f"{found[s][0]:.3f} / {found[s][1]:.3f}" for s in styles]
        print(f"| {name} | " + " | ".join(cells) + f" | {result['training_s']} s | {result['start_s']} s | "
              f"{result['memory_mb']} MB | {result['p50_ms']} ms |")


if __name__ == "__main__":
    main()
