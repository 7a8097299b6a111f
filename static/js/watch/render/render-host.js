/** What the worker of a page that shows cameras does, apart from being a worker. */

import { CanvasRenderer } from "./canvas-renderer.js";

/** @typedef {import("../worker-messages.js").FromWorker} FromWorker */
/** @typedef {import("../worker-messages.js").ToWorker} ToWorker */

export class RenderHost {
  #isHidden = false;
  #post;
  /** @type {Map<number, { renderer: CanvasRenderer, clearings: number }>} by their number */
  #screens = new Map();

  /** @param {(message: FromWorker) => void} post to the page */
  constructor(post) {
    this.#post = post;
  }

  /** @param {ToWorker} message */
  receive(message) {
    switch (message.type) {
      case "screen":
        this.#open(message.screen, message.canvas);
        break;
      case "frame":
        this.#screen(message).renderer.take(message.frame, message.arrivedAt);
        break;
      case "rest":
        this.#screen(message).renderer.rest();
        break;
      case "clear":
        this.#screen(message).clearings = message.clearings;
        this.#screen(message).renderer.clear();
        break;
      case "close":
        this.#screen(message).renderer.clear();
        this.#screens.delete(message.screen);
        break;
      case "hidden":
        this.#isHidden = message.hidden;
        for (const { renderer } of this.#screens.values()) renderer.hidden = message.hidden;
    }
  }

  /** @param {{ screen: number }} message about one that is open */
  #screen({ screen }) {
    const found = this.#screens.get(screen);
    if (!found) throw new Error(`Screen ${screen} is not open`);
    return found;
  }

  /**
   * @param {number} screen
   * @param {OffscreenCanvas} canvas
   */
  #open(screen, canvas) {
    const renderer = new CanvasRenderer(canvas, {
      onShown: ({ payload: _payload, ...header }, times) => {
        const { clearings } = this.#screen({ screen });
        this.#post({ type: "shown", screen, clearings, header, times });
      },
      onBroken: () => this.#post({ type: "key_frame", screen }),
      onUnplayable: (codec) => this.#post({ type: "unplayable", screen, codec }),
    });
    renderer.hidden = this.#isHidden;
    this.#screens.set(screen, { renderer, clearings: 0 });
  }
}
