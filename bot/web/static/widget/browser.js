// What the panel asks of the browser: a window over the page, and files for the parent.

// On a small screen the chat fills it, and what lies behind it must not be reached by accident.
const SMALL = "(max-width: 36em), (max-height: 30em)";

/** Lets the parent keep a file. */
export function saveFile(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Returns how the panel is shown and hidden; Escape calls `close`. */
export function windowOf(panel, { inline, close }) {
  const small = matchMedia(SMALL);
  let isOpen = false;
  if (inline) panel.hidden = true;

  function escape(event) {
    // A question over the panel, and the panel of a phone, get their own `cancel`.
    const over = panel.matches(":modal") || panel.querySelector("dialog[open]");
    if (event.key === "Escape" && !event.defaultPrevented && isOpen && !over) close();
  }

  function open() {
    if (inline) panel.hidden = false;
    else if (small.matches) panel.showModal();
    else panel.show();
  }

  small.addEventListener("change", () => {
    if (!isOpen || inline) return;
    const focused = panel.getRootNode().activeElement;
    panel.close();
    open();
    focused?.focus();
  });
  if (!inline) {
    panel.addEventListener("cancel", (event) => {
      if (event.target !== panel) return; // the question whether to erase
      event.preventDefault();
      close();
    });
    document.addEventListener("keydown", escape);
  }
  return {
    get isOpen() {
      return isOpen;
    },
    show() {
      isOpen = true;
      open();
    },
    hide() {
      isOpen = false;
      if (inline) panel.hidden = true;
      else panel.close();
    },
  };
}
