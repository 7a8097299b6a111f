import assert from "node:assert/strict";
import { test } from "node:test";

import { FailureCount } from "../../../static/js/lib/failure-count.js";

test("the third failure within ten seconds is one too many, and then the count starts over", () => {
  const failures = new FailureCount();
  assert.deepEqual(
    [0, 5000, 9999, 10_000, 10_001, 10_002].map((now) => failures.add(now)),
    [false, false, true, false, false, true],
  );
});

test("failures far apart are no matter", () => {
  const failures = new FailureCount();
  for (let now = 0; now < 100_000; now += 5000) assert.equal(failures.add(now), false);
});
