import assert from "node:assert/strict";
import { test } from "node:test";

import { capturedPicture } from "../../../../static/js/publish/encoding/captured-picture.js";

test("a rotated frame is drawn upright, and closed; others are passed on", () => {
  /** @type {string[]} */
  const done = [];
  Object.assign(globalThis, {
    OffscreenCanvas: class {
      /** @param {number} width @param {number} height */
      constructor(width, height) {
        Object.assign(this, { width, height });
      }

      getContext() {
        return { drawImage: () => done.push("drawn") };
      }

      transferToImageBitmap() {
        return { ...this };
      }
    },
  });
  const close = () => done.push("closed");
  const frame = { displayWidth: 480, displayHeight: 640, rotation: 0, flip: false, close };
  assert.equal(capturedPicture(/** @type {any} */ (frame), 5).picture, frame);
  assert.deepEqual(done, []);
  const picture = { width: 480, height: 640 };
  assert.deepEqual(capturedPicture(/** @type {any} */ ({ ...frame, rotation: 90 }), 5), {
    ...{ picture, capturedAt: 5 },
    ...picture,
  });
  assert.deepEqual(done, ["drawn", "closed"]);
});
