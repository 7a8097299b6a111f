import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { jpeg } from "../../../static/js/protocol/codecs/jpeg.js";
import {
  HEADER_BYTES,
  MAX_MESSAGE_BYTES,
  Rendition,
  WireError,
  isNewer,
  pack,
  unpack,
} from "../../../static/js/protocol/wire.js";

const vectors = JSON.parse(
  readFileSync(new URL("../../vectors/frames.json", import.meta.url), "utf8"),
);

/** @param {string} hex */
function bytes(hex) {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

/** @param {string} reason */
function refusal(reason) {
  return (/** @type {unknown} */ error) => error instanceof WireError && error.reason === reason;
}

/** @param {Partial<import("../../../static/js/protocol/wire.js").Header>} fields */
function header(fields = {}) {
  return {
    rendition: Rendition.JPEG,
    codec: jpeg.number,
    key: true,
    session: 7,
    sequence: 1,
    capturedAt: 1_700_000_000_000,
    width: 640,
    height: 480,
    ...fields,
  };
}

for (const { name, hex, fields } of vectors.valid) {
  test(`it reads ${name}`, () => {
    const { payload, capturedAt, ...rest } = unpack(bytes(hex).buffer);
    assert.deepEqual({ ...rest, captured_at: capturedAt }, fields);
    assert.deepEqual(payload, bytes(hex).slice(HEADER_BYTES));
  });

  test(`it writes ${name}`, () => {
    const { captured_at: capturedAt, ...rest } = fields;
    const message = pack({ ...rest, capturedAt }, bytes(hex).slice(HEADER_BYTES));
    assert.equal(Buffer.from(message).toString("hex"), hex);
  });
}

// What a picture says of itself the server has read.
for (const { name, hex, reason } of vectors.invalid.filter(
  (/** @type {{ reason: string }} */ vector) =>
    !["jpeg", "video", "unsupported"].includes(vector.reason),
)) {
  test(`it refuses ${name}`, () => {
    assert.throws(() => unpack(bytes(hex).buffer), refusal(reason));
  });
}

test("it takes a message of exactly the bound and refuses one byte more", () => {
  const payload = new Uint8Array(MAX_MESSAGE_BYTES - HEADER_BYTES);
  assert.equal(pack(header(), payload).byteLength, MAX_MESSAGE_BYTES);
  const larger = new Uint8Array(payload.byteLength + 1);
  assert.throws(() => pack(header(), larger), refusal("too_large"));
  assert.throws(() => unpack(overlong()), refusal("too_large"));
});

function overlong() {
  const message = new Uint8Array(MAX_MESSAGE_BYTES + 1);
  message.set(pack(header(), new Uint8Array(1)));
  return message.buffer;
}

test("it does not write what others would refuse", () => {
  const payload = new Uint8Array(1);
  assert.throws(() => pack(header({ width: 0 }), payload), refusal("size"));
  assert.throws(() => pack(header({ capturedAt: NaN }), payload), refusal("captured_at"));
  assert.throws(() => pack(header({ key: false }), payload), refusal("flags"));
  assert.throws(() => pack(header(), new Uint8Array(0)), refusal("empty"));
});

test("a later session is newer whatever its sequence", () => {
  assert.ok(isNewer({ session: 8, sequence: 1 }, { session: 7, sequence: 900 }));
  assert.ok(isNewer({ session: 7, sequence: 2 }, { session: 7, sequence: 1 }));
  assert.ok(!isNewer({ session: 7, sequence: 1 }, { session: 7, sequence: 1 }));
  assert.ok(!isNewer({ session: 7, sequence: 900 }, { session: 8, sequence: 1 }));
});
