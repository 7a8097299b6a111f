import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { JpegDecoding } from "../../../../static/js/watch/decoding/jpeg-decoding.js";
import { runPending } from "../../fakes.js";

/** @type {(() => void)[]} */
let decoding;
/** @type {string[]} */
let shown;
/** @type {JpegDecoding} */
let jpeg;

beforeEach(() => {
  decoding = [];
  shown = [];
  Object.assign(globalThis, {
    createImageBitmap: (/** @type {Blob} */ blob) =>
      new Promise((resolve, reject) => {
        const none = new DOMException("", "InvalidStateError");
        decoding.push(() => (blob.size > 1 ? resolve({}) : reject(none)));
      }),
  });
  jpeg = new JpegDecoding(({ frame }) => shown.push(`${frame.sequence}`));
});

/** @param {number} sequence */
function take(sequence, bytes = 2) {
  const frame = { session: 1, sequence, payload: new Uint8Array(bytes) };
  jpeg.take({ frame: /** @type {any} */ (frame), turn: sequence, arrivedAt: 0 });
}

async function decode() {
  await runPending();
  for (const finish of decoding.splice(0)) finish();
  await runPending();
}

test("while one is decoded only the newest waits, and what is older is left out", async () => {
  for (const sequence of [1, 3, 2, 4]) take(sequence);
  await decode();
  await decode();
  assert.deepEqual(shown, ["1", "4"]);
});

test("on a hidden page the newest waits until it is seen", async () => {
  jpeg.hidden = true;
  take(1);
  take(2);
  await decode();
  assert.deepEqual(shown, []);
  jpeg.hidden = false;
  await decode();
  assert.deepEqual(shown, ["2"]);
});

test("what is no picture is left out, and the next one shown", async () => {
  const warn = mock.method(console, "warn", () => {});
  take(1, 1);
  await decode();
  take(2);
  await decode();
  assert.deepEqual([shown, warn.mock.callCount()], [["2"], 1]);
});

test("after it has forgotten, it starts over with whatever comes", async () => {
  take(9);
  await decode();
  jpeg.forget();
  const frame = { session: 1, sequence: 2, payload: new Uint8Array(2) };
  jpeg.take({ frame: /** @type {any} */ (frame), turn: 10, arrivedAt: 0 });
  await decode();
  assert.deepEqual(shown, ["9", "2"]);
});
