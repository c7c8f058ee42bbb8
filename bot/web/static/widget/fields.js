// The fields of the form "Klopt dit?".

import { button, element, fillIn } from "./elements.js";

let count = 0;

/** Returns a text field with its label and help, as `{element, input}`. */
export function textField({ id, label, value = "", help = "", rows = 0, most = 500, type = "text", complete = "off", options = [] }) {
  const input = element(rows ? "textarea" : "input", "");
  Object.assign(input, { id: `${id}-${++count}`, value, maxLength: most, autocomplete: complete });
  if (rows) input.rows = rows;
  else input.type = type;
  const name = element("label", "", label);
  name.htmlFor = input.id;
  const made = element("div", "field", name);
  if (help) {
    const hint = element("p", "help", help);
    hint.id = `${input.id}-help`;
    input.dataset.help = hint.id;
    input.setAttribute("aria-describedby", hint.id);
    made.append(hint);
  }
  if (options.length) {
    const quick = options.map((text) => button(text, () => {
      input.value = text;
      input.focus();
    }));
    made.append(element("div", "choices", ...quick));
  }
  made.append(input);
  return { element: made, input };
}

/** Returns the field of a question that is still open; it may stay empty. */
export function question(missing, texts) {
  const help = [missing.help, texts.optional].filter(Boolean).join(" ");
  const field = textField({ id: missing.field.replace(".", "-"), label: missing.question, help, options: missing.options ?? [] });
  const answer = () => {
    const given = field.input.value.trim();
    return given && { field: missing.field.split(".")[1], question: missing.question, answer: given };
  };
  return { ...field, missing, answer };
}

/** Returns a row with a question and its answer, which can be changed or left out; nothing changes before "Klaar". */
export function answerRow(part, entry, texts) {
  let current = entry.answer;
  let gone = false;
  const row = element("div", "row");
  const shown = element("p", "answer");
  const asked = element("p", "asked", entry.question);
  const field = textField({ id: `${part}-${entry.field}`, label: entry.question });
  const edit = button("", () => (gone ? putBack() : open()));
  const tools = element("div", "tools", button(texts.done, () => close(field.input.value.trim() || current)), button(texts.remove, remove));
  field.element.append(tools);

  function show(focus) {
    row.classList.remove("editing");
    shown.textContent = gone ? texts.removed : current;
    edit.textContent = gone ? texts.put_back : texts.edit;
    edit.setAttribute("aria-label", gone ? `${texts.put_back}: ${entry.question}` : fillIn(texts.edit_label, { vraag: entry.question }));
    row.replaceChildren(asked, shown, edit);
    if (focus) edit.focus();
  }

  function open(focus = true) {
    field.input.value = current;
    row.classList.add("editing");
    row.replaceChildren(field.element);
    if (focus) field.input.focus();
  }

  function close(value) {
    current = value;
    show(true);
  }

  function remove() {
    gone = true;
    show(true);
  }

  function putBack() {
    gone = false;
    show(true);
  }

  field.input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // it is this answer that is ready, not the form
    close(field.input.value.trim() || current);
  });
  show(false);
  const answer = () => {
    if (gone) return null;
    const editing = row.classList.contains("editing");
    return { ...entry, answer: (editing && field.input.value.trim()) || current };
  };
  return { element: row, input: field.input, entry, answer, reveal: () => open(false) };
}
