/** On a phone that lies on its side the picture has the screen, and the facts are a sheet. */

import { find } from "../../lib/dom.js";

export class Sheet {
  #button = find(document, '[data-action="details"]', HTMLButtonElement);
  #sheet;

  /**
   * @param {HTMLElement} frame of the picture; a tap on it closes the sheet
   * @param {HTMLElement} sheet
   */
  constructor(frame, sheet) {
    this.#sheet = sheet;
    this.#button.addEventListener("click", () => this.#open(!this.#isOpen));
    frame.addEventListener("pointerdown", ({ target }) => {
      if (target instanceof Element && !target.closest("button, a")) this.#open(false);
    });
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.#open(false);
    });
    this.#open(false);
  }

  get #isOpen() {
    return "open" in this.#sheet.dataset;
  }

  /** @param {boolean} isOpen */
  #open(isOpen) {
    this.#sheet.toggleAttribute("data-open", isOpen);
    this.#button.ariaExpanded = String(isOpen);
  }
}
