import assert from "node:assert/strict";
import { test } from "node:test";

import { isNight } from "../../../../static/js/pages/wall/night.js";

/**
 * Whether it is night at these times.
 *
 * @param {[string, string] | null} dims
 * @param {string[]} times
 */
function nights(dims, ...times) {
  return times.map((time) => isNight(dims, new Date(`2026-11-30T${time}`)));
}

test("a night over midnight begins in the evening and ends in the morning", () => {
  const times = ["21:59:59", "22:00", "23:59", "00:00", "06:29:59", "06:30", "12:00"];
  const expected = [false, true, true, true, true, false, false];
  assert.deepEqual(nights(["22:00", "06:30"], ...times), expected);
});

test("a night may be within a day", () => {
  assert.deepEqual(nights(["01:00", "05:00"], "00:59", "01:00", "04:59", "05:00"), [
    ...[false, true, true, false],
  ]);
});

test("without hours, or of the same, it is never night", () => {
  assert.deepEqual(nights(null, "00:00", "12:00"), [false, false]);
  assert.deepEqual(nights(["10:00", "10:00"], "10:00", "22:00"), [false, false]);
});
