/** The page's end of the worker that draws: one screen for each camera's canvas. */

import { localTime } from "../clock.js";
import { PageBooth } from "./page-booth.js";

/** @typedef {import("../wire.js").Frame} Frame */
/** @typedef {import("../wire.js").Header} Header */
/** @typedef {import("./messages.js").ToWorker} ToWorker */
/** @typedef {(header: Header, times: import("./messages.js").Times) => void} OnShown */

export class Screens {
  #drawsInWorker = workersDraw();
  /** @type {Screen[]} the place is the number */
  #screens = [];
  /** @type {Worker | PageBooth} */
  #worker = this.#drawsInWorker ? openWorker() : new PageBooth();

  constructor() {
    this.#worker.onmessage = (/** @type {{ data: any }} */ { data }) => this.#heard(data);
    document.addEventListener("visibilitychange", () => this.#tellHidden());
    this.#tellHidden();
  }

  /**
   * @param {HTMLCanvasElement} canvas which nobody else draws on
   * @param {OnShown} onShown
   */
  open(canvas, onShown) {
    const number = this.#screens.length;
    const given = /** @type {OffscreenCanvas} */ (
      this.#drawsInWorker ? canvas.transferControlToOffscreen() : canvas
    );
    this.#post({ type: "screen", screen: number, canvas: given }, [given]);
    const screen = new Screen(number, onShown, (message, transfer) => this.#post(message, transfer));
    this.#screens.push(screen);
    return screen;
  }

  /** @param {import("./messages.js").FromWorker} message */
  #heard(message) {
    this.#screens[message.screen].heard(message);
  }

  #tellHidden() {
    this.#post({ type: "hidden", hidden: document.hidden });
  }

  /**
   * @param {ToWorker} message
   * @param {Transferable[]} [transfer]
   */
  #post(message, transfer = []) {
    this.#worker.postMessage(message, transfer);
  }
}

export class Screen {
  #clearings = 0;
  #number;
  #onShown;
  #post;
  /** @type {Header | null} */
  #shown = null;

  /**
   * @param {number} number
   * @param {OnShown} onShown
   * @param {(message: ToWorker, transfer?: Transferable[]) => void} post
   */
  constructor(number, onShown, post) {
    this.#number = number;
    this.#onShown = onShown;
    this.#post = post;
  }

  /** The newest frame that was drawn. */
  get shown() {
    return this.#shown;
  }

  /** @param {Frame} frame whose bytes are given away */
  push(frame) {
    const arrivedAt = localTime();
    const transfer = [frame.payload.buffer];
    this.#post({ type: "frame", screen: this.#number, frame, arrivedAt }, transfer);
  }

  /** Leaves nothing of what was shown, nor of what is on its way to the canvas. */
  clear() {
    this.#shown = null;
    this.#clearings += 1;
    this.#post({ type: "clear", screen: this.#number, clearings: this.#clearings });
  }

  /** @param {import("./messages.js").FromWorker} message */
  heard({ clearings, header, times }) {
    // Else it was drawn before it was cleared.
    if (clearings !== this.#clearings) return;
    this.#shown = header;
    this.#onShown(header, times);
  }
}

/** Workers that have this draw when the display does. */
function workersDraw() {
  return "transferControlToOffscreen" in HTMLCanvasElement.prototype;
}

function openWorker() {
  return new Worker(new URL("./screen-worker.js", import.meta.url), { type: "module" });
}
