import { EncoderHost } from "./encoder-host.js";
import { pageCanvas } from "./page-canvas.js";

/** Stands for the worker, in the page itself, in browsers whose workers cannot draw. */
export class PageEncoderHost {
  /** @type {((event: { data: import("../worker-messages.js").FromWorker }) => void) | null} */
  onmessage = null;
  /** As a worker's; never called. */
  onerror = null;
  #host = new EncoderHost(pageCanvas(), (data) => this.onmessage?.({ data }));

  constructor() {
    // As a worker's: once there is somebody to hear it.
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
    // As of a worker: nothing is heard of it afterwards.
    this.onmessage = null;
  }
}
