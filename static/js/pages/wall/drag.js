/** Puts tiles in order with a mouse, or with a finger that rests on one first. */

import { isControl } from "./wall-tile.js";

/** Less is a click that trembled. Pixels. */
const SLOP = 6;
/** A finger that moves sooner does something else. */
const LONG_PRESS_MS = 400;

export class Dragging {
  /** @type {{ tile: HTMLElement, x: number, y: number, pointer: number } | null} */
  #grip = null;
  #isDragging = false;
  #onDrop;
  #root;
  /** @type {HTMLElement | null} */
  #target = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} root with the tiles
   * @param {(tile: HTMLElement, target: HTMLElement) => void} onDrop
   */
  constructor(root, onDrop) {
    this.#root = root;
    this.#onDrop = onDrop;
    root.addEventListener("pointerdown", (event) => this.#take(event));
    root.addEventListener("pointermove", (event) => this.#move(event));
    root.addEventListener("pointerup", () => this.#drop());
    root.addEventListener("pointercancel", () => this.#end());
    root.addEventListener("contextmenu", (event) => {
      if (this.#isDragging) event.preventDefault();
    });
  }

  /** @param {PointerEvent} event */
  #take({ target, pointerId: pointer, pointerType, button, isPrimary, clientX: x, clientY: y }) {
    if (!isPrimary || button !== 0 || isControl(target) || document.fullscreenElement) return;
    const tile = tileOf(target);
    if (!tile) return;
    this.#grip = { tile, x, y, pointer };
    if (pointerType !== "mouse") this.#timer = setTimeout(() => this.#begin(), LONG_PRESS_MS);
  }

  /** @param {PointerEvent} event */
  #move({ pointerId, pointerType, clientX, clientY }) {
    const grip = this.#grip;
    if (grip?.pointer !== pointerId) return;
    const [across, down] = [clientX - grip.x, clientY - grip.y];
    const isMoved = Math.hypot(across, down) > SLOP;
    if (!this.#isDragging && isMoved) {
      if (pointerType === "mouse") this.#begin();
      else this.#end();
    }
    if (!this.#isDragging) return;
    grip.tile.style.translate = `${across}px ${down}px`;
    this.#aim(clientX, clientY);
  }

  #begin() {
    const grip = this.#grip;
    if (!grip) return;
    this.#isDragging = true;
    grip.tile.classList.add("dragged");
    this.#root.setPointerCapture(grip.pointer);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #aim(x, y) {
    // The dragged one is no target: nothing is pressed on it meanwhile.
    const target = tileOf(document.elementFromPoint(x, y));
    if (target === this.#target) return;
    this.#target?.removeAttribute("data-target");
    this.#target = target;
    target?.setAttribute("data-target", "");
  }

  #drop() {
    const [tile, target] = [this.#grip?.tile, this.#target];
    this.#end();
    if (tile && target) this.#onDrop(tile, target);
  }

  #end() {
    clearTimeout(this.#timer);
    this.#target?.removeAttribute("data-target");
    this.#grip?.tile.classList.remove("dragged");
    this.#grip?.tile.style.removeProperty("translate");
    this.#grip = null;
    this.#isDragging = false;
    this.#target = null;
  }
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
function tileOf(target) {
  return target instanceof Element ? target.closest(".wall > .tile") : null;
}
