import { RenderHost } from "./render-host.js";

/** Takes the worker's place, in the page itself, in browsers whose workers cannot draw. */
export class PageRenderHost {
  /** @type {((event: { data: import("../worker-messages.js").FromWorker }) => void) | null} */
  onmessage = null;
  /** Workers have one; it is never called here. */
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
