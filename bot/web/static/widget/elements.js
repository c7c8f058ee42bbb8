// The smallest parts of a message. Texts become text nodes, never HTML; only known telephone numbers become links.

let numbers = [];
let pattern = null;

/** Sets the telephone numbers that may become a link. */
export function useNumbers(known) {
  numbers = known;
  const safe = numbers.map((number) => number.replace(/[^\d -]/g, ""));
  pattern = safe.length ? new RegExp(`(^|[^\\d-])(${safe.join("|")})(?![\\d-])`) : null;
}

/** Returns an element with children; texts among them become text nodes. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Returns a button. */
export function button(title, pressed, className = "") {
  const made = element("button", className, title);
  made.type = "button";
  made.addEventListener("click", pressed);
  return made;
}

/** Returns a text with its [named] places filled. */
export function fillIn(text, values) {
  return Object.entries(values).reduce((filled, [name, value]) => filled.replace(`[${name}]`, String(value)), text);
}

/** Returns text nodes and `tel:` links. */
export function linked(text) {
  const made = [];
  let rest = String(text);
  for (let found = pattern?.exec(rest); found; found = pattern.exec(rest)) {
    const start = found.index + found[1].length;
    const link = element("a", "tel", found[2]);
    link.href = `tel:${found[2].replace(/\D/g, "")}`;
    made.push(document.createTextNode(rest.slice(0, start)), link);
    rest = rest.slice(start + found[2].length);
  }
  return [...made, document.createTextNode(rest)];
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
