// Turns messages into elements.

import { below } from "./cards.js";
import { blocks, element } from "./elements.js";

function sourceList(sources, label) {
  const items = sources.map((s) => element("li", "", [s.title, s.part, s.date].filter(Boolean).join(", ")));
  return element("details", "", element("summary", "", label), element("ul", "", ...items));
}

/**
 * Returns the element of a message. `labels` names authors, sources and parts of cards; `actions` are what its buttons do:
 * press(button), say(text), calendar(message) and problem(text).
 */
export function messageElement(message, labels, actions) {
  const own = message.author === "ouder";
  const body = element("div", "body", ...(own ? [element("p", "", message.text)] : blocks(message.text)));
  if (message.sources?.length) body.append(sourceList(message.sources, labels.sources));
  const made = element("div", `message ${message.author}`, element("p", "who", labels[message.author] ?? ""), body);
  made.append(...below(message, labels, actions));
  made.dataset.id = message.id ?? "";
  return made;
}
