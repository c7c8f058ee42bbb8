// How the parent wants to be reached: chat now, a call at a moment she chooses, or e-mail.

import { element, linked } from "./elements.js";
import { textField } from "./fields.js";

function slotField(labels, slots, texts) {
  const select = element("select", "", new Option(texts.choose_slot, ""), ...slots.map((slot) => new Option(slot.text, slot.at)));
  select.id = "slot";
  const label = element("label", "", labels.slot);
  label.htmlFor = select.id;
  return { element: element("div", "field", label, select), input: select };
}

/**
 * Returns `{elements, contact(), incomplete()}`. `prefer` is chosen beforehand where it is possible; `put(name, field)` makes a field
 * known under the name that the API uses.
 */
export function wayToReach({ fresh, texts, prefer, put }) {
  const { labels, reach } = fresh;
  const ways = reach.options.filter((way) => way.available);
  const name = textField({ id: "name", label: labels.name, complete: "name", most: 80 });
  const phone = textField({ id: "phone", label: labels.phone, type: "tel", complete: "tel", most: 40 });
  const email = textField({ id: "email", label: labels.email, type: "email", complete: "email", most: 254 });
  const slot = slotField(labels, ways.find((way) => way.slots)?.slots ?? [], texts);
  const details = {
    chat: element("div", "details"),
    terugbellen: element("div", "details", put("contact.slot", slot), put("contact.phone", phone)),
    email: element("div", "details", put("contact.email", email)),
  };

  const group = element("fieldset", "field", element("legend", "", labels.contact));
  const radios = ways.map(({ how, title, help }) => {
    const radio = element("input", "");
    Object.assign(radio, { type: "radio", name: "how", value: how, id: `how-${how}`, checked: how === prefer });
    radio.addEventListener("change", show);
    const label = element("label", "option way", radio, element("span", "", title, element("small", "", help)));
    group.append(label, details[how]);
    return radio;
  });
  put("contact.how", { element: group, input: radios[0] });
  put("contact.name", name);

  const chosen = () => radios.find((radio) => radio.checked)?.value ?? null;

  function show() {
    for (const [how, part] of Object.entries(details)) part.hidden = how !== chosen();
  }

  show();
  return {
    elements: [element("h3", "", labels.contact), element("p", "", ...linked(reach.text)), group, name.element],

    contact() {
      const how = chosen();
      const given = { how, ...(name.input.value.trim() && { name: name.input.value.trim() }) };
      if (how === "terugbellen") Object.assign(given, { phone: phone.input.value.trim(), slot: slot.input.value || null });
      if (how === "email") given.email = email.input.value.trim();
      return given;
    },

    incomplete: () => (chosen() ? {} : { "contact.how": texts.choose_way }),
  };
}
