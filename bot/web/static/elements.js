// The smallest parts of a message. Texts become text nodes, never HTML; only known telephone numbers become links.

const numbers = (document.querySelector('meta[name="telefoonnummers"]')?.content ?? "").split(", ").filter(Boolean);
const pattern = numbers.length
  ? new RegExp(`(?<![\\d-])(${numbers.map((n) => n.replace(/[^\d -]/g, "")).join("|")})(?![\\d-])`)
  : null;

/** Returns an element with children; texts among them become text nodes. */
export function element(name, className, ...children) {
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

/** Returns the paragraphs and lists of a text. */
export function blocks(text) {
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
