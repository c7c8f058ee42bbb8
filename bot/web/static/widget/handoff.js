// The form "Klopt dit?": the parent sees what a consultant would get, changes it, chooses how to be reached, and sends it.

import { Refusal } from "./api.js";
import { button, element, fillIn, linked } from "./elements.js";
import { answerRow, question, textField } from "./fields.js";
import { wayToReach } from "./reach.js";

/** Returns a key that is the same for every try of one card, also after the page was loaded again. */
function keyOf(messageId, api) {
  const keys = api.remember("keys") ?? {};
  keys[messageId] ??= crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  api.remember("keys", keys);
  return keys[messageId];
}

const dutchDay = (date) => new Intl.DateTimeFormat("nl-NL", { dateStyle: "long" }).format(new Date(`${date}T12:00`));

function plainList(title, lines) {
  return lines.length ? [element("h3", "", title), element("ul", "plain", ...lines.map((line) => element("li", "", line)))] : [];
}

function consentField(text) {
  const box = element("input", "");
  box.type = "checkbox";
  box.id = "consent";
  const label = element("label", "option consent", box, element("span", "", ...linked(text)));
  return { element: element("div", "field", label), input: box };
}

/**
 * Makes the form for a message with the card. `fresh` is what the API gives about it now; `done(answer)` is called when the server
 * has it, `back()` when the parent returns to the conversation.
 */
export function approval({ message, fresh, texts, api, done, back }) {
  const { draft, labels, missing } = fresh;
  const fields = new Map(); // name as the API uses it -> {element, input}
  let sending = false;

  const title = element("h2", "", labels.title);
  title.id = "approval-title";
  title.tabIndex = -1;
  const summary = element("div", "summary");
  summary.tabIndex = -1;
  summary.hidden = true;
  const status = element("p", "status");
  status.setAttribute("role", "status");

  const form = element("form", "approval");
  form.noValidate = true;
  form.setAttribute("aria-labelledby", "approval-title");
  form.append(button(texts.back, back, "back"), title, element("p", "", ...linked(labels.intro)), summary);

  function put(name, field) {
    fields.set(name, field);
    return field.element;
  }

  const asked = new Map(missing.map((one) => [one.field, one]));
  const subject = textField({ id: "vraag", label: labels.vraag, rows: 3, value: draft.vraag, help: asked.get("vraag")?.help, most: 2000 });
  form.append(put("intake.vraag", subject));
  const rows = {};
  for (const part of ["kind", "situatie"]) {
    rows[part] = draft[part].map((entry) => answerRow(part, entry, texts));
    if (rows[part].length) form.append(element("h3", "", labels[part]), ...rows[part].map((row) => put(`intake.${part}.${row.entry.field}`, row)));
  }
  const tried = textField({
    id: "geprobeerd", label: asked.get("geprobeerd")?.question ?? labels.geprobeerd, rows: 2, value: draft.geprobeerd ?? "",
    help: [asked.get("geprobeerd")?.help, texts.optional].filter(Boolean).join(" "), most: 2000,
  });
  const open = missing.filter((one) => /^(kind|situatie)\./.test(one.field)).map((one) => question(one, texts));
  form.append(...open.map((one) => put(`intake.${one.missing.field}`, one)), put("intake.geprobeerd", tried));

  const outcome = [...(draft.voorcheck?.fits ?? []), ...(draft.voorcheck?.maybe ?? [])].map((one) => one.name);
  form.append(
    ...plainList(labels.voorcheck, outcome),
    ...plainList(labels.termijnen, draft.termijnen.map((one) => fillIn(texts.term, { wat: one.title, dag: dutchDay(one.until) }))),
    ...plainList(labels.onderwerpen, draft.onderwerpen.map((one) => one.title)),
  );

  const reach = wayToReach({ fresh, texts, prefer: message.card.prefer, put });
  const consent = consentField(fresh.consent_text);
  const send = element("button", "primary", labels.send);
  send.type = "submit";
  form.append(...reach.elements, put("consent", consent), status, send);

  function filled(part) {
    const kept = rows[part].map((row) => row.answer()).filter(Boolean);
    const added = open.filter((one) => one.missing.field.startsWith(`${part}.`)).map((one) => one.answer()).filter(Boolean);
    return [...kept, ...added];
  }

  function body() {
    return {
      intake: {
        ...draft, vraag: subject.input.value.trim(), geprobeerd: tried.input.value.trim() || null,
        kind: filled("kind"), situatie: filled("situatie"),
      },
      contact: reach.contact(),
      consent: consent.input.checked,
      idempotency_key: keyOf(message.id, api),
    };
  }

  function clearErrors() {
    summary.hidden = true;
    summary.replaceChildren();
    for (const error of form.querySelectorAll(".error")) error.remove();
    for (const input of form.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
      input.setAttribute("aria-describedby", input.dataset.help ?? "");
      if (!input.dataset.help) input.removeAttribute("aria-describedby");
    }
  }

  /** Shows what is wrong: at each field, and in a list that gets the focus. */
  function showErrors(errors, lead) {
    clearErrors();
    const names = Object.keys(errors);
    const items = names.map((name, number) => {
      const field = fields.get(name);
      if (!field) return element("li", "", ...linked(errors[name]));
      field.reveal?.();
      const input = field.input;
      const error = element("p", "error", ...linked(errors[name]));
      error.id = `error-${number}`;
      field.element.prepend(error);
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", [input.dataset.help, error.id].filter(Boolean).join(" "));
      const link = element("a", "", errors[name]);
      link.href = `#${input.id}`;
      link.addEventListener("click", (event) => {
        event.preventDefault(); // the page around us knows no such place
        input.focus();
      });
      return element("li", "", link);
    });
    const count = names.length === 1 ? texts.errors_one : fillIn(texts.errors_more, { aantal: names.length });
    summary.replaceChildren(element("h3", "", names.length ? count : lead), ...(names.length ? [element("ul", "", ...items)] : []));
    summary.hidden = false;
    summary.focus();
  }

  function incomplete() {
    const errors = reach.incomplete();
    if (!consent.input.checked) errors.consent = texts.consent_missing;
    return errors;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    const errors = incomplete();
    if (Object.keys(errors).length) {
      showErrors(errors);
      return;
    }
    sending = true;
    clearErrors();
    status.textContent = texts.sending;
    send.setAttribute("aria-disabled", "true");
    try {
      done(await api.approve(body()));
    } catch (error) {
      const refused = error instanceof Refusal;
      showErrors(refused ? error.fields : {}, refused ? error.message : texts.not_sent);
    } finally {
      sending = false;
      status.textContent = "";
      send.removeAttribute("aria-disabled");
    }
  });
  return { element: form, focus: () => title.focus() };
}
