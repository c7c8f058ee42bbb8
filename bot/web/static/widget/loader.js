// The loader: defines <ouder-chat>, shows its button, and fetches the chat itself when it opens for the first time.
// The server fills in `build`: version, files with their hashes, style and texts of the button. See docs/embedding.md.
((build) => {
  const NAME = "ouder-chat";
  const script = document.currentScript;
  const warn = (text) => console.warn(`${NAME}: ${text}`);
  if (!script?.src) {
    warn("load this file with a <script src> element of its own.");
    return;
  }
  if (customElements.get(NAME)) {
    warn("the script stands on this page twice; the second one does nothing.");
    return;
  }
  const base = new URL(script.src).origin;
  const nonce = script.nonce;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let active = null;

  function addStyle(root, css) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    } catch {
      const style = document.createElement("style"); // a browser of before 2023
      style.nonce = nonce;
      style.textContent = css;
      root.append(style);
    }
  }

  // The browser checks each module here, before anything runs; `import` then takes the checked ones.
  function preload({ name, integrity }) {
    return new Promise((resolve, reject) => {
      const link = document.createElement("link");
      Object.assign(link, { rel: "modulepreload", href: fileUrl(name), integrity, crossOrigin: "anonymous", nonce });
      link.onload = resolve;
      link.onerror = () => reject(new Error(`${name} did not arrive, or is not what it should be`));
      document.head.append(link);
    });
  }

  const fileUrl = (name) => `${base}/widget/${build.version}/${name}`;

  async function read(url, options) {
    const response = await fetch(url, { credentials: "omit", ...options });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response;
  }

  async function fetchPanel() {
    const css = build.files.find((file) => file.name === "panel.css");
    const modules = build.files.filter((file) => file !== css);
    const parts = [
      read(fileUrl(css.name), { integrity: css.integrity }).then((r) => r.text()),
      read(`${base}/widget/texts.json`).then((r) => r.json()),
    ];
    if (document.createElement("link").relList.supports("modulepreload")) await Promise.all(modules.map(preload));
    const [style, texts, { mount }] = await Promise.all([...parts, import(fileUrl("panel.js"))]);
    return { style, texts, mount };
  }

  class OuderChat extends HTMLElement {
    static observedAttributes = ["open", "position", "theme", "title"];
    #root = null;
    #frame = null;
    #launcher = null;
    #problem = null;
    #loading = null;
    #panel = null;
    #back = null;

    connectedCallback() {
      if (active && active !== this) {
        warn("one chat on a page is enough; this second one stays empty.");
        return;
      }
      active = this;
      if (!this.#root) this.#make();
      dark.addEventListener("change", this.#paint);
      this.#paint();
      if (this.hasAttribute("open")) this.#show(false);
    }

    disconnectedCallback() {
      if (active !== this) return;
      active = null;
      dark.removeEventListener("change", this.#paint);
      this.#panel?.hide();
    }

    attributeChangedCallback(name, before, now) {
      if (active !== this || before === now) return;
      if (name !== "open") this.#paint();
      else if (now !== null) this.#show(false);
      else this.close();
    }

    /** Tells whether the chat is open. */
    get isOpen() {
      return this.#panel?.isOpen ?? false;
    }

    /** Opens the chat and puts the focus in it. */
    open() {
      return this.#show(true);
    }

    /** Closes the chat; the focus goes back to where it was. */
    close() {
      if (!this.isOpen) return;
      this.#panel.hide();
      this.#launcher.hidden = false;
      this.removeAttribute("open");
      const back = this.#back?.isConnected && this.#back !== this ? this.#back : this.#launcher;
      back.focus();
      this.#tell("close");
    }

    /** Opens the chat and asks about a topic, for example "tlv_wat"; call it when the parent presses something. */
    async ask(topic) {
      await this.#show(true);
      await this.#panel?.ask(String(topic));
    }

    #tell(name, detail = {}) {
      this.dispatchEvent(new CustomEvent(`${NAME}:${name}`, { bubbles: true, composed: true, detail }));
    }

    #make() {
      this.#root = this.attachShadow({ mode: "open" });
      addStyle(this.#root, build.css);
      this.#frame = document.createElement("div");
      this.#frame.className = "frame";
      this.#frame.lang = "nl";
      this.#launcher = document.createElement("button");
      this.#launcher.type = "button";
      this.#launcher.className = "launcher";
      this.#launcher.textContent = this.#kept() ? build.texts.resume : build.texts.start;
      this.#launcher.setAttribute("aria-haspopup", "dialog");
      this.#launcher.addEventListener("click", () => this.open());
      this.#problem = document.createElement("p");
      this.#problem.className = "launcher-problem";
      this.#problem.setAttribute("role", "alert");
      this.#frame.append(this.#problem, this.#launcher);
      this.#root.append(this.#frame);
    }

    #kept() {
      try {
        return sessionStorage.getItem(NAME) !== null;
      } catch {
        return false;
      }
    }

    #paint = () => {
      const theme = this.getAttribute("theme");
      this.#frame.classList.toggle("dark", theme === "dark" || (theme !== "light" && dark.matches));
      for (const place of ["left", "inline"]) this.#frame.classList.toggle(place, this.getAttribute("position") === place);
      this.#panel?.rename(this.getAttribute("title"));
    };

    async #show(withFocus) {
      if (active !== this) return;
      if (!this.isOpen && withFocus) this.#back = document.activeElement;
      this.#problem.textContent = "";
      if (!this.#panel) {
        this.#launcher.setAttribute("aria-busy", "true");
        try {
          this.#loading ??= fetchPanel();
          const { style, texts, mount } = await this.#loading;
          if (!this.#panel) {
            addStyle(this.#root, style);
            this.#panel = mount({
              host: this, frame: this.#frame, base, texts,
              close: () => this.close(), tell: (name, detail) => this.#tell(name, detail),
            });
          }
        } catch (error) {
          this.#loading = null;
          this.#problem.textContent = build.texts.no_start;
          console.error(`${NAME}:`, error);
          this.#tell("error", { reason: "load" });
          return;
        } finally {
          this.#launcher.removeAttribute("aria-busy");
        }
      }
      if (this.isOpen) {
        if (withFocus) this.#panel.focus();
        return;
      }
      this.#launcher.hidden = true;
      this.#launcher.textContent = build.texts.resume;
      this.#panel.show(withFocus);
      this.#tell("open");
    }
  }

  customElements.define(NAME, OuderChat);

  function mountWhenAbsent() {
    if (document.querySelector(NAME) || script.dataset.mount === "no") return;
    const element = document.createElement(NAME);
    for (const name of ["position", "open", "title", "start-topic", "level", "theme"]) {
      const value = script.getAttribute(`data-${name}`);
      if (value !== null) element.setAttribute(name, value);
    }
    document.body.append(element);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", mountWhenAbsent);
  else mountWhenAbsent();
})(/* build */);
