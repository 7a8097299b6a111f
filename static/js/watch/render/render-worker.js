/** Decodes and draws what a page shows, however busy the page is. */

import { Booth } from "./render-host.js";

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));
const booth = new Booth((message) => scope.postMessage(message));

scope.onmessage = ({ data }) => booth.take(data);
scope.postMessage({ type: "open" });
