/** The keys of a wall: the tab key leads to one tile, and arrows from there to the others. */

import { isArrow } from "./directions.js";

/** @typedef {import("./wall-tile.js").WallTile} WallTile */

export class Keys {
  #wall;

  /**
   * @param {HTMLElement} root
   * @param {import("./wall.js").Wall} wall
   */
  constructor(root, wall) {
    this.#wall = wall;
    root.addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { key, altKey, ctrlKey, metaKey, shiftKey, target } = event;
    const tile = this.#wall.tileAt(target);
    if (!tile || ctrlKey || metaKey || shiftKey) return;
    if (target !== tile.element) {
      if (key === "Escape") tile.element.focus();
    } else if (altKey ? this.#pressAlt(tile, key) : this.#pressPlain(tile, key)) {
      event.preventDefault();
    }
  }

  /**
   * @param {WallTile} tile
   * @param {string} key
   * @returns {boolean} whether it does something
   */
  #pressPlain(tile, key) {
    if (isArrow(key)) this.#wall.beside(tile, key)?.element.focus();
    else if (key === "PageDown") this.#wall.turn(1);
    else if (key === "PageUp") this.#wall.turn(-1);
    else return tile.press(key);
    return true;
  }

  /**
   * @param {WallTile} tile
   * @param {string} key
   * @returns {boolean} whether it does something
   */
  #pressAlt(tile, key) {
    if (!isArrow(key)) return false;
    const target = this.#wall.beside(tile, key);
    if (target) this.#wall.move(tile.element, target.element);
    return true;
  }
}
