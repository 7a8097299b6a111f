import assert from "node:assert/strict";
import { test } from "node:test";

import { Recolouring, i420 } from "../../../../static/js/publish/encoding/recolouring.js";
import { FakeCanvas } from "../../fakes.js";

/** @param {number[]} colour of each pixel of a square of 2 x 2 */
function square(...colour) {
  return new Uint8ClampedArray([1, 2, 3, 4].flatMap(() => [...colour, 255]));
}

for (const [name, colour, [luma, blueness, redness]] of /** @type {const} */ ([
  ["black", [0, 0, 0], [16, 128, 128]],
  ["white", [255, 255, 255], [235, 128, 128]],
  ["green of SMPTE's bars", [0, 191, 0], [112, 72, 57]],
  ["magenta of SMPTE's bars", [191, 0, 191], [84, 184, 198]],
])) {
  test(`${name} is what BT.601 says`, () => {
    const planes = i420(square(...colour), { width: 2, height: 2 });
    const wanted = [luma, luma, luma, luma, blueness, redness];
    const off = Math.max(...[...planes].map((value, index) => Math.abs(value - wanted[index])));
    assert.ok(off <= 1, String(planes));
    assert.equal(planes.length, 6);
  });
}

test("each plane has its place and lines", () => {
  const [black, white] = [
    [0, 0, 0, 255],
    [255, 255, 255, 255],
  ];
  const pixels = new Uint8ClampedArray(
    [black, white, black, white].flatMap((each) => [each, each, each, each].flat()),
  );
  const planes = [...i420(pixels, { width: 4, height: 4 })];
  assert.deepEqual(
    planes.slice(0, 16),
    [16, 235, 16, 235].flatMap((luma) => [luma, luma, luma, luma]),
  );
  assert.deepEqual(planes.slice(16), Array(8).fill(128));
});

test("the frame that it makes has the time of the other, the size asked for, and says its colours", () => {
  class Frame {
    /** @param {Uint8Array} data @param {object} init */
    constructor(data, init) {
      Object.assign(this, { data, ...init });
    }
  }
  Object.assign(globalThis, { OffscreenCanvas: FakeCanvas, VideoFrame: Frame });
  const frame = /** @type {any} */ ({ timestamp: 7 });
  const made = /** @type {any} */ (new Recolouring().convert(frame, { width: 4, height: 2 }));
  assert.deepEqual(
    [made.timestamp, made.format, made.codedWidth, made.codedHeight],
    [7, "I420", 4, 2],
  );
  assert.equal(made.colorSpace.matrix, "smpte170m");
  assert.equal(made.data.length, 12);
});
