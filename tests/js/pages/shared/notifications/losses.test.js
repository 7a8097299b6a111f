import assert from "node:assert/strict";
import { test } from "node:test";

import { Losses } from "../../../../../static/js/pages/shared/notifications/losses.js";

/** @typedef {import("../../../../../static/js/pages/shared/notifications/losses.js").Chosen} Chosen */

/** @type {Chosen} */
const LIVE = {
  id: "1",
  name: "Door",
  url: "/cameras/door/",
  after_s: 30,
  state: "live",
  reason: null,
  for_s: null,
};
/**
 * @param {number | null} for_s
 * @param {Partial<Chosen>} [facts]
 * @returns {Chosen}
 */
const lost = (for_s, facts = {}) => ({ ...LIVE, state: "lost", for_s, ...facts });

/**
 * @param {Losses} losses
 * @param {Chosen} camera
 * @param {number} [s] when
 */
const tells = (losses, camera, s = 0) => losses.hear([camera], 1000 * s).length > 0;

test("a camera that is lost is told of once, when its grace time is over", () => {
  const losses = new Losses([]);
  const told = [LIVE, lost(3), lost(29), lost(30), lost(35), lost(4000)].map((camera) =>
    tells(losses, camera),
  );
  assert.deepEqual(told, [false, false, false, true, false, false]);
});

test("a camera that is back in time says nothing, and its next loss begins anew", () => {
  const losses = new Losses([]);
  const told = [lost(29), LIVE, lost(5), lost(29), lost(31)].map((camera) => tells(losses, camera));
  assert.deepEqual(told, [false, false, false, false, true]);
});

test("each of two losses is told of", () => {
  const losses = new Losses([]);
  const told = [LIVE, lost(40), LIVE, lost(40)].map((camera) => tells(losses, camera));
  assert.deepEqual(told, [false, true, false, true]);
});

test("a camera that somebody stopped on purpose is no loss", () => {
  for (const reason of ["stopped", "not_allowed", "disconnected", "taken_over"]) {
    const losses = new Losses([]);
    tells(losses, LIVE);
    assert.equal(tells(losses, lost(90, { state: "off", reason })), false, reason);
    assert.equal(tells(losses, lost(20)), false);
    assert.equal(tells(losses, lost(90, { state: "off", reason })), false, "within the grace");
  }
});

test("nor is one that the server lost by itself, nor one whose state nobody knows", () => {
  const losses = new Losses([]);
  tells(losses, LIVE);
  assert.equal(tells(losses, lost(90, { reason: "process" })), false);
  assert.equal(tells(losses, lost(90, { state: "off", reason: "server_stopped" })), false);
  assert.equal(tells(losses, lost(90, { state: "unknown", reason: "redis" })), false);
});

test("the grace goes on when the silent camera's session ends, and the server counts anew", () => {
  const losses = new Losses([]);
  tells(losses, LIVE);
  assert.equal(tells(losses, lost(2), 0), false);
  const ended = { state: /** @type {const} */ ("off"), reason: "lost" };
  assert.equal(tells(losses, lost(5, ended), 27), false);
  assert.equal(tells(losses, lost(6, ended), 28), true);
});

test("whoever opens a page sees what has been lost for long, but a moment late is in time", () => {
  assert.equal(tells(new Losses([]), lost(3600)), false);
  assert.equal(tells(new Losses([]), lost(80)), true);
  const slept = new Losses([]);
  tells(slept, LIVE);
  assert.equal(tells(slept, lost(3600)), true, "this page was open all the time");
});

test("what another page told is not told again, until the camera was back", () => {
  const losses = new Losses(["1"]);
  assert.deepEqual([tells(losses, lost(40)), losses.told], [false, ["1"]]);
  tells(losses, LIVE);
  assert.deepEqual(losses.told, []);
});

test("each camera has its own grace time", () => {
  const cameras = [lost(40), lost(40, { id: "2", after_s: 120 })];
  assert.deepEqual(
    new Losses([]).hear(cameras, 0).map(({ id }) => id),
    ["1"],
  );
});

test("a camera that is no longer chosen is forgotten, and told of when it is chosen anew", () => {
  const losses = new Losses(["1", "deleted"]);
  losses.hear([LIVE], 0);
  assert.deepEqual(losses.told, []);
  assert.equal(tells(losses, lost(40)), true);
  losses.hear([], 0);
  assert.deepEqual(losses.told, []);
  assert.equal(tells(losses, lost(45)), true);
});
