/** Decodes and draws what a page shows, however busy the page is. */

import { RenderHost } from "./render-host.js";

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));
const host = new RenderHost((message) => scope.postMessage(message));

scope.onmessage = ({ data }) => host.receive(data);
scope.postMessage({ type: "open" });
