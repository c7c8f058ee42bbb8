// Turns the cards below a message into elements. The text of the message says the same: a card only makes it easier.

import { element, linked } from "./elements.js";

function fillIn(pattern, values) {
  return Object.entries(values).reduce((text, [name, value]) => text.replace(`[${name}]`, String(value)), pattern);
}

function button(title, pressed) {
  const made = element("button", "", title);
  made.type = "button";
  made.addEventListener("click", pressed);
  return made;
}

/** Returns a list of buttons; `press` handles the one that is pressed. */
export function choices(buttons, press) {
  return element("ul", "choices", ...buttons.map((b) => element("li", "", button(b.title, () => press(b)))));
}

function progress(card, text, labels) {
  const label = fillIn(labels.progress, { nummer: card.number, aantal: card.of });
  const bar = element("progress", "");
  bar.max = card.of;
  bar.value = Math.max(0, card.number - 1);
  bar.setAttribute("aria-label", label);
  // Where the message already begins with these words, saying them twice helps nobody.
  return element("div", "progress", ...(text.includes(label) ? [] : [element("p", "", label)]), bar);
}

function checkboxes(options, labels, actions) {
  const boxes = options.map((option) => {
    const box = element("input", "");
    box.type = "checkbox";
    box.value = option.title;
    return box;
  });
  const rows = boxes.map((box) => element("label", "option", box, element("span", "", box.value)));
  const form = element("form", "several");
  const send = element("button", "", labels.sendChoice);
  send.type = "submit";
  form.append(element("fieldset", "", element("legend", "", labels.choose), ...rows), send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    if (chosen.length) actions.say(chosen.join(", "));
    else actions.problem(labels.chooseFirst);
  });
  return form;
}

function question(message, labels, actions) {
  const card = message.card;
  const payloads = new Set(card.options.map((option) => option.payload));
  const others = (message.buttons ?? []).filter((b) => !payloads.has(b.payload));
  // "None of these" cannot stand beside a chosen one, so it is a button of its own.
  const alone = (option) => !card.multiple || option.payload.endsWith(".geen");
  const several = card.options.filter((option) => !alone(option));
  const made = [progress(card, message.text, labels)];
  if (several.length) made.push(checkboxes(several, labels, actions));
  const single = card.options.filter(alone);
  if (single.length) made.push(choices(single, actions.press));
  if (others.length) {
    const list = choices(others, actions.press);
    list.classList.add("others");
    made.push(list);
  }
  return made;
}

function entries(list, perEntry) {
  return element(
    "ul",
    "entries",
    ...list.map((entry) => {
      const reasons = (entry.reasons ?? []).slice(0, perEntry).map((text) => element("li", "", ...linked(text)));
      const parts = [element("strong", "", entry.name)];
      if (reasons.length) parts.push(element("ul", "", ...reasons));
      return element("li", "", ...parts);
    }),
  );
}

function sheetLinks(path, labels) {
  if (typeof path !== "string" || !path.startsWith("/gesprekskaart/")) return [];
  const links = [[path, labels.sheet], [`${path}.pdf`, labels.sheetPdf]].map(([href, title]) => {
    const link = element("a", "", title);
    link.href = href;
    link.target = "_blank";
    link.rel = "noopener";
    return element("li", "", link);
  });
  return [element("ul", "links", ...links)];
}

function outcome(message, labels, actions) {
  const card = message.card;
  const box = element("div", "card outcome");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", labels.outcome);
  if (card.fits?.length) box.append(element("h3", "", labels.fits), entries(card.fits, 3));
  if (card.maybe?.length) box.append(element("h3", "", labels.maybe), entries(card.maybe, 2));
  if (card.no?.length) {
    const title = fillIn(labels.no, { aantal: card.no.length });
    box.append(element("details", "", element("summary", "", title), entries(card.no, 1)));
  }
  box.append(element("p", "", labels.noDecision), ...sheetLinks(card.gesprekskaart, labels));
  return [box, ...rest(message, actions)];
}

function deadline(message, labels, actions) {
  const card = message.card;
  const points = card.timeline.map((point) => {
    const day = element("time", "", point.text);
    day.dateTime = point.date;
    return element("li", point.kind === "now" ? "now" : "", element("span", "label", point.label), " ", day);
  });
  const line = element("ol", "timeline", ...points);
  line.setAttribute("aria-label", labels.timeline);
  const save = button(labels.calendar, () => actions.calendar(message));
  return [element("div", "card", line, element("div", "choices", save)), ...rest(message, actions)];
}

function rest(message, actions) {
  return message.buttons?.length ? [choices(message.buttons, actions.press)] : [];
}

const KINDS = { voorcheck_vraag: question, voorcheck_uitslag: outcome, termijn: deadline };

/** Returns the elements below the text of a message: its card, if we know it, and its buttons. */
export function below(message, labels, actions) {
  const make = KINDS[message.card?.type];
  try {
    return make ? make(message, labels, actions) : rest(message, actions);
  } catch {
    return rest(message, actions); // a card of a newer version: text and buttons say it all
  }
}

