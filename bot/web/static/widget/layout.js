// The fixed parts of the panel. Returns elements by name; what they do stands in panel.js.

import { button, element, linked } from "./elements.js";

function named(name, className, role, label, ...children) {
  const made = element(name, className, ...children);
  if (role) made.setAttribute("role", role);
  if (label) made.setAttribute("aria-label", label);
  return made;
}

function compose(texts) {
  const input = element("textarea", "");
  Object.assign(input, { id: "question", name: "question", rows: 2, maxLength: 2000, autocomplete: "off" });
  input.setAttribute("aria-describedby", "question-hint");
  const label = element("label", "", texts.question);
  label.htmlFor = "question";
  const hint = element("p", "hint", texts.hint);
  hint.id = "question-hint";
  const send = element("button", "primary send", texts.send);
  send.type = "submit";
  const form = element("form", "ask", label, hint, input, send);
  form.noValidate = true;
  return { form, input };
}

function eraseDialog(texts) {
  const title = element("h2", "", texts.erase_title);
  title.id = "erase-title";
  const no = element("button", "", texts.erase_no);
  const yes = element("button", "erase-yes", texts.erase_yes);
  no.value = "nee";
  yes.value = "ja";
  const form = element("form", "", no, yes);
  form.method = "dialog";
  const dialog = element("dialog", "confirm", title, element("p", "", texts.erase_lead), form);
  dialog.setAttribute("aria-labelledby", "erase-title");
  return dialog;
}

/** Returns the parts of the panel; `inline`: it stands in the page instead of over it. */
export function layout(texts, inline) {
  const title = element("h2", "", texts.title);
  title.id = "title";
  title.tabIndex = -1;
  const leave = button(texts.leave, () => {}, "leave");
  leave.setAttribute("aria-description", texts.leave_hint);
  const close = button(texts.close, () => {}, "close");
  const head = element("div", "head", element("div", "names", title, element("p", "", texts.subtitle)), leave, close);

  const log = named("div", "log", "log", texts.log);
  log.setAttribute("aria-live", "polite");
  log.setAttribute("aria-relevant", "additions");
  log.tabIndex = 0;
  const status = named("p", "status", "status");
  const state = named("div", "state");
  state.hidden = true;
  const problem = named("div", "problem", "alert");
  const again = button(texts.again, () => {}, "again");
  again.hidden = true;

  const { form, input } = compose(texts);
  const person = button(texts.person, () => {}, "person");
  const level = button(texts.simpler, () => {}, "level");
  const more = button(texts.more, () => {}, "more");
  const keep = button(texts.keep, () => {}, "keep");
  const erase = button(texts.erase, () => {}, "erase");
  const extra = named("div", "extra", "group", texts.more_label, element("p", "", ...linked(texts.more_lead)), keep, erase);
  extra.id = "extra";
  extra.hidden = true;
  more.setAttribute("aria-expanded", "false");
  more.setAttribute("aria-controls", "extra");

  const talk = element("div", "talk", log, state, status, problem, again, form, element("div", "always", person, level, more), extra);
  const view = element("div", "view");
  view.hidden = true;
  const confirm = eraseDialog(texts);
  const panel = element(inline ? "section" : "dialog", "panel", head, talk, view, confirm);
  panel.setAttribute("aria-labelledby", "title");
  return {
    panel, title, leave, close, log, status, state, problem, again, form, input, person, level, more, keep, erase, extra, talk, view,
    confirm,
  };
}
