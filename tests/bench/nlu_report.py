"""How well the trained assistant understands tests/data/nlu_test.yml: per topic group and style, with a list of confusions.

Runs `bot parse` over the messages (`make nlu-report`) and prints Markdown.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.knowledge.topics import load_topics


def main() -> None:
    """Parse and print."""
    messages = yaml.safe_load((ROOT / "tests" / "data" / "nlu_test.yml").read_text(encoding="utf-8"))["messages"]
    lines = "\n".join(json.dumps({"text": m["text"]}, ensure_ascii=False) for m in messages)
    command = [str(ROOT / ".venv" / "bin" / "bot"), "parse", "-"]
    output = subprocess.run(command, input=lines, stdout=subprocess.PIPE, text=True, check=True).stdout
    parsed = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    topics = load_topics().topics
    hits: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    confusions: Counter[tuple[str, str]] = Counter()
    for message, found in zip(messages, parsed, strict=True):
        hit = (found["topic"] == message["topic"], message["topic"] in [r[0] for r in found["ranking"][:3]])
        dutch = message["language"] == "nl"
        keys = [f"style: {message['style']}"] + ([f"group: {topics[message['topic']].group}", "Dutch, all"] if dutch else [])
        for key in keys:
            hits[key].append(hit)
        if dutch and not hit[0]:
            confusions[(message["topic"], found["topic"])] += 1
    print("| messages | number | top-1 | top-3 |\n| --- | --- | --- | --- |")
    for key in sorted(hits):
        one, three = (sum(h[i] for h in hits[key]) / len(hits[key]) for i in (0, 1))
        print(f"| {key} | {len(hits[key])} | {one:.3f} | {three:.3f} |")
    pairs = list(zip(messages, parsed, strict=True))
    outside = [f for m, f in pairs if m["topic"] == "buiten_bereik" and m["language"] == "nl"]
    inside = [f for m, f in pairs if m["topic"] != "buiten_bereik" and m["language"] == "nl"]
    caught = sum(f["topic"] == "buiten_bereik" or not f["accepted"] for f in outside)
    refused = sum(f["topic"] == "buiten_bereik" or not f["accepted"] for f in inside)
    crisis = [f["topic"] == "crisis" for m, f in pairs if m["topic"] == "crisis"]
    false = [f["topic"] == "crisis" for m, f in pairs if m["topic"] != "crisis"]
    foreign = [f["language"] == m["language"] for m, f in pairs if m["language"] != "nl"]
    print(f"\nOut of scope recognised: {caught} of {len(outside)}; good questions refused: {refused} of {len(inside)}.")
    print(f"Crisis recognised: {sum(crisis)} of {len(crisis)}; false alarms: {sum(false)} of {len(false)}.")
    print(f"Other language recognised: {sum(foreign)} of {len(foreign)}.")
    print(f"Milliseconds per message: p50 {statistics.median(f['ms'] for f in parsed):.0f}.")
    print("\nConfusions (expected -> answered):")
    for (expected, answered), count in confusions.most_common():
        print(f"- {expected} -> {answered}{f' ({count})' if count > 1 else ''}")


if __name__ == "__main__":
    main()
