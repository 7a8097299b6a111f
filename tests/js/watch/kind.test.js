import assert from "node:assert/strict";
import { test } from "node:test";

import { h264 } from "../../../static/js/protocol/codecs/h264.js";
import { jpeg } from "../../../static/js/protocol/codecs/jpeg.js";
import { vp8 } from "../../../static/js/protocol/codecs/vp8.js";
import { Rendition } from "../../../static/js/protocol/wire.js";
import { kindOf } from "../../../static/js/watch/kind.js";

test("each frame says what it is", () => {
  const header = { key: true, session: 1, sequence: 1, capturedAt: 0, width: 16, height: 8 };
  const kind = (/** @type {number} */ rendition, /** @type {number} */ codec) =>
    kindOf({ ...header, rendition, codec });
  assert.equal(kind(Rendition.STILL, jpeg.number), "Stills");
  assert.equal(kind(Rendition.JPEG, jpeg.number), "JPEG");
  assert.equal(kind(Rendition.VIDEO, h264.number), "H.264");
  assert.equal(kind(Rendition.VIDEO, vp8.number), "VP8");
});
