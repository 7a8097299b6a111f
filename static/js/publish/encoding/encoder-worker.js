/** The capture page's worker: it is not slowed down when the page is hidden, nor when it is busy. */

import { Desk } from "./encoder-host.js";

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));
const desk = new Desk(new OffscreenCanvas(1, 1), (message, transfer = []) => {
  scope.postMessage(message, transfer);
});

scope.onmessage = ({ data }) => desk.take(data);
desk.open();
