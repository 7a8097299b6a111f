import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { MAX_SENT_PAYLOAD_BYTES } from "../../../../static/js/protocol/wire.js";
import { JpegEncoder } from "../../../../static/js/publish/encoding/jpeg-encoder.js";

const SIZE = { width: 640, height: 480 };

/** Bytes of a picture of the best quality. */
let fullBytes = 0;
/** @type {number[]} */
let qualities;
/** @type {JpegEncoder} */
let encoder;

beforeEach(() => {
  fullBytes = 1000;
  qualities = [];
  encoder = new JpegEncoder(
    /** @type {any} */ ({
      getContext: () => ({ drawImage() {} }),
      convertToBlob: async (/** @type {{ quality: number }} */ { quality }) => {
        qualities.push(quality);
        return new Blob([new Uint8Array(fullBytes * quality)]);
      },
    }),
  );
});

const encode = () => encoder.encode(/** @type {any} */ ({}), SIZE, 0.8);

test("a picture that fits has the quality that was asked for", async () => {
  assert.equal((await encode())?.byteLength, 800);
  assert.deepEqual(qualities, [0.8]);
});

test("one that is too large is encoded again, until it fits", async () => {
  fullBytes = 2 * MAX_SENT_PAYLOAD_BYTES;
  const bytes = await encode();
  assert.ok(bytes && bytes.byteLength <= MAX_SENT_PAYLOAD_BYTES);
  assert.ok(qualities.length > 1);
});

test("one that fits at no quality is none", async () => {
  fullBytes = 20 * MAX_SENT_PAYLOAD_BYTES;
  assert.equal(await encode(), null);
});

test("at another size the quality starts over", async () => {
  fullBytes = 2 * MAX_SENT_PAYLOAD_BYTES;
  await encode();
  assert.ok(encoder.quality.share < 1);
  fullBytes = 1000;
  await encoder.encode(/** @type {any} */ ({}), { width: 320, height: 240 }, 0.8);
  assert.equal(qualities.at(-1), 0.8);
});
