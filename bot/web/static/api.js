// The chat API, and the conversation that this tab keeps until it is closed.

const KEPT = "gesprek";
const WAIT_MS = 60000;

/** A refusal of the API, with its message for the parent. */
export class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

let conversation = read();

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function keep(value) {
  conversation = value;
  try {
    if (value) sessionStorage.setItem(KEPT, JSON.stringify(value));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // Storage is off in this browser: the conversation lasts until the page is left.
  }
}

async function request(method, path, body) {
  const headers = {};
  if (conversation) headers.Authorization = `Bearer ${conversation.token}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(`/api/conversations${path}`, {
    method,
    headers,
    body: body && JSON.stringify(body),
    cache: "no-store",
    signal: AbortSignal.timeout(WAIT_MS),
  });
  if (response.ok) return response;
  const { error } = await response.json();
  throw new Refusal(response.status, error.code, error.message);
}

async function call(method, path, body) {
  const response = await request(method, path, body);
  return response.status === 204 ? null : response.json();
}

/** Returns the messages of the kept conversation, or of a new one. */
export async function open() {
  if (conversation) {
    try {
      return (await call("GET", `/${conversation.id}/messages`)).messages;
    } catch (error) {
      if (!(error instanceof Refusal) || ![401, 403, 404, 410].includes(error.status)) throw error;
      keep(null);
    }
  }
  const { id, token, messages } = await call("POST", "");
  keep({ id, token });
  return messages;
}

/** Sends `{text}` or `{payload}`; returns the new messages of the others. */
export async function send(body) {
  return (await call("POST", `/${conversation.id}/messages`, body)).messages;
}

/** Returns everything that is stored of the conversation, as a file. */
export async function download() {
  const data = await call("GET", `/${conversation.id}/export`);
  return new File([JSON.stringify(data, null, 2)], "gesprek.json", { type: "application/json" });
}

/** Returns the deadline of a message as a file for a calendar. */
export async function calendar(messageId) {
  const response = await request("GET", `/${conversation.id}/messages/${encodeURIComponent(messageId)}/termijn.ics`);
  return new File([await response.blob()], "termijn.ics", { type: "text/calendar" });
}

/** Erases the conversation; the next `open` starts a new one. */
export async function erase() {
  try {
    if (conversation) await call("DELETE", `/${conversation.id}`);
  } catch (error) {
    if (!(error instanceof Refusal) || ![401, 403, 410].includes(error.status)) throw error;
  }
  keep(null);
}

/** Forgets a conversation that the server no longer has. */
export function forget() {
  keep(null);
}
