/** Buttons that copy a field's text. */

import { find } from "./dom.js";

/** @param {ParentNode} root whose buttons with `data-copy` copy */
export function offerCopying(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    if (button instanceof HTMLButtonElement) offer(button);
  }
}

/** @param {HTMLButtonElement} button */
function offer(button) {
  const field = find(document, `#${button.dataset.copy}`, HTMLInputElement);
  // Insecure pages have no clipboard: there a person copies the selected text.
  button.hidden = !navigator.clipboard;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    const status = find(button.parentElement ?? document, "[role=status]", HTMLElement);
    status.textContent = button.dataset.done ?? "";
  });
}
