// Keeps what a consultant is typing in this tab until it is sent, also when the page is loaded again.

/** Keeps the text of a box under a name; returns what forgets it. */
export function keepDraft(box, name) {
  const kept = sessionStorage.getItem(name);
  if (kept && !box.value) box.value = kept;
  box.addEventListener("input", () => {
    if (box.value) sessionStorage.setItem(name, box.value);
    else sessionStorage.removeItem(name);
  });
  return {
    clear() {
      box.value = "";
      sessionStorage.removeItem(name);
    },
  };
}
