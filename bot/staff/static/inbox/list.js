// The inbox: the list is fetched again when something changed, without moving under a hand that is about to press.

import { follow } from "./live.js";
import { setSound, soundIsOn, tone } from "./sound.js";
import { refreshTimes } from "./times.js";

const CALM_MILLISECONDS = 1200;
const list = document.querySelector("#lijst");
const sound = document.querySelector("#geluid");
let shown = list.dataset.versie;
let wanted = shown;
let touched = 0;
let waiting = null;

for (const kind of ["pointermove", "keydown"]) {
  list.addEventListener(kind, () => (touched = Date.now()), { passive: true });
}

async function refresh() {
  waiting = null;
  const calm = touched + CALM_MILLISECONDS - Date.now();
  if (calm > 0) return plan(calm);
  const response = await fetch(`/staff/events/lijst${location.search}`, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return;
  const html = await response.text();
  const focused = document.activeElement?.id;
  const had = list.contains(document.activeElement);
  list.innerHTML = html; // made by our own template, which escapes what people typed
  shown = wanted;
  refreshTimes();
  if (had && focused) document.getElementById(focused)?.focus();
}

function plan(milliseconds) {
  waiting ??= setTimeout(() => void refresh().catch(() => plan(5000)), milliseconds);
}

follow((state) => {
  wanted = state.version;
  if (wanted !== shown) plan(0);
});

if (sound) {
  const label = sound.querySelector("[data-stand]");
  const show = () => {
    sound.setAttribute("aria-pressed", String(soundIsOn()));
    label.textContent = soundIsOn() ? "aan" : "uit";
  };
  sound.hidden = false;
  sound.addEventListener("click", () => {
    setSound(!soundIsOn());
    show();
    if (soundIsOn()) tone();
  });
  show();
}
