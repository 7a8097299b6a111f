import assert from "node:assert/strict";
import { test } from "node:test";

import { flowWords } from "../../../../static/js/pages/shared/flow.js";

test("what flows is said by its names, and how far it is lowered", () => {
  assert.equal(flowWords({ video: "h264", jpeg: false, level: 0 }), "H.264");
  assert.equal(flowWords({ video: "vp8", jpeg: true, level: 1 }), "VP8 + JPEG, 1 step down");
  assert.equal(flowWords({ video: null, jpeg: true, level: 4 }), "JPEG, 4 steps down");
  assert.equal(flowWords({ video: null, jpeg: false, level: 0 }), "Standby");
});
