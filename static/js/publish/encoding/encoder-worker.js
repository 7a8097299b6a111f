/** The capture page's worker: it is not slowed down when the page is hidden, nor when it is busy. */

import { EncoderHost } from "./encoder-host.js";

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));
const host = new EncoderHost(new OffscreenCanvas(1, 1), (message, transfer = []) => {
  scope.postMessage(message, transfer);
});

scope.onmessage = ({ data }) => host.receive(data);
host.open();
