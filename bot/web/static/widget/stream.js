// New messages as they come: server-sent events over fetch, because EventSource cannot send the Authorization header.

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

/** Splits what arrived into whole events and the rest; an event is `{event, id, data}`. */
export function parseEvents(text) {
  const parts = text.replace(/\r\n?/g, "\n").split("\n\n");
  const rest = parts.pop();
  const events = parts.map((part) => {
    const made = { event: "message", id: null, data: "" };
    for (const line of part.split("\n")) {
      const [, field, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
      if (field === "data") made.data += (made.data && "\n") + value;
      else if (field === "event" || field === "id") made[field] = value;
    }
    return made;
  });
  return [events.filter((event) => event.data), rest];
}

/**
 * Listens until `stop()`. `target()` gives address and headers, `lastId()` the last message that is shown; `heard(event)` takes an
 * event, and `lost(isLost)` is told when the connection breaks and when it is back. `refused(status)` ends it.
 */
export function listen({ target, lastId, heard, lost, refused }) {
  let wait = FIRST_WAIT_MS;
  let timer = null;
  let stopped = false;
  let connection = null;

  function again() {
    if (stopped) return;
    timer = setTimeout(run, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  async function run() {
    timer = null;
    connection = new AbortController();
    const { url, headers } = target();
    const last = lastId();
    try {
      const response = await fetch(url, {
        headers: { ...headers, Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) },
        cache: "no-store", credentials: "omit", signal: connection.signal,
      });
      if (response.ok) await read(response.body);
      else if (response.status < 500 && response.status !== 429) {
        stop();
        refused(response.status);
        return;
      }
    } catch {
      // The network is gone, or it was stopped.
    }
    if (!stopped) lost(true);
    again();
  }

  async function read(body) {
    wait = FIRST_WAIT_MS;
    lost(false);
    const decoder = new TextDecoder();
    const reader = body.getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done || stopped) return;
      const [events, left] = parseEvents(rest + decoder.decode(value, { stream: true }));
      rest = left;
      events.forEach(heard);
    }
  }

  function hurry() {
    if (stopped || timer === null) return;
    clearTimeout(timer);
    wait = FIRST_WAIT_MS;
    run();
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    connection?.abort();
    removeEventListener("online", hurry);
  }

  addEventListener("online", hurry);
  run();
  return { stop, hurry };
}
