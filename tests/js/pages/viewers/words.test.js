import assert from "node:assert/strict";
import { test } from "node:test";

import { andMore, sinceWhen } from "../../../../static/js/pages/viewers/words.js";

const NOON = Date.parse("2026-05-01T12:00:00Z");

/** @param {string} since */
function viewer(since) {
  return { name: "vera", kind: "person", address: "", since };
}

test("it is said for how long somebody has watched", () => {
  assert.equal(sinceWhen(viewer("2026-05-01T11:59:30Z"), NOON), "just now");
  assert.equal(sinceWhen(viewer("2026-05-01T11:58:30Z"), NOON), "for 1 minute");
  assert.equal(sinceWhen(viewer("2026-05-01T11:48:00Z"), NOON), "for 12 minutes");
  assert.equal(sinceWhen(viewer("2026-05-01T10:48:00Z"), NOON), "for 1 hour");
  assert.equal(sinceWhen(viewer("2026-05-01T08:48:00Z"), NOON), "for 3 hours");
});

test("a device whose clock is behind reads no negative time", () => {
  assert.equal(sinceWhen(viewer("2026-05-01T12:00:30Z"), NOON), "just now");
});

test("those who are not named are counted", () => {
  assert.equal(andMore(1), "and 1 more");
  assert.equal(andMore(20), "and 20 more");
});
