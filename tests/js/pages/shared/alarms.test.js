import assert from "node:assert/strict";
import { test } from "node:test";

import { Alarms, isLost, isOver } from "../../../../static/js/pages/shared/alarms.js";

const AT = new Date("2026-11-30T14:03:00Z");

test("a camera is lost when it is silent or its session ended so, not when it was switched off", () => {
  assert.equal(isLost("lost", null), true);
  assert.equal(isLost("off", "peer_failed"), true);
  assert.equal(isLost("off", "signaling_lost"), true);
  assert.equal(isLost("off", "stopped"), false);
  assert.equal(isLost("off", "never"), false);
  assert.equal(isLost("off", null), null, "nobody has said yet how it ended");
  assert.equal(isLost("paused", "hidden"), false);
});

test("nothing is to be waited for where a session is over, whoever ended it", () => {
  assert.equal(isOver("off", null), true);
  assert.equal(isOver("lost", "peer_failed"), true);
  assert.equal(isOver("lost", null), false);
  assert.equal(isOver("paused", "hidden"), false);
});

test("a page that hears nothing itself does not call a camera lost", () => {
  for (const state of /** @type {const} */ (["connecting", "reconnecting", "stale", "over"])) {
    assert.equal(isLost(state, null), null);
  }
});

test("what the server lost by itself alarms nobody", () => {
  assert.equal(isLost("lost", "server_stopped"), null);
  assert.equal(isLost("lost", "process"), null);
});

test("a camera that was there and is lost is unseen until somebody sees it", () => {
  const alarms = new Alarms();
  assert.equal(alarms.note("1", false), false);
  assert.equal(alarms.note("1", true, AT), true);
  assert.equal(alarms.note("1", true), false, "once");
  assert.deepEqual([alarms.unseen, alarms.since("1")], [["1"], AT]);
  alarms.note("1", false);
  assert.deepEqual(alarms.unseen, ["1"], "though it came back");
  assert.equal(alarms.see("1"), true);
  assert.equal(alarms.see("1"), false);
  assert.deepEqual(alarms.unseen, []);
});

test("what was lost before the wall was opened is no alarm", () => {
  const alarms = new Alarms();
  alarms.note("1", true);
  assert.deepEqual(alarms.unseen, []);
});

test("the alarm goes on through a break of the page's own connection", () => {
  const alarms = new Alarms();
  alarms.note("1", false);
  alarms.note("1", null);
  assert.equal(alarms.note("1", true), true);
});

test("a camera that is gone leaves nothing", () => {
  const alarms = new Alarms();
  for (const id of ["1", "2"]) {
    alarms.note(id, false);
    alarms.note(id, true);
  }
  alarms.forget("1");
  assert.deepEqual(alarms.unseen, ["2"]);
});
