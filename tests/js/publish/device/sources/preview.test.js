import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  previewBitmaps,
  previewFrames,
} from "../../../../../static/js/publish/device/sources/preview.js";
import { runPending } from "../../../fakes.js";
import { FakePicture, FakePreview, begin } from "./fakes.js";

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

test("each new picture of the preview is posted once, and given away", async () => {
  have({ VideoFrame: FakePicture });
  const preview = new FakePreview();
  const posted = begin(previewFrames, { preview });
  await preview.show();
  await preview.show();
  assert.deepEqual(
    posted.map((/** @type {{ type: string }} */ { type }) => type),
    ["picture", "picture"],
  );
  assert.deepEqual(posted[0].transfer, [posted[0].picture]);
});

test("a picture that comes after the end is closed", async () => {
  /** @type {(picture: FakePicture) => void} */
  let resolve = () => {};
  have({ createImageBitmap: () => new Promise((done) => (resolve = done)) });
  const preview = new FakePreview();
  const posted = begin(previewBitmaps, { preview });
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
  await runPending();
  assert.equal(posted.length, 0);
  preview.readyState = 2;
  repaints.shift()?.();
  await runPending();
  assert.equal(posted.length, 1);
});
