// What a consultant notices on every page: the number in the menu and in the title, a spoken line, and a short sound.

import { follow } from "./live.js";
import { soundIsOn, tone } from "./sound.js";

const title = document.title;
const badge = document.querySelector('[data-nav-count="/staff/"]');
const spoken = document.querySelector("[data-live-melding]");

function show(state) {
  const count = state.waiting.length;
  const answers = state.mine.filter((one) => one.unanswered).length;
  document.title = count + answers ? `(${count + answers}) ${title}` : title;
  if (!badge) return;
  badge.hidden = count === 0;
  badge.querySelector("[data-count]").textContent = String(count);
}

/** Says a line once to who listens to the page. */
export function say(text) {
  if (!spoken) return;
  const line = document.createElement("p");
  line.textContent = text;
  spoken.replaceChildren(line);
}

follow((state) => {
  show(state);
  if (!state.fresh?.length) return;
  const urgent = state.fresh.some((id) => state.urgent.includes(id));
  const what = state.fresh.length === 1 ? "Een ouder vraagt" : `${state.fresh.length} ouders vragen`;
  say(`${what} om een mens.${urgent ? " Er is spoed bij." : ""}`);
  if (state.leads && soundIsOn()) tone(urgent);
});
