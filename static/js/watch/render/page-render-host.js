import { RenderHost } from "./render-host.js";

/** Stands for the worker, in the page itself, in browsers whose workers cannot draw. */
export class PageRenderHost {
  /** @type {((event: { data: import("../worker-messages.js").FromWorker }) => void) | null} */
  onmessage = null;
  /** As a worker's; never called. */
  onerror = null;
  #host = new RenderHost((data) => this.onmessage?.({ data }));

  /**
   * @param {import("../worker-messages.js").ToWorker} message
   * @param {Transferable[]} [_transfer] nothing leaves the page
   */
  postMessage(message, _transfer) {
    this.#host.receive(message);
  }
}
