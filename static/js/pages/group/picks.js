import { find, setText } from "../../lib/dom.js";
import { gettext, interpolate } from "../../lib/i18n.js";

/** A list of boxes to tick. What the search hides stays ticked, and is saved. */
export class Picks {
  #boxes;
  #chosen;
  #none;
  #rows;

  /** @param {HTMLElement} root of templates/cameras/group.html */
  constructor(root) {
    const rows = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".picks > li"));
    this.#rows = [...rows];
    this.#boxes = this.#rows.map((row) => find(row, "input", HTMLInputElement));
    this.#chosen = find(root, "[data-part=chosen]", HTMLElement);
    this.#none = find(root, "[data-part=none]", HTMLElement);
    root.addEventListener("change", () => this.#count());
    const search = root.querySelector("[data-part=search]");
    if (search instanceof HTMLInputElement) {
      search.hidden = false;
      search.addEventListener("input", () => this.#show(search.value));
      // It would save the group.
      search.addEventListener("keydown", (event) => {
        if (event.key === "Enter") event.preventDefault();
      });
    }
    this.#count();
  }

  /** @param {string} words */
  #show(words) {
    for (const row of this.#rows) {
      row.hidden = !hasWords(row.textContent ?? "", words);
    }
    this.#none.hidden = this.#rows.some(({ hidden }) => !hidden);
  }

  #count() {
    const chosen = this.#boxes.filter(({ checked }) => checked).length;
    const all = this.#boxes.length;
    setText(this.#chosen, interpolate(gettext("%(chosen)s of %(all)s chosen"), { chosen, all }));
  }
}

/**
 * Whether each of the words is in the text, in any order.
 *
 * @param {string} text
 * @param {string} words
 */
export function hasWords(text, words) {
  const lower = text.toLocaleLowerCase();
  return words
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
