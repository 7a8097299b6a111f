import { Booth } from "./render-host.js";

/** Stands for the worker, in the page itself, in browsers whose workers cannot draw. */
export class PageBooth {
  /** @type {((event: { data: import("../worker-messages.js").FromWorker }) => void) | null} */
  onmessage = null;
  /** As a worker's; never called. */
  onerror = null;
  #booth = new Booth((data) => this.onmessage?.({ data }));

  /**
   * @param {import("../worker-messages.js").ToWorker} message
   * @param {Transferable[]} [_transfer] nothing leaves the page
   */
  postMessage(message, _transfer) {
    this.#booth.take(message);
  }
}
