// The chat panel: what its parts do. The loader fetches this file when the chat opens for the first time.

import { Refusal, connect } from "./api.js";
import { button, element, linked, useNumbers } from "./elements.js";
import { approval } from "./handoff.js";
import { layout } from "./layout.js";
import { messageElement } from "./message.js";
import { saveFile, windowOf } from "./browser.js";
import { listen } from "./stream.js";

/** Makes the panel inside `frame`; `host` is the <ouder-chat>, `tell(name, detail)` sends its events. */
export function mount({ host, frame, base, texts, close, tell }) {
  useNumbers(texts.telephones);
  const inline = frame.classList.contains("inline");
  const parts = layout(texts, inline);
  const { log, status, problem, again, input, view } = parts;
  const api = connect(base);
  const shown = new Map(); // message id -> element
  let busy = false;
  let retry = null;
  let stream = null;
  let started = null;
  let formView = null;
  let openHandoff = null;
  let lost = false;

  frame.append(parts.panel);
  const shell = windowOf(parts.panel, { inline, close });

  function say(text) {
    status.textContent = text;
  }

  function setBusy(value) {
    busy = value;
    say(value ? texts.working : lost ? texts.lost : "");
    // aria-disabled keeps the focus where it is; `disabled` would throw it away.
    for (const one of parts.talk.querySelectorAll("button")) one.setAttribute("aria-disabled", String(value));
  }

  function showProblem(text, action = null) {
    problem.replaceChildren(...linked(text));
    retry = action;
    again.hidden = !action;
  }

  const clearProblem = () => showProblem("");

  /** Says what went wrong, in the words of the API where it answered. */
  function fail(error, text, action = null) {
    if (error instanceof Refusal && error.gone) {
      reset();
      showProblem(error.message, start);
      return;
    }
    showProblem(error instanceof Refusal ? error.message : navigator.onLine === false ? texts.offline : text, action);
  }

  function reset() {
    stream?.stop();
    stream = null;
    started = null;
    api.forget();
    shown.clear();
    setState(null);
    if (formView) closeForm();
    formView = null;
  }

  /** Shows messages; returns the element of each, also of those that the event stream brought before. */
  function add(messages) {
    const made = [];
    for (const message of messages) {
      let one = message.id && shown.get(message.id);
      if (!one) {
        one = messageElement(message, texts, actions);
        if (message.id) shown.set(message.id, one);
        if (busy) for (const b of one.querySelectorAll("button")) b.setAttribute("aria-disabled", "true");
        log.append(one);
      }
      made.push(one);
    }
    return made;
  }

  function scrollTo(target) {
    if (!target) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    if (log.scrollHeight > log.clientHeight) log.scrollTo({ top: target.offsetTop - 12, behavior });
    else target.scrollIntoView({ block: "nearest", behavior });
  }

  const lastId = () => [...shown.keys()].at(-1);

  async function load() {
    clearProblem();
    log.setAttribute("aria-busy", "true"); // history is not news
    setBusy(true);
    try {
      const messages = await api.open();
      shown.clear();
      log.replaceChildren();
      const made = add(messages);
      await offerTopic(made.at(-1));
      if (messages.some((message) => message.author === "ouder")) scrollTo(made.at(-1));
      if (api.written) follow();
      if (messages.some((message) => message.author === "consulent" || message.card?.type === "overdracht")) await refreshState();
      setLevel(api.remember("level") ?? "b1");
    } catch (error) {
      started = null;
      fail(error, texts.no_start, start);
      if (!(error instanceof Refusal)) console.error(`ouder-chat: ${base} does not answer. Is ${location.origin} one of its ALLOWED_ORIGINS?`);
      tell("error", { reason: "start" });
    } finally {
      setBusy(false);
      setTimeout(() => log.removeAttribute("aria-busy"), 100);
    }
  }

  const start = () => (started ??= load());

  /** Puts the topic of the page first among what the parent may ask; nothing is sent before she presses it. */
  async function offerTopic(greeting) {
    const topic = host.getAttribute("start-topic");
    if (!topic || api.written || !greeting) return;
    const title = await api.topicTitle(topic);
    if (title === null) {
      console.warn(`ouder-chat: there is no topic '${topic}'.`);
      return;
    }
    const first = button(title, () => actions.press({ title, payload: `topic:${topic}` }));
    greeting.querySelector(".choices")?.prepend(element("li", "", first));
  }

  function follow() {
    stream ??= listen({
      target: () => api.events,
      lastId,
      heard,
      lost: (isLost) => {
        lost = isLost;
        if (!busy) say(isLost ? texts.lost : "");
      },
      refused: (code) => {
        stream = null;
        if ([401, 403, 404, 410].includes(code)) fail(new Refusal(code, { code: "gewist", message: texts.gone }), texts.gone);
      },
    });
  }

  function heard({ event, data }) {
    if (event === "gewist") {
      log.replaceChildren();
      fail(new Refusal(410, { code: "gewist", message: texts.gone }), texts.gone);
      return;
    }
    if (event !== "message") return;
    const message = JSON.parse(data);
    if (shown.has(message.id)) {
      settle(shown.get(message.id));
      return;
    }
    const waiting = message.author === "ouder" && ownWithoutId(message.text);
    if (waiting) {
      waiting.dataset.id = message.id;
      waiting.querySelector(".body p").firstChild.data = message.text; // as it is stored: numbers may be masked
      shown.set(message.id, waiting);
      return;
    }
    const [made] = add([message]);
    if (message.author === "consulent") scrollTo(made);
    if (message.author !== "ouder") tell("message", { author: message.author, topic: message.topic });
    if (message.author === "systeem" || message.author === "consulent") refreshState();
  }

  /** What stands before a message that came from the server can no longer come itself: the stream keeps the order. */
  function settle(later) {
    for (const one of log.querySelectorAll('.message.ouder[data-id=""]')) {
      if (one.compareDocumentPosition(later) & Node.DOCUMENT_POSITION_FOLLOWING) one.dataset.id = "-";
    }
  }

  /** Returns the message of the parent that the server has now: that with this text, or the last, when its text was masked. */
  function ownWithoutId(text) {
    const found = [...log.querySelectorAll('.message.ouder[data-id=""]')];
    return found.find((one) => one.querySelector(".body").textContent === text) ?? found.at(-1);
  }

  /** Shows whether the parent waits, talks with a person or will be called. */
  async function refreshState() {
    try {
      setState((await api.handoff()).handoff);
    } catch {
      // Without it the messages themselves say enough.
    }
  }

  function setState(handoff) {
    const text = handoff?.can_withdraw ? handoff.state_text : "";
    const before = openHandoff?.state;
    openHandoff = text ? handoff : null;
    parts.state.hidden = !text;
    // With a person in the chat there is nobody to ask for one, and no chatbot to speak easier words.
    const withPerson = Boolean(text) && (handoff.state === "in_behandeling" || handoff.reach === "chat");
    parts.person.hidden = parts.level.hidden = withPerson;
    if ((before ?? null) !== (openHandoff?.state ?? null)) tell("handoff", { state: openHandoff?.state ?? null });
    if (!text) {
      parts.state.replaceChildren();
      return;
    }
    if (parts.state.firstChild?.textContent === text) return;
    parts.state.replaceChildren(element("p", "", ...linked(text)), button(texts.withdraw, withdraw));
  }

  async function withdraw() {
    if (busy) return;
    clearProblem();
    setBusy(true);
    try {
      add((await api.withdraw())?.messages ?? []);
      setState(null);
      say(texts.withdrawn);
    } catch (error) {
      fail(error, texts.failed, withdraw);
    } finally {
      setBusy(false);
      input.focus();
    }
  }

  async function send(body, title) {
    if (busy) return;
    clearProblem();
    setBusy(true);
    const [own] = add([{ author: "ouder", text: title }]);
    scrollTo(own);
    try {
      await startLevel();
      const messages = await api.send(body);
      const made = add(messages);
      if (!stream) own.dataset.id = "-"; // it starts after this one
      for (const message of messages) tell("message", { author: message.author, topic: message.topic });
      scrollTo(made[0]);
      follow();
    } catch (error) {
      if (own.dataset.id === "") own.remove();
      if (body.text && !input.value) input.value = title;
      fail(error, texts.failed, body.text ? submit : () => send(body, title));
    } finally {
      setBusy(false);
    }
  }

  /** With level="a2" on the page, the first thing that is said is that easier words are wanted. */
  async function startLevel() {
    if (api.written || host.getAttribute("level") !== "a2") return;
    await api.send({ payload: "topic:eenvoudiger" });
    setLevel("a2");
  }

  function setLevel(level) {
    if (api.written) api.remember("level", level);
    parts.level.textContent = level === "a2" ? texts.normal : texts.simpler;
    parts.level.dataset.level = level;
  }

  const actions = {
    press: (b) => send({ payload: b.payload }, b.title),
    say: (text) => send({ text }, text),
    problem: showProblem,
    address: (path) => new URL(path, base).href,
    async calendar(message) {
      if (busy) return;
      clearProblem();
      try {
        saveFile(await api.calendar(message.id));
      } catch (error) {
        fail(error, texts.no_calendar, () => actions.calendar(message));
      }
    },
    async feedback(message, thumb) {
      if (busy) return false;
      clearProblem();
      try {
        await api.feedback(message.id, thumb);
        say(texts.helped_thanks);
        return true;
      } catch (error) {
        fail(error, texts.failed);
        return false;
      }
    },
    approve: (message) => !busy && openForm(message),
  };

  async function openForm(message) {
    clearProblem();
    setBusy(true);
    try {
      if (formView?.messageId !== message.id) {
        const fresh = await api.handoff();
        if (fresh.handoff) {
          setState(fresh.handoff);
          showProblem(texts.handoff_running);
          return;
        }
        formView = approval({ message, fresh, texts, api, done: approved, back: closeForm });
        formView.messageId = message.id;
      }
      view.replaceChildren(formView.element);
      parts.talk.hidden = true;
      view.hidden = false;
      formView.focus();
    } catch (error) {
      fail(error, texts.failed, () => openForm(message));
    } finally {
      setBusy(false);
    }
  }

  function closeForm() {
    view.hidden = true;
    parts.talk.hidden = false;
    const card = shown.get(formView?.messageId);
    (card?.querySelector(".handoff .primary") ?? input).focus();
  }

  /** Goes back to the conversation, only after the server said that the Steunpunt has it. */
  function approved({ handoff, messages }) {
    const card = shown.get(formView.messageId);
    closeForm();
    formView = null;
    card?.querySelector(".handoff .primary")?.remove();
    const made = add(messages ?? []);
    setState(handoff);
    if (!made.length) say(texts.handoff_sent);
    scrollTo(made[0] ?? card);
    input.focus({ preventScroll: true });
    follow();
  }

  function submit() {
    const text = input.value.trim();
    if (busy) return;
    if (!text) {
      showProblem(texts.empty);
      input.focus();
      return;
    }
    input.value = "";
    send({ text }, text);
  }

  function showExtra(value) {
    parts.extra.hidden = !value;
    parts.more.setAttribute("aria-expanded", String(value));
  }

  parts.form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  again.addEventListener("click", () => {
    const action = retry;
    if (busy || !action) return;
    input.focus(); // this button goes away
    action();
  });
  parts.person.addEventListener("click", () => send({ payload: "topic:mens_spreken" }, texts.person));
  parts.level.addEventListener("click", async () => {
    if (busy) return;
    const simpler = parts.level.dataset.level !== "a2";
    await (simpler ? send({ payload: "topic:eenvoudiger" }, texts.simpler_said) : send({ text: texts.normal_said }, texts.normal_said));
    if (!problem.textContent) setLevel(simpler ? "a2" : "b1");
  });
  parts.more.addEventListener("click", () => showExtra(parts.extra.hidden));
  parts.keep.addEventListener("click", async () => {
    if (busy) return;
    clearProblem();
    try {
      saveFile(await api.download());
    } catch (error) {
      fail(error, texts.no_keep);
    }
  });
  parts.erase.addEventListener("click", () => {
    if (busy) return;
    parts.confirm.returnValue = "nee";
    parts.confirm.showModal();
  });
  parts.confirm.addEventListener("close", async () => {
    if (parts.confirm.returnValue !== "ja") return;
    setBusy(true);
    try {
      await api.erase();
    } catch (error) {
      setBusy(false);
      fail(error, texts.no_erase);
      return;
    }
    reset();
    showExtra(false);
    await start();
    add([{ author: "systeem", text: texts.erased }]);
    input.focus();
  });
  parts.close.addEventListener("click", close);
  // First the screen, then the memory of this tab, then away: also a slow connection shows nothing.
  parts.leave.addEventListener("click", () => {
    frame.replaceChildren();
    stream?.stop();
    api.forget();
    try {
      top.location.replace(texts.leave_url);
    } catch {
      location.replace(texts.leave_url); // a frame that may not leave
    }
  });
  addEventListener("offline", () => say(texts.offline));
  addEventListener("online", () => say(""));

  return {
    get isOpen() {
      return shell.isOpen;
    },
    rename(title) {
      parts.title.textContent = title || texts.title;
    },
    show(withFocus) {
      this.rename(host.getAttribute("title"));
      shell.show();
      if (withFocus) this.focus();
      start();
      stream?.hurry();
    },
    hide: shell.hide,
    focus: () => (formView && !view.hidden ? formView.focus() : input.focus()),
    async ask(topic) {
      await start();
      const title = await api.topicTitle(topic);
      if (title === null) console.warn(`ouder-chat: there is no topic '${topic}'.`);
      else await send({ payload: `topic:${topic}` }, title);
    },
  };
}
