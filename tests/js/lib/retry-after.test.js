import assert from "node:assert/strict";
import { test } from "node:test";

import { retryAfterOf, waitMs } from "../../../static/js/lib/retry-after.js";

test("waits are as long as asked, or up to a quarter longer, and never endless", () => {
  assert.equal(
    waitMs(20, () => 0),
    20_000,
  );
  assert.equal(
    waitMs(20, () => 1),
    25_000,
  );
  assert.equal(
    waitMs(1e9, () => 0),
    300_000,
  );
});

test("an answer says how long, or nothing", () => {
  const asked = (/** @type {string} */ value) =>
    retryAfterOf(new Response(null, { headers: { "Retry-After": value } }));
  assert.ok(asked("20") >= 20_000 && asked("20") <= 25_000);
  assert.deepEqual([asked("soon"), retryAfterOf(new Response())], [0, 0]);
});
