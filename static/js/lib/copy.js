/** Buttons that copy a field's text. */

import { find } from "./dom.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  const field = find(document, `#${button.dataset.copy}`, HTMLInputElement);
  // Pages that are not secure have no clipboard: there a person copies what is selected.
  button.hidden = !navigator.clipboard;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    const said = find(button.parentElement ?? document, "[role=status]", HTMLElement);
    said.textContent = button.dataset.done ?? "";
  });
}
