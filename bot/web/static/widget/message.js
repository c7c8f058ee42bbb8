// Turns messages into elements.

import { below } from "./cards.js";
import { blocks, button, element } from "./elements.js";

function sourceList(sources, texts) {
  const items = sources.map((s) => element("li", "", [s.title, s.part, s.date].filter(Boolean).join(", ")));
  return element("details", "sources", element("summary", "", texts.sources), element("ul", "", ...items));
}

function thumbs(message, texts, actions) {
  const made = [[1, texts.helped_yes, texts.helped_yes_label], [-1, texts.helped_no, texts.helped_no_label]].map(
    ([thumb, title, label]) => {
      const one = button(title, async () => {
        if (await actions.feedback(message, thumb)) for (const b of made) b.setAttribute("aria-pressed", String(b === one));
      }, "thumb");
      one.setAttribute("aria-label", label);
      one.setAttribute("aria-pressed", "false");
      return one;
    },
  );
  const group = element("div", "thumbs", element("span", "", texts.helped), ...made);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", texts.helped);
  return group;
}

/**
 * Returns the element of a message. `actions` are what its buttons do: press(button), say(text), calendar(message),
 * feedback(message, thumb), approve(message) and problem(text).
 */
export function messageElement(message, texts, actions) {
  const own = message.author === "ouder";
  const body = element("div", "body", ...(own ? [element("p", "", message.text)] : blocks(message.text)));
  const who = element("p", "who", texts[`author_${message.author}`] ?? "");
  const made = element("article", `message ${message.author}`, who, body);
  if (message.sources?.length) body.append(sourceList(message.sources, texts));
  made.append(...below(message, texts, actions));
  if (message.author === "bot" && message.id && message.topic) made.append(thumbs(message, texts, actions));
  made.dataset.id = message.id ?? "";
  return made;
}
