/** What the worker of a page that shows cameras does, apart from being a worker. */

import { CanvasRenderer } from "./canvas-renderer.js";

/** @typedef {import("../worker-messages.js").FromWorker} FromWorker */
/** @typedef {import("../worker-messages.js").ToWorker} ToWorker */

export class RenderHost {
  #isHidden = false;
  #post;
  /** @type {{ renderer: CanvasRenderer, clearings: number }[]} by screen number */
  #screens = [];

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
        this.#screens[message.screen].renderer.take(message.frame, message.arrivedAt);
        break;
      case "rest":
        this.#screens[message.screen].renderer.rest();
        break;
      case "clear":
        this.#screens[message.screen].clearings = message.clearings;
        this.#screens[message.screen].renderer.clear();
        break;
      case "hidden":
        this.#isHidden = message.hidden;
        for (const { renderer } of this.#screens) renderer.hidden = message.hidden;
    }
  }

  /**
   * @param {number} screen
   * @param {OffscreenCanvas} canvas
   */
  #open(screen, canvas) {
    const renderer = new CanvasRenderer(canvas, {
      onShown: ({ payload: _payload, ...header }, times) => {
        const { clearings } = this.#screens[screen];
        this.#post({ type: "shown", screen, clearings, header, times });
      },
      onBroken: () => this.#post({ type: "key_frame", screen }),
      onUnplayable: (codec) => this.#post({ type: "unplayable", screen, codec }),
    });
    renderer.hidden = this.#isHidden;
    this.#screens[screen] = { renderer, clearings: 0 };
  }
}
