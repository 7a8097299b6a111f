/** The capture page's worker: it is not slowed down when the page is hidden, nor when it is busy. */

import { Capture } from "./capture.js";
import { PageOutlet } from "./page-outlet.js";

const TICK = 100;
const TICKS_PER_REPORT = 10;

/** @typedef {import("./messages.js").FromWorker} FromWorker */
/** @typedef {import("./messages.js").ToWorker} ToWorker */

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));
const capture = new Capture();
const pageOutlet = new PageOutlet((message) => {
  post({ type: "frame", message }, [message.buffer]);
});
/** @type {ReadableStreamDefaultReader<VideoFrame> | null} */
let reader = null;
let ticks = 0;

scope.onmessage = (/** @type {MessageEvent<ToWorker>} */ { data }) => {
  switch (data.type) {
    case "settings":
      capture.settings = data.settings;
      break;
    case "source":
      void read(data.readable);
      break;
    case "picture":
      capture.take(data.picture);
      break;
    case "channel":
      capture.outlet = data.channel;
      break;
    case "page-channel":
      pageOutlet.update(data);
      capture.outlet = pageOutlet;
      break;
    case "session":
      capture.session = data.session;
      break;
    case "offset":
      capture.offset = data.offset;
  }
};

setInterval(() => {
  post({ type: "tick" });
  ticks += 1;
  if (ticks % TICKS_PER_REPORT === 0) post({ type: "report", report: capture.report() });
}, TICK);

/** @param {ReadableStream<VideoFrame>} readable */
async function read(readable) {
  void reader?.cancel();
  const mine = (reader = readable.getReader());
  for (;;) {
    const { done, value } = await mine.read();
    if (done) return;
    capture.take(value);
  }
}

/**
 * @param {FromWorker} message
 * @param {Transferable[]} [transfer]
 */
function post(message, transfer = []) {
  scope.postMessage(message, transfer);
}
