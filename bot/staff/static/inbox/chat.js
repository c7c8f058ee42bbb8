// The live conversation beside a handoff: messages come by server-sent events, in order, each once.

import { follow } from "./live.js";
import { keepDraft } from "./draft.js";
import { say } from "./signal.js";

const HIDDEN_MILLISECONDS = 30_000;
const POLL_MILLISECONDS = 5_000;
const log = document.querySelector("#gesprek");
const form = document.querySelector("#antwoord");
const down = document.querySelector("#naar-beneden");
const handoff = log.dataset.overdracht;
let source = null;
let polling = null;
let hiding = null;

const lastId = () => log.lastElementChild?.dataset.id ?? "";
const address = (part) => `/staff/overdracht/${handoff}/${part}?na=${encodeURIComponent(lastId())}`;
const atBottom = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
const toBottom = () => {
  log.scrollTop = log.scrollHeight;
  if (down) down.hidden = true;
};

function add(message) {
  if (log.querySelector(`[data-id="${CSS.escape(message.id)}"]`)) return;
  const follows = atBottom() || message.author === "consulent";
  const holder = document.createElement("template");
  holder.innerHTML = message.html.trim(); // made by our own template, which escapes what people typed
  log.append(holder.content);
  if (follows) toBottom();
  else if (down) down.hidden = false;
  if (message.author === "ouder") say(`Nieuw bericht van de ouder: ${message.start}`);
}

const busy = () => document.querySelector("#zijkant :focus") || document.querySelector("#zijkant [data-aangeraakt]");

/** Shows what changed around the conversation; what someone is typing stays. */
async function around(state) {
  const place = document.querySelector("#stand");
  if (!place || place.dataset.versie === state.version) return;
  const response = await fetch(`/staff/overdracht/${handoff}/stand`, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return;
  place.innerHTML = await response.text();
  place.dataset.versie = state.version;
  if (place.dataset.door !== state.key) {
    place.dataset.door = state.key;
    const notice = document.querySelector("#veranderd");
    notice.hidden = false;
    notice.querySelector("[data-tekst]").textContent = state.text;
    say(state.text);
  }
}

function gone() {
  stop();
  document.querySelector("#gewist").hidden = false;
  document.querySelector("#gewist").focus();
  log.replaceChildren();
  form?.remove();
  say("De ouder heeft dit gesprek gewist.");
}

function start() {
  if (source || !("EventSource" in window)) return;
  const opened = new EventSource(address("events"));
  opened.addEventListener("bericht", (event) => add(JSON.parse(event.data)));
  opened.addEventListener("stand", (event) => void around(JSON.parse(event.data)).catch(() => {}));
  opened.addEventListener("gewist", gone);
  opened.addEventListener("uitgelogd", () => stop());
  opened.addEventListener("open", () => {
    clearInterval(polling);
    polling = null;
  });
  opened.addEventListener("error", () => {
    if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
    source = null;
    polling ??= setInterval(() => void poll().catch(() => {}), POLL_MILLISECONDS);
  });
  source = opened;
}

function stop() {
  source?.close();
  source = null;
}

async function poll() {
  const response = await fetch(address("berichten"), { headers: { Accept: "application/json" } });
  if (response.status === 410) return gone();
  if (!response.ok || response.redirected) return;
  const found = await response.json();
  found.messages.forEach(add);
  await around(found.state);
}

// A browser has few connections to one site: a tab that nobody sees gives its own back after a while.
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(stop, HIDDEN_MILLISECONDS);
  else start();
});

follow((state) => {
  if (source === null && document.hidden && state.mine.some((one) => one.id === handoff && one.unanswered)) {
    say("Nieuw bericht van de ouder.");
  }
});

if (form) {
  const box = form.querySelector("textarea");
  const problem = form.querySelector("[data-fout]");
  const draft = keepDraft(box, `staff-concept-${handoff}`);

  const send = async (button) => {
    const values = new URLSearchParams(new FormData(form));
    values.set("doe", "versturen");
    button.disabled = true;
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: values,
        headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      });
      const json = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : {};
      if (!response.ok || response.redirected || !json.message) throw new Error(json.error?.message ?? "");
      add(json.message);
      draft.clear();
      form.elements.sleutel.value = json.key;
      problem.hidden = true;
      if (json.reload) location.reload();
    } catch (error) {
      problem.textContent = error.message || "Het bericht is niet verstuurd. Je tekst staat er nog: probeer het opnieuw.";
      problem.hidden = false;
    } finally {
      button.disabled = false;
      box.focus();
    }
  };

  form.addEventListener("submit", (event) => {
    const button = event.submitter ?? form.querySelector("[value=versturen]");
    if (button.value === "invoegen") {
      event.preventDefault();
      const chosen = form.elements.vast.selectedOptions[0];
      if (!chosen?.value) return;
      const gap = box.value && !box.value.endsWith("\n") ? "\n\n" : "";
      box.setRangeText(gap + chosen.dataset.tekst, box.value.length, box.value.length, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.focus();
      return;
    }
    event.preventDefault();
    if (box.value.trim()) void send(button);
    else box.focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[value=versturen]"));
    }
  });
}

down?.addEventListener("click", () => {
  toBottom();
  log.focus();
});
toBottom();
if (!log.dataset.gewist) start();
