// The chat API, and the conversation that this tab keeps until it is closed.

const KEPT = "ouder-chat";
const WAIT_MS = 60000;
const GONE = [401, 403, 404, 410];

/** A refusal of the API, with its message for the parent; `fields` names what to correct, where that is known. */
export class Refusal extends Error {
  constructor(status, { code, message, fields }) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields ?? {};
  }

  /** Tells whether the conversation is not there (any more). */
  get gone() {
    return GONE.includes(this.status);
  }
}

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

/** Returns the API of the service at `base`. Nothing is stored in the browser before the parent wrote something. */
export function connect(base) {
  let conversation = stored();
  let written = conversation !== null;

  function store() {
    try {
      if (written && conversation) sessionStorage.setItem(KEPT, JSON.stringify(conversation));
      else sessionStorage.removeItem(KEPT);
    } catch {
      // Storage is off in this browser: the conversation lasts until the page is left.
    }
  }

  function forget() {
    conversation = null;
    written = false;
    store();
  }

  async function request(method, path, body) {
    const headers = {};
    if (conversation) headers.Authorization = `Bearer ${conversation.token}`;
    if (body) headers["Content-Type"] = "application/json";
    const response = await fetch(`${base}/api/conversations${path}`, {
      method, headers, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit",
      signal: AbortSignal.timeout?.(WAIT_MS),
    });
    if (response.ok) return response;
    const { error } = await response.json();
    throw new Refusal(response.status, error);
  }

  async function call(method, path, body) {
    const response = await request(method, path, body);
    return response.status === 204 ? null : response.json();
  }

  const own = (path) => `/${conversation.id}${path}`;

  return {
    forget,

    /** Tells whether the parent wrote something in this conversation. */
    get written() {
      return written;
    },

    /** The address of the event stream with the header it needs. */
    get events() {
      return { url: `${base}/api/conversations${own("/events")}`, headers: { Authorization: `Bearer ${conversation.token}` } };
    },

    /** Returns the messages of the kept conversation, or of a new one. */
    async open() {
      if (conversation) {
        try {
          return (await call("GET", own("/messages"))).messages;
        } catch (error) {
          if (!(error instanceof Refusal) || !error.gone) throw error;
          forget();
        }
      }
      const { id, token, messages } = await call("POST", "");
      conversation = { id, token };
      return messages;
    },

    /** Sends `{text}` or `{payload}`; returns the new messages of the others. */
    async send(body) {
      const { messages } = await call("POST", own("/messages"), body);
      written = true;
      store();
      return messages;
    },

    /** Returns or sets something that lasts as long as the conversation in this tab. */
    remember(name, value) {
      if (value === undefined) return conversation?.[name];
      if (conversation) conversation[name] = value;
      store();
      return value;
    },

    /** Says whether an answer helped: 1 or -1. */
    feedback(messageId, thumb) {
      return call("POST", own(`/messages/${encodeURIComponent(messageId)}/feedback`), { thumb });
    },

    /** Returns what a consultant would get, and the handoff that is open. */
    handoff() {
      return call("GET", own("/handoff"));
    },

    /** Sends what the parent approved; returns the handoff and the new messages. */
    async approve(body) {
      return call("POST", own("/handoff"), body);
    },

    /** Withdraws the open handoff. */
    withdraw() {
      return call("DELETE", own("/handoff"));
    },

    /** Returns everything that is stored of the conversation, as a file. */
    async download() {
      const data = await call("GET", own("/export"));
      return new File([JSON.stringify(data, null, 2)], "gesprek.json", { type: "application/json" });
    },

    /** Returns the deadline of a message as a file for a calendar. */
    async calendar(messageId) {
      const response = await request("GET", own(`/messages/${encodeURIComponent(messageId)}/termijn.ics`));
      return new File([await response.blob()], "termijn.ics", { type: "text/calendar" });
    },

    /** Erases the conversation; the next `open` starts a new one. */
    async erase() {
      try {
        if (conversation) await call("DELETE", own(""));
      } catch (error) {
        if (!(error instanceof Refusal) || !error.gone) throw error;
      }
      forget();
    },

    /** Returns the title of a topic, or null. */
    async topicTitle(topic) {
      const response = await fetch(`${base}/widget/topics/${encodeURIComponent(topic)}`, { credentials: "omit" });
      return response.ok ? (await response.json()).title : null;
    },
  };
}
