import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Conditions } from "../../../../static/js/pages/wall/conditions.js";
import { HOLD_MS } from "../../../../static/js/pages/wall/order.js";

/** @typedef {import("../../../../static/js/watch/state.js").ShownState} ShownState */

let now = 0;
/** @type {string[]} */
let told;
/** @type {Conditions} */
let conditions;

beforeEach(() => {
  now = 0;
  mock.method(performance, "now", () => now);
  told = [];
  conditions = new Conditions({ tell: (_, sentence) => told.push(sentence) });
});

/**
 * @param {ShownState} state
 * @param {string | null} [reason]
 */
function gate(state, reason = null) {
  return { camera: { id: "gate", name: "Gate" }, state, reason };
}

test("a lost camera is unseen, is told of, and is the last that was lost", () => {
  assert.equal(conditions.hear(gate("live")), false);
  assert.equal(conditions.hear(gate("lost")), true);
  assert.deepEqual(
    [conditions.unseen, conditions.lastLost, told],
    [["gate"], "gate", ["Gate is lost."]],
  );
  assert.equal(conditions.see(gate("lost")), true);
  assert.deepEqual(conditions.unseen, []);
});

test("a lost camera counts as live until somebody has seen that it is lost", () => {
  conditions.hear(gate("live"));
  conditions.hear(gate("lost", "lost"));
  now += 2 * HOLD_MS;
  assert.equal(conditions.settle(), false);
  conditions.see(gate("lost", "lost"));
  now += HOLD_MS;
  assert.equal(conditions.settle(), true);
  assert.equal(conditions.isLive("gate"), false);
});

test("a camera that is switched off is no alarm", () => {
  conditions.hear(gate("live"));
  assert.equal(conditions.hear(gate("off", "stopped")), false);
  now += HOLD_MS;
  conditions.settle();
  assert.deepEqual([conditions.unseen, conditions.isLive("gate")], [[], false]);
});

test("of a camera that is gone nothing stays", () => {
  conditions.hear(gate("live"));
  conditions.hear(gate("lost"));
  conditions.forget("gate");
  assert.deepEqual([conditions.unseen, conditions.lostAt("gate")], [[], null]);
});
