import assert from "node:assert/strict";
import { test } from "node:test";

import { LADDER, plan } from "../../../../static/js/publish/encoding/ladder.js";

const SETTINGS = { width: 640, height: 480, frameRate: 30, quality: 0.7 };
const FULL_RATE = plan(SETTINGS, 0).bitRate;

test("every step of the ladder sends less", () => {
  const rates = LADDER.map((_step, level) => plan(SETTINGS, level).bitRate);
  assert.deepEqual(
    rates,
    [...new Set(rates)].sort((a, b) => b - a),
  );
});

test("bit rate steps back first, then the frame rate, then the size", () => {
  const first = (/** @type {"bitRate" | "frameRate" | "side"} */ name) =>
    LADDER.findIndex((step) => step[name] < 1);
  assert.ok(first("bitRate") < first("frameRate") && first("frameRate") < first("side"));
});

test("as asked, VGA at 30 fps has 1.2 Mbit/s, and HD three times that", () => {
  assert.ok(Math.abs(plan(SETTINGS, 0).bitRate - 1.2e6) < 0.05e6);
  assert.equal(plan({ ...SETTINGS, width: 1280, height: 720 }, 0).bitRate, 3 * FULL_RATE);
  assert.equal(plan({ ...SETTINGS, frameRate: 15 }, 0).bitRate, FULL_RATE / 2);
});
