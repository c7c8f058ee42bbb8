// The chat in an iframe: it talks with the page around it, and only when that page has one of the allowed origins.

const allowed = document.querySelector('meta[name="ouder-chat-origins"]').content.split(" ").filter(Boolean);
const chat = document.querySelector("ouder-chat");
const wishes = new URLSearchParams(location.search);
let page = null;

for (const name of ["title", "start-topic", "level", "theme"]) {
  if (wishes.has(name)) chat.setAttribute(name, wishes.get(name));
}

function isPage(event) {
  return parent !== window && event.source === parent && (event.origin === location.origin || allowed.includes(event.origin));
}

// The page says hello first: then its origin is known for certain, and events go to that origin alone.
addEventListener("message", (event) => {
  if (!isPage(event)) return;
  const { type, topic } = event.data ?? {};
  if (type === "ouder-chat:hello") page = event.origin;
  else if (type === "ouder-chat:ask" && typeof topic === "string") customElements.whenDefined("ouder-chat").then(() => chat.ask(topic));
});

for (const type of ["ouder-chat:open", "ouder-chat:close", "ouder-chat:message", "ouder-chat:handoff", "ouder-chat:error"]) {
  chat.addEventListener(type, (event) => {
    if (page) parent.postMessage({ type, detail: event.detail }, page);
  });
}
