import { EncoderHost } from "./encoder-host.js";
import { pageCanvas } from "./page-canvas.js";

/** Takes the worker's place, in the page itself, in browsers whose workers cannot draw. */
export class PageEncoderHost {
  /** @type {((event: { data: import("../worker-messages.js").FromWorker }) => void) | null} */
  onmessage = null;
  /** Workers have one; it is never called here. */
  onerror = null;
  #host = new EncoderHost(pageCanvas(), (data) => this.onmessage?.({ data }));

  constructor() {
    // Like a worker, it opens after the owner has set `onmessage`.
    queueMicrotask(() => this.#host.open());
  }

  /**
   * @param {import("../worker-messages.js").ToWorker} message
   * @param {Transferable[]} [_transfer] nothing leaves the page
   */
  postMessage(message, _transfer) {
    this.#host.receive(message);
  }

  terminate() {
    this.#host.close();
    // Like a worker, it sends nothing after this.
    this.onmessage = null;
  }
}
