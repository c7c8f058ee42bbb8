// The buttons of the demo page: each opens the chat with a topic, through the JavaScript API of the widget.

for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => document.querySelector("ouder-chat")?.ask(button.dataset.ask));
}
