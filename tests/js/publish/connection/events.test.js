import assert from "node:assert/strict";
import { test } from "node:test";

import { eventOf, isSignaling } from "../../../../static/js/publish/connection/events.js";

/** @param {any} message */
const of = (message) => eventOf(message);

test("what the server answers is an event of the same name", () => {
  for (const type of ["welcome", "answer", "streaming", "attached"])
    assert.equal(of({ type }), type);
});

test("ends that nobody intended are accidents, all others are intended", () => {
  const end = (/** @type {string} */ reason) => of({ type: "ended", reason });
  for (const reason of ["lost", "signaling_lost", "peer_failed", "server_stopped"]) {
    assert.equal(end(reason), "ended_by_accident");
  }
  for (const reason of ["stopped", "taken_over", "not_allowed", "disconnected"]) {
    assert.equal(end(reason), "ended");
  }
  assert.equal(of({ type: "ended", reason: "too_much", retry_after_s: 30 }), "told_to_wait");
});

test("an error says whether another attempt would end the same way", () => {
  const error = (/** @type {string} */ code) => of({ type: "error", code });
  assert.deepEqual(["bad_message", "not_allowed", "superseded"].map(error), [
    "refused",
    "refused",
    "refused",
  ]);
  assert.equal(error("busy"), "told_to_wait");
  assert.deepEqual(["bad_offer", "camera_busy", "gone"].map(error), [
    "offer_refused",
    "camera_busy",
    "gone",
  ]);
  assert.deepEqual(["unavailable", "timeout", "one of next year"].map(error), [
    "unavailable",
    "unavailable",
    "unavailable",
  ]);
});

test("a camera that is disabled may be enabled again", () => {
  const disabled = { why: "disabled", message: "" };
  assert.equal(of({ type: "ended", reason: "not_allowed", ...disabled }), "disabled");
  assert.equal(of({ type: "error", code: "not_allowed", ...disabled }), "disabled");
  assert.equal(of({ type: "ended", reason: "not_allowed", why: "withdrawn" }), "ended");
  assert.equal(of({ type: "error", code: "not_allowed", why: "deleted" }), "refused");
});

test("what concerns the frames is no event, nor is what a newer server says", () => {
  const is = (/** @type {any} */ type) => isSignaling(/** @type {any} */ ({ type }));
  for (const type of ["pong", "taken", "wanted", "one of next year"]) assert.ok(!is(type));
  assert.ok(is("ended"));
});
