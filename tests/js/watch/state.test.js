import assert from "node:assert/strict";
import { test } from "node:test";

import { LOSSES, shownState } from "../../../static/js/watch/state.js";

/** @typedef {import("../../../static/js/watch/state.js").Circumstances} Circumstances */

/** @param {Partial<Circumstances>} changes to a camera that is live */
function shown(changes) {
  return shownState({
    connection: "open",
    server: "live",
    reason: null,
    refused: null,
    drawn: true,
    fresh: true,
    ...changes,
  });
}

test("fresh pictures are live", () => {
  assert.equal(shown({}), "live");
  assert.equal(shown({ server: "unknown" }), "live");
  assert.equal(shown({ connection: "connecting" }), "live");
});

test("an old picture is never live, whatever the server says", () => {
  for (const connection of /** @type {const} */ (["open", "connecting", "over"])) {
    for (const server of /** @type {const} */ (["live", "connecting", "lost", "unknown", null])) {
      assert.notEqual(shown({ connection, server, fresh: false }), "live");
    }
  }
});

test("live without a fresh picture is stale, and without any it is connecting", () => {
  assert.equal(shown({ fresh: false }), "stale");
  assert.equal(shown({ fresh: false, drawn: false }), "connecting");
});

test("what ended or paused on purpose is not live for another second", () => {
  assert.equal(shown({ server: "off" }), "off");
  assert.equal(shown({ server: "paused" }), "paused");
});

test("an end that nobody wished for is a loss", () => {
  for (const reason of LOSSES) assert.equal(shown({ server: "off", reason }), "lost");
  assert.equal(shown({ server: "off", reason: "stopped" }), "off");
  assert.equal(shown({ server: "off", reason: "never" }), "off");
  assert.equal(shown({ server: "paused", reason: "lost" }), "paused");
});

test("without a server, a picture waits for its return", () => {
  assert.equal(shown({ connection: "connecting", fresh: false }), "reconnecting");
  assert.equal(shown({ connection: "connecting", fresh: false, drawn: false }), "connecting");
});

test("a right that has ended outweighs everything", () => {
  assert.equal(shown({ refused: "not_found" }), "not_found");
  assert.equal(shown({ connection: "over" }), "over");
});
