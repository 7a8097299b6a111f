import assert from "node:assert/strict";
import { test } from "node:test";

import { CloseCode, isFinal } from "../../../static/js/protocol/close-codes.js";

test("over, bad message and not allowed are final", () => {
  assert.ok(Object.values(CloseCode).every(isFinal));
});

test("what the network or a restart ends is not", () => {
  for (const code of [1001, 1006, 1009, 1011, 1012, 4408]) assert.ok(!isFinal(code), `${code}`);
});
