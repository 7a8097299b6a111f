import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Picture } from "../../static/js/watch/picture.js";
import { Codec, Rendition } from "../../static/js/wire.js";
import { settle } from "./fakes.js";

/** @type {{ drawn: string[], painted: string[], decoding: (() => void)[], repaints: (() => void)[] }} */
let seen;
/** @type {Picture} */
let picture;
const page = Object.assign(new EventTarget(), { hidden: false });

Object.assign(globalThis, {
  document: page,
  createImageBitmap: async (/** @type {Blob} */ blob) => {
    const [sequence] = new Uint8Array(await blob.arrayBuffer());
    await new Promise((resolve) => seen.decoding.push(() => resolve(undefined)));
    if (sequence === 255) throw new DOMException("not a picture");
    return { sequence, width: 16, height: 8, close() {} };
  },
  requestAnimationFrame: (/** @type {() => void} */ repaint) => seen.repaints.push(repaint),
});

const canvas = {
  width: 0,
  height: 0,
  getContext: () => ({
    drawImage: (/** @type {{ sequence: number }} */ bitmap) => seen.drawn.push(`${bitmap.sequence}`),
    clearRect: () => seen.drawn.push("cleared"),
  }),
};

beforeEach(() => {
  seen = { drawn: [], painted: [], decoding: [], repaints: [] };
  page.hidden = false;
  picture = new Picture(/** @type {any} */ (canvas), (frame) => {
    seen.painted.push(`${frame.session}/${frame.sequence}`);
  });
});

/**
 * @param {number} sequence
 * @param {number} [session]
 */
function push(sequence, session = 1) {
  picture.push({
    rendition: Rendition.JPEG,
    codec: Codec.JPEG,
    key: true,
    session,
    sequence,
    capturedAt: 0,
    width: 16,
    height: 8,
    payload: Uint8Array.of(sequence),
  });
}

/** Lets the decoder finish what it has begun. */
async function decode() {
  await settle();
  seen.decoding.splice(0).forEach((finish) => finish());
  await settle();
}

function repaint() {
  seen.repaints.splice(0).forEach((each) => each());
}

function show() {
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
}

test("while one frame is decoded only the newest waits", async () => {
  [1, 2, 3].forEach((sequence) => push(sequence));
  await decode();
  await decode();
  assert.deepEqual(seen.drawn, ["1", "3"]);
});

test("a frame counts as drawn at the next repaint, the newest one only", async () => {
  push(1);
  await decode();
  push(2);
  await decode();
  assert.deepEqual(seen.painted, []);
  repaint();
  assert.deepEqual(seen.painted, ["1/2"]);
});

test("it never goes back, neither in a session nor to an earlier one", async () => {
  push(5, 2);
  await decode();
  push(4, 2);
  push(5, 2);
  push(9, 1);
  await decode();
  push(1, 3);
  await decode();
  assert.deepEqual(seen.drawn, ["5", "1"]);
});

test("a hidden page draws nothing, and the newest when it is shown again", async () => {
  page.hidden = true;
  push(1);
  push(2);
  await decode();
  assert.deepEqual(seen.drawn, []);
  show();
  await decode();
  assert.deepEqual(seen.drawn, ["2"]);
});

test("showing the page while a frame is decoded draws it once", async () => {
  push(1);
  await settle();
  show();
  await decode();
  await decode();
  assert.deepEqual(seen.drawn, ["1"]);
});

test("what is no picture leaves the one before", async () => {
  mock.method(console, "warn", () => {});
  push(1);
  await decode();
  push(255);
  await decode();
  assert.deepEqual(seen.drawn, ["1"]);
  assert.equal(picture.shown?.sequence, 1);
});

test("clearing leaves nothing, not even what was being decoded", async () => {
  push(1);
  await decode();
  push(2);
  await settle();
  picture.clear();
  await decode();
  repaint();
  assert.deepEqual(seen.drawn, ["1", "cleared"]);
  assert.deepEqual(seen.painted, []);
  assert.equal(picture.shown, null);
});
