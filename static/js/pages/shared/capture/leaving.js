/** Asks before a page that films is left: closing, reloading and links would end it unasked. */

import { find } from "../../../lib/dom.js";

export class Leaving {
  #dialog;
  #href = "";
  #isFilming = false;
  #onLeave;

  /**
   * @param {HTMLElement} root
   * @param {() => void} onLeave a person has said so
   */
  constructor(root, onLeave) {
    this.#dialog = find(root, "[data-part=leaving]", HTMLDialogElement);
    this.#onLeave = onLeave;
    find(this.#dialog, "[data-action=stay]", HTMLButtonElement).addEventListener("click", () =>
      this.#dialog.close(),
    );
    find(this.#dialog, "[data-action=leave]", HTMLButtonElement).addEventListener("click", () =>
      this.#leave(),
    );
    document.addEventListener("click", (event) => this.#clicked(event));
  }

  set isFilming(/** @type {boolean} */ isFilming) {
    if (isFilming === this.#isFilming) return;
    this.#isFilming = isFilming;
    // Only while it films: browsers keep no page that listens for going back to it.
    if (isFilming) addEventListener("beforeunload", ask);
    else removeEventListener("beforeunload", ask);
    if (!isFilming) this.#dialog.close();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const href = leadsAway(event);
    if (!this.#isFilming || !href) return;
    event.preventDefault();
    this.#href = href;
    this.#dialog.showModal();
  }

  #leave() {
    this.#onLeave();
    this.isFilming = false;
    location.assign(this.#href);
  }
}

/** @param {BeforeUnloadEvent} event */
function ask(event) {
  event.preventDefault();
}

/**
 * Where a click on a link leads, if this page ends by it.
 *
 * @param {MouseEvent} event
 */
export function leadsAway({
  target,
  button,
  ctrlKey,
  metaKey,
  shiftKey,
  altKey,
  defaultPrevented,
}) {
  const link = target instanceof Element ? target.closest("a[href]") : null;
  const isPlain = button === 0 && !(ctrlKey || metaKey || shiftKey || altKey || defaultPrevented);
  if (!(link instanceof HTMLAnchorElement) || !isPlain) return null;
  if (link.hasAttribute("download") || (link.target && link.target !== "_self")) return null;
  // The skip link stays on the page.
  return link.getAttribute("href")?.startsWith("#") ? null : link.href;
}
