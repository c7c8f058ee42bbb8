// Turns messages into elements. Texts become text nodes, never HTML; only known telephone numbers become links.

const numbers = (document.querySelector('meta[name="telefoonnummers"]')?.content ?? "").split(", ").filter(Boolean);
const pattern = numbers.length
  ? new RegExp(`(?<![\\d-])(${numbers.map((n) => n.replace(/[^\d -]/g, "")).join("|")})(?![\\d-])`)
  : null;

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Returns text nodes and `tel:` links. */
export function linked(text) {
  if (!pattern) return [document.createTextNode(text)];
  return text.split(pattern).map((part) => {
    if (!numbers.includes(part)) return document.createTextNode(part);
    const link = element("a", "", part);
    link.href = `tel:${part.replace(/\D/g, "")}`;
    return link;
  });
}

function blocks(text) {
  const made = [];
  let list = null;
  for (const paragraph of text.split(/\n{2,}/)) {
    list = null;
    for (const line of paragraph.split("\n")) {
      if (line.startsWith("- ")) {
        if (!list) made.push((list = element("ul")));
        list.append(element("li", "", ...linked(line.slice(2))));
      } else if (line.trim()) {
        list = null;
        made.push(element("p", "", ...linked(line)));
      }
    }
  }
  return made;
}

function sourceList(sources, label) {
  const items = sources.map((s) => element("li", "", [s.title, s.part, s.date].filter(Boolean).join(", ")));
  return element("details", "", element("summary", "", label), element("ul", "", ...items));
}

/** Returns the element of a message; `labels` names authors and sources, `press` handles its buttons. */
export function messageElement(message, labels, press) {
  const own = message.author === "ouder";
  const body = element("div", "body", ...(own ? [element("p", "", message.text)] : blocks(message.text)));
  if (message.sources?.length) body.append(sourceList(message.sources, labels.sources));
  const made = element("div", `message ${message.author}`, element("p", "who", labels[message.author] ?? ""), body);
  if (message.buttons?.length) {
    const choices = message.buttons.map((button) => {
      const pressed = element("button", "", button.title);
      pressed.type = "button";
      pressed.addEventListener("click", () => press(button));
      return element("li", "", pressed);
    });
    made.append(element("ul", "choices", ...choices));
  }
  made.dataset.id = message.id ?? "";
  return made;
}
