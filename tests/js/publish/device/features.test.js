import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  chooseSource,
  isSupported,
  canEncodeInWorker,
} from "../../../../static/js/publish/device/features.js";
import { pageProcessor } from "../../../../static/js/publish/device/sources/page-processor.js";
import {
  previewBitmaps,
  previewFrames,
} from "../../../../static/js/publish/device/sources/preview.js";
import { workerProcessor } from "../../../../static/js/publish/device/sources/worker-processor.js";
import { settle } from "../../fakes.js";

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

class FakeProcessor {
  /** @param {{ track: any }} init */
  constructor({ track }) {
    this.readable = track.readable;
  }
}

class FakeTrack {
  isStopped = false;
  readable = new ReadableStream();

  clone() {
    return new FakeTrack();
  }

  stop() {
    this.isStopped = true;
  }
}

/** A picture that notes its end. */
class FakePicture {
  isClosed = false;

  close() {
    this.isClosed = true;
  }
}

/** A video element of which each new picture is shown by the test. */
class FakePreview {
  /** @type {(() => Promise<void>) | null} */
  #callback = null;

  /** @param {() => Promise<void>} callback */
  requestVideoFrameCallback(callback) {
    this.#callback = callback;
  }

  async show() {
    const callback = this.#callback;
    this.#callback = null;
    await callback?.();
  }
}

/** @returns {any[]} what is posted to the worker from now on */
function begin(
  /** @type {import("../../../../static/js/publish/device/features.js").Source} */ source,
  from = {},
) {
  /** @type {any} */
  const posted = [];
  posted.leave = source.begin({
    track: /** @type {any} */ (new FakeTrack()),
    preview: /** @type {any} */ (new FakePreview()),
    ...from,
    post: (message, transfer) => posted.push({ ...message, transfer }),
  });
  return posted;
}

test("the page's processor comes first, then the worker's, then frames, then bitmaps", () => {
  assert.equal(chooseSource(false), previewBitmaps);
  have({ VideoFrame: FakePicture });
  assert.equal(chooseSource(false), previewFrames);
  assert.equal(chooseSource(true), workerProcessor);
  have({ MediaStreamTrackProcessor: FakeProcessor });
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

test("the page's processor gives its stream away", () => {
  have({ MediaStreamTrackProcessor: FakeProcessor });
  const track = new FakeTrack();
  const [{ type, readable, transfer }] = begin(pageProcessor, { track });
  assert.equal(type, "source");
  assert.equal(readable, track.readable);
  assert.deepEqual(transfer, [track.readable]);
});

test("the worker's processor gets a copy, as the preview needs the track", () => {
  const track = new FakeTrack();
  const [{ type, track: copy, transfer }] = begin(workerProcessor, { track });
  assert.equal(type, "track");
  assert.notEqual(copy, track);
  assert.deepEqual(transfer, [copy]);
});

test("each new picture of the preview is posted once, and given away", async () => {
  have({ VideoFrame: FakePicture });
  const preview = new FakePreview();
  const posted = begin(previewFrames, { preview });
  await preview.show();
  await preview.show();
  assert.deepEqual(
    posted.map(({ type }) => type),
    ["picture", "picture"],
  );
  assert.deepEqual(posted[0].transfer, [posted[0].picture]);
});

test("a picture that comes after the end is closed", async () => {
  /** @type {(picture: FakePicture) => void} */
  let resolve = () => {};
  have({ createImageBitmap: () => new Promise((done) => (resolve = done)) });
  const preview = new FakePreview();
  const posted = /** @type {any} */ (begin(previewBitmaps, { preview }));
  const shown = preview.show();
  posted.leave();
  const picture = new FakePicture();
  resolve(picture);
  await shown;
  assert.ok(picture.isClosed);
  assert.deepEqual([...posted], []);
});

test("without frame callbacks the preview is asked at each repaint, once it has a picture", async () => {
  /** @type {(() => void)[]} */
  const repaints = [];
  have({
    createImageBitmap: async () => new FakePicture(),
    requestAnimationFrame: (/** @type {() => void} */ callback) => repaints.push(callback),
    HTMLMediaElement: { HAVE_CURRENT_DATA: 2 },
  });
  const preview = { readyState: 0 };
  const posted = begin(previewBitmaps, { preview });
  repaints.shift()?.();
  await settle();
  assert.equal(posted.length, 0);
  preview.readyState = 2;
  repaints.shift()?.();
  await settle();
  assert.equal(posted.length, 1);
});
