import assert from "node:assert/strict";
import { test } from "node:test";

import { troubleOf } from "../../../../static/js/watch/connection/trouble.js";

const FINE = { isOnline: true, failures: 0, unansweredMs: 0, roundTripMs: 20 };

test("a line that answers at once has no trouble", () => {
  assert.equal(troubleOf(FINE), null);
  assert.equal(troubleOf({ ...FINE, unansweredMs: 2000, roundTripMs: 700 }), null);
});

test("the nearest culprit is named: the device, then the server, then the way between", () => {
  const all = { isOnline: false, failures: 1, unansweredMs: 9000, roundTripMs: 900 };
  assert.equal(troubleOf(all), "offline");
  assert.equal(troubleOf({ ...all, isOnline: true }), "server");
  assert.equal(troubleOf({ ...all, isOnline: true, failures: 0 }), "server");
  assert.equal(troubleOf({ ...all, isOnline: true, failures: 0, unansweredMs: 0 }), "slow");
});
