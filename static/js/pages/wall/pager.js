/** The pages of a wall that has more cameras than room: arrows, and "16 of 30". */

import { find, setText } from "../../lib/dom.js";
import { gettext, interpolate } from "../../lib/i18n.js";

/** How long the kiosk shows a page. */
const TURN_MS = 10_000;

export class Pager {
  #count = 1;
  #onTurn;
  #page = 0;
  #root;

  /**
   * @param {HTMLElement | null} root null on a screen, which only turns by itself
   * @param {() => void} onTurn
   */
  constructor(root, onTurn) {
    this.#root = root;
    this.#onTurn = onTurn;
    if (root) this.#listen(root);
    setInterval(() => {
      if (document.body.classList.contains("kiosk")) this.turn(1);
    }, TURN_MS);
  }

  /** @param {number} by how many pages; after the last comes the first */
  turn(by) {
    if (this.#count === 1) return;
    this.#page = (this.#page + by + this.#count) % this.#count;
    this.#onTurn();
  }

  /**
   * @param {number} count of pages that there are now
   * @returns {number} the one to show
   */
  at(count) {
    this.#count = Math.max(1, count);
    this.#page = Math.min(this.#page, this.#count - 1);
    return this.#page;
  }

  /**
   * @param {number} shown cameras on this page
   * @param {number} all cameras
   */
  show(shown, all) {
    if (!this.#root) return;
    this.#root.hidden = this.#count === 1;
    document.body.classList.toggle("paged", this.#count > 1);
    const label = find(this.#root, "[data-part=shown]", HTMLElement);
    setText(label, interpolate(gettext("%(shown)s of %(count)s"), { shown, count: all }));
  }

  /** @param {HTMLElement} root */
  #listen(root) {
    const previous = find(root, "[data-action=previous]", HTMLButtonElement);
    previous.addEventListener("click", () => this.turn(-1));
    const next = find(root, "[data-action=next]", HTMLButtonElement);
    next.addEventListener("click", () => this.turn(1));
  }
}
