import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";

import {
  VIDEO_CODECS,
  jpeg,
  supportedCodecs,
  videoCodecNamed,
  videoCodecNumbered,
} from "../../../../static/js/protocol/codecs/index.js";

const FOLDER = new URL("../../../../static/js/protocol/codecs/", import.meta.url);

test("each file is one codec, and each codec is in the index", () => {
  const files = readdirSync(FOLDER).filter((/** @type {string} */ file) => file !== "index.js");
  const names = [jpeg, ...VIDEO_CODECS].map(({ name }) => `${name}.js`);
  assert.deepEqual(names.sort(), files.sort());
});

test("their numbers are those of docs/protocol.md, and no two are the same", () => {
  const numbers = [jpeg, ...VIDEO_CODECS].map(({ name, number }) => [name, number]);
  assert.deepEqual(Object.fromEntries(numbers), { jpeg: 1, vp8: 2, h264: 3 });
});

test("a codec is found by its name and by its number", () => {
  for (const codec of VIDEO_CODECS) {
    assert.equal(videoCodecNamed(codec.name), codec);
    assert.equal(videoCodecNumbered(codec.number), codec);
  }
});

test("what is no codec of video is refused", () => {
  assert.throws(() => videoCodecNamed("jpeg"), /jpeg/);
  assert.throws(() => videoCodecNumbered(9), /9/);
});

test("those that the browser does not support, or has never heard of, are left out", async () => {
  const coder = {
    isConfigSupported: async (/** @type {string} */ codec) => {
      if (codec === "h264") throw new TypeError("What is h264?");
      return { supported: codec === "vp8" };
    },
  };
  assert.deepEqual(await supportedCodecs(coder, ({ name }) => name), ["vp8"]);
});
