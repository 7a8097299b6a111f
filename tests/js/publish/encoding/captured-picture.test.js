import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { capturedPicture } from "../../../../static/js/publish/encoding/captured-picture.js";

/** @type {string[]} */
let done;

beforeEach(() => {
  done = [];
  Object.assign(globalThis, {
    OffscreenCanvas: class {
      /** @param {number} width @param {number} height */
      constructor(width, height) {
        Object.assign(this, { width, height });
      }

      getContext() {
        return {
          drawImage: () => done.push("drawn"),
          rotate: () => done.push("turned"),
          translate() {},
        };
      }

      transferToImageBitmap() {
        return { ...this };
      }
    },
  });
});

const close = () => done.push("closed");

test("a rotated frame is drawn upright, and closed; others are passed on", () => {
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

test("a picture is turned as the device is mounted", () => {
  const picture = /** @type {any} */ ({ width: 640, height: 480, close });
  const { width, height } = capturedPicture(picture, 5, 270);
  assert.deepEqual([width, height], [480, 640]);
  const upsideDown = capturedPicture(picture, 5, 180);
  assert.deepEqual([upsideDown.width, upsideDown.height], [640, 480]);
  assert.deepEqual(done, ["turned", "drawn", "closed", "turned", "drawn", "closed"]);
});
