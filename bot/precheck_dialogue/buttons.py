"""Read the payloads of the buttons of the pre-check."""

from __future__ import annotations

from typing import Any

from bot.precheck import ProfileError, load_precheck, with_answer
from bot.precheck.profile import Profile
from bot.precheck_dialogue.act import Act, Kind
from bot.precheck_dialogue.asking import NONE, UNKNOWN
from bot.precheck_dialogue.options import load_options
from bot.precheck_dialogue.saying import in_words
from bot.precheck_dialogue.told import Told

ACTS: dict[str, Kind] = {
    "start": "start", "stop": "pause", "waarom": "why", "terug": "back", "uitslag": "outcome", "verder": "resume",
    "opnieuw": "restart", "niet": "excluded", "wijzig": "correct", "klopt": "keep",
}  # fmt: skip
_TITLES = {
    "start": "start", "stop": "stop", "waarom": "why", "uitslag": "outcome", "verder": "resume", "opnieuw": "restart",
    "niet": "excluded", "wijzig": "correct", "klopt": "keep",
}  # fmt: skip
BETWEEN = "."
"""Stands between the values of an answer that names more of them: `antwoord:kenmerken.ass.angst`."""


def act_of_button(value: str) -> tuple[Act, str]:
    """Return the act of `voorcheck:<value>` and its words.

    Raises:
        ValueError: there is no such button.
    """
    name, _, field = value.partition(".")
    options, fields = load_options(), load_precheck().fields
    if name == "wijzig" and field in fields:
        return Act("change", field=field), options.buttons["change"].format(label=fields[field].label)
    if name not in ACTS or field:
        raise ValueError(f"unknown act '{value[:80]}'")
    # A pressed "Het klopt zo" keeps the answers, whatever the question asks.
    act = Act(ACTS[name], field="button") if name == "klopt" else Act(ACTS[name])
    return act, options.buttons.get(_TITLES.get(name, ""), name)


def answer_of_button(value: str) -> tuple[Act, str]:
    """Return the act of `antwoord:<field>.<value>` and its words.

    Raises:
        ValueError: the field or the value does not exist.
    """
    fields, options = load_precheck().fields, load_options()
    field = max((name for name in fields if value.startswith(f"{name}.")), key=len, default="")
    if not field:
        raise ValueError(f"unknown answer '{value[:80]}'")
    written = value[len(field) + 1 :]
    if written == UNKNOWN:
        return Act("unknown", field=field), options.buttons["unknown"]
    info = load_precheck().fields[field]
    chosen: Any
    if info.kind == "multi":
        chosen = [] if written == NONE else written.split(BETWEEN)
    elif info.kind == "yes_no":
        chosen = {"ja": True, "nee": False}.get(written)
    elif info.kind == "number":
        chosen = float(written) if "." in written else int(written)
    else:
        # Payloads are in small letters ('haven' is the district 'Haven').
        chosen = next((option.value for option in info.options if str(option.value).lower() == written), None)
    told = Told(field, chosen, whole=field == "kenmerken")
    try:
        if chosen is None:
            raise ValueError(f"unknown answer '{value[:80]}'")
        with_answer(Profile(), field, chosen)
    except ProfileError as error:
        raise ValueError(str(error)) from None
    titles = [option.label for option in info.options if option.value == chosen and type(option.value) is type(chosen)]
    if chosen == [] and field != "kenmerken":
        return Act("unknown", field=field), options.buttons["none"]
    return Act("answer", (told,)), titles[0] if titles else in_words(field, chosen, load_precheck(), options)
