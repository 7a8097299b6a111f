import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  canEncodeInWorker,
  chooseSource,
  isSupported,
} from "../../../../static/js/publish/device/features.js";
import { pageProcessor } from "../../../../static/js/publish/device/sources/page-processor.js";
import {
  previewBitmaps,
  previewFrames,
} from "../../../../static/js/publish/device/sources/preview.js";
import { workerProcessor } from "../../../../static/js/publish/device/sources/worker-processor.js";

const browser = /** @type {any} */ (globalThis);
/** @type {string[]} */
const given = [];

/** @param {Record<string, unknown>} features */
function have(features) {
  Object.assign(browser, features);
  given.push(...Object.keys(features));
}

afterEach(() => {
  for (const name of given.splice(0)) delete browser[name];
});

test("the page's processor comes first, then the worker's, then frames, then bitmaps", () => {
  assert.equal(chooseSource(false), previewBitmaps);
  have({ VideoFrame: class {} });
  assert.equal(chooseSource(false), previewFrames);
  assert.equal(chooseSource(true), workerProcessor);
  have({ MediaStreamTrackProcessor: class {} });
  assert.equal(chooseSource(true), pageProcessor);
});

test("only processors go on while the page is hidden", () => {
  assert.ok(pageProcessor.worksHidden && workerProcessor.worksHidden);
  assert.ok(!previewFrames.worksHidden && !previewBitmaps.worksHidden);
});

test("workers draw only where their canvas also encodes", () => {
  assert.ok(!canEncodeInWorker());
  have({ OffscreenCanvas: class {} });
  assert.ok(!canEncodeInWorker());
  browser.OffscreenCanvas.prototype.convertToBlob = () => {};
  assert.ok(canEncodeInWorker());
});

test("a browser that gives pages no camera cannot film", () => {
  assert.ok(!isSupported());
});
