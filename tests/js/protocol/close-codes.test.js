import assert from "node:assert/strict";
import { test } from "node:test";

import { CloseCode, isFinal, retryAfterMs } from "../../../static/js/protocol/close-codes.js";

test("over, bad message and not allowed are final", () => {
  assert.ok(Object.values(CloseCode).every(isFinal));
});

test("what the network or a restart ends is not", () => {
  for (const code of [1001, 1006, 1009, 1011, 1012, 1013, 4408])
    assert.ok(!isFinal(code), `${code}`);
});

test("a server that is full says when to come back, and not all come at once", () => {
  const close = { code: 1013, reason: "retry_after=20" };
  assert.equal(
    retryAfterMs(close, () => 0),
    20_000,
  );
  assert.equal(
    retryAfterMs(close, () => 1),
    25_000,
  );
});

test("what is no such wait is none, and none is longer than five minutes", () => {
  for (const reason of ["", "full", "retry_after=", "retry_after=-1", "retry_after=1e9"]) {
    assert.equal(retryAfterMs({ code: 1013, reason }), 0);
  }
  assert.equal(retryAfterMs({ code: 1012, reason: "retry_after=20" }), 0);
  assert.equal(
    retryAfterMs({ code: 1013, reason: "retry_after=999999" }, () => 0),
    300_000,
  );
});
