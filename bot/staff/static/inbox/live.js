// One stream of events for all tabs of a browser: who waits. The tab that has the lock reads it and tells the others.
// Without streams the page asks every 15 seconds.

const POLL_MILLISECONDS = 15_000;
const KNOWN = "staff-bekende-overdrachten";
const channel = "BroadcastChannel" in window ? new BroadcastChannel("staff-postvak") : null;
let last = null;

/** Calls `then` with the state of the inbox, now and after each change: {waiting, urgent, newest, mine, version}. */
export function follow(then) {
  document.addEventListener("postvak", (event) => then(event.detail));
  if (last) then(last);
}

/** Returns what is remembered for this tab under a name, as a set. */
function remembered(name) {
  try {
    const found = JSON.parse(sessionStorage.getItem(name));
    return Array.isArray(found) ? new Set(found) : null;
  } catch {
    return null;
  }
}

/** Returns the ids that were not there before; nothing is new to a tab that has just opened. */
function newOnes(ids) {
  const known = remembered(KNOWN);
  sessionStorage.setItem(KNOWN, JSON.stringify(ids));
  return known ? ids.filter((id) => !known.has(id)) : [];
}

function arrived(state, leads) {
  last = state;
  const fresh = newOnes(state.waiting);
  document.dispatchEvent(new CustomEvent("postvak", { detail: { ...state, fresh, leads } }));
}

function tell(state) {
  channel?.postMessage(state);
  arrived(state, true);
}

async function ask() {
  const response = await fetch("/staff/events/stand", { headers: { Accept: "application/json" } });
  if (response.ok && response.headers.get("Content-Type")?.startsWith("application/json")) tell(await response.json());
}

function poll() {
  const again = () => void ask().catch(() => {});
  again();
  return setInterval(again, POLL_MILLISECONDS);
}

function lead() {
  if (!("EventSource" in window)) return void poll();
  const source = new EventSource("/staff/events");
  let polling = null;
  source.addEventListener("postvak", (event) => tell(JSON.parse(event.data)));
  source.addEventListener("open", () => {
    clearInterval(polling);
    polling = null;
  });
  source.addEventListener("uitgelogd", () => source.close());
  source.addEventListener("error", () => {
    // The browser connects again by itself; where the server refuses, it gives up.
    if (source.readyState === EventSource.CLOSED) polling ??= poll();
  });
}

channel?.addEventListener("message", (event) => arrived(event.data, false));

// Locks need a secure page; without them each tab has a stream of its own.
if (navigator.locks && channel) {
  void navigator.locks.request("staff-postvak", () => {
    lead();
    return new Promise(() => {}); // kept until this tab closes
  });
  // A tab that does not lead hears only changes: it asks once for how things stand.
  setTimeout(() => {
    if (!last) void ask().catch(() => {});
  }, 1500);
} else {
  lead();
}
