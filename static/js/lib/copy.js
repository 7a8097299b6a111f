/** Buttons that copy a field's text. */

import { find } from "./dom.js";

/** @param {ParentNode} root all buttons in it that say what they copy */
export function offerCopying(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    if (button instanceof HTMLButtonElement) offer(button);
  }
}

/** @param {HTMLButtonElement} button */
function offer(button) {
  const field = find(document, `#${button.dataset.copy}`, HTMLInputElement);
  // Pages that are not secure have no clipboard: there a person copies what is selected.
  button.hidden = !navigator.clipboard;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    const status = find(button.parentElement ?? document, "[role=status]", HTMLElement);
    status.textContent = button.dataset.done ?? "";
  });
}
