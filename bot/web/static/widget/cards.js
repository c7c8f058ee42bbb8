// Turns the cards below a message into elements. The text of the message says the same: a card only makes it easier.

import { button, element, fillIn, linked } from "./elements.js";

/** Returns a list of buttons; `press` handles the one that is pressed. */
export function choices(buttons, press) {
  return element("ul", "choices", ...buttons.map((b) => element("li", "", button(b.title, () => press(b)))));
}

function progress(card, text, texts) {
  const label = fillIn(texts.progress, { nummer: card.number, aantal: card.of });
  const bar = element("progress", "");
  bar.max = card.of;
  bar.value = Math.max(0, card.number - 1);
  bar.setAttribute("aria-label", label);
  // Where the message already begins with these words, saying them twice helps nobody.
  return element("div", "progress", ...(text.includes(label) ? [] : [element("p", "", label)]), bar);
}

function checkboxes(options, texts, actions) {
  const boxes = options.map((option) => {
    const box = element("input", "");
    box.type = "checkbox";
    box.value = option.title;
    return box;
  });
  const rows = boxes.map((box) => element("label", "option", box, element("span", "", box.value)));
  const form = element("form", "several");
  const send = element("button", "", texts.send_choice);
  send.type = "submit";
  form.append(element("fieldset", "", element("legend", "", texts.choose), ...rows), send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    if (chosen.length) actions.say(chosen.join(", "));
    else actions.problem(texts.choose_first);
  });
  return form;
}

function question(message, texts, actions) {
  const card = message.card;
  const payloads = new Set(card.options.map((option) => option.payload));
  const others = (message.buttons ?? []).filter((b) => !payloads.has(b.payload));
  // "None of these" cannot stand beside a chosen one, so it is a button of its own.
  const alone = (option) => !card.multiple || option.payload.endsWith(".geen");
  const several = card.options.filter((option) => !alone(option));
  const made = [progress(card, message.text, texts)];
  if (several.length) made.push(checkboxes(several, texts, actions));
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

function sheetLinks(path, texts, actions) {
  if (typeof path !== "string" || !path.startsWith("/gesprekskaart/")) return [];
  const links = [[path, texts.sheet], [`${path}.pdf`, texts.sheet_pdf]].map(([href, title]) => {
    const link = element("a", "", title);
    link.href = actions.address(href);
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return element("li", "", link);
  });
  return [element("ul", "links", ...links)];
}

function outcome(message, texts, actions) {
  const card = message.card;
  const box = element("div", "card outcome");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", texts.outcome);
  if (card.fits?.length) box.append(element("h3", "", texts.fits), entries(card.fits, 3));
  if (card.maybe?.length) box.append(element("h3", "", texts.maybe), entries(card.maybe, 2));
  if (card.no?.length) {
    const title = fillIn(texts.fits_not, { aantal: card.no.length });
    box.append(element("details", "", element("summary", "", title), entries(card.no, 1)));
  }
  box.append(element("p", "", texts.no_decision), ...sheetLinks(card.gesprekskaart, texts, actions));
  return [box, ...rest(message, actions)];
}

function deadline(message, texts, actions) {
  const card = message.card;
  const points = card.timeline.map((point) => {
    const day = element("time", "", point.text);
    day.dateTime = point.date;
    return element("li", point.kind === "now" ? "now" : "", element("span", "label", point.label), " ", day);
  });
  const line = element("ol", "timeline", ...points);
  line.setAttribute("aria-label", texts.timeline);
  const save = button(texts.calendar, () => actions.calendar(message));
  return [element("div", "card", line, element("div", "choices", save)), ...rest(message, actions)];
}

function handoff(message, texts, actions) {
  if (message.card.current === false) return rest(message, actions); // an older one: the newest card is the one to fill in
  const look = button(texts.handoff_look, () => actions.approve(message), "primary");
  const box = element("div", "card handoff", element("h3", "", texts.handoff_title), element("p", "", texts.handoff_lead), look);
  return [box, ...rest(message, actions)];
}

function rest(message, actions) {
  return message.buttons?.length ? [choices(message.buttons, actions.press)] : [];
}

const KINDS = { voorcheck_vraag: question, voorcheck_uitslag: outcome, termijn: deadline, overdracht: handoff };

/** Returns the elements below the text of a message: its card, if we know it, and its buttons. */
export function below(message, texts, actions) {
  const make = KINDS[message.card?.type];
  try {
    return make ? make(message, texts, actions) : rest(message, actions);
  } catch {
    return rest(message, actions); // a card of a newer version: text and buttons say it all
  }
}
