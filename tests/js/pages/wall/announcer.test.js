import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Announcer, EVERY_MS } from "../../../../static/js/pages/wall/announcer.js";

/** @type {string[]} */
let said;
/** @type {Announcer} */
let announcer;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  said = [];
  announcer = new Announcer((text) => said.push(text));
});

test("a change is said soon, by name", () => {
  announcer.tell("1", "Gate is lost.");
  mock.timers.tick(500);
  assert.deepEqual(said, ["Gate is lost."]);
});

test("what changes together is said together", () => {
  for (const name of ["Gate", "Door", "Roof", "Yard"]) announcer.tell(name, `${name} is lost.`);
  mock.timers.tick(500);
  assert.deepEqual(said, ["Gate is lost. 3 more cameras changed."]);
});

test("however much changes, something is said every two seconds at most", () => {
  for (let second = 0; second < 10; second += 0.1) {
    announcer.tell("1", `Gate changed after ${second.toFixed(1)} s.`);
    mock.timers.tick(100);
  }
  assert.ok(said.length >= 4 && said.length <= 10_000 / EVERY_MS + 1, said.join("\n"));
});

test("of several changes of a camera the last one is said", () => {
  announcer.tell("1", "Gate is lost.");
  announcer.tell("1", "Gate is live.");
  mock.timers.tick(500);
  assert.deepEqual(said, ["Gate is live."]);
});

test("what somebody does is answered at once, and changes wait", () => {
  announcer.tell("1", "Gate is lost.");
  announcer.answer("Door moved to place 2 of 9.");
  assert.deepEqual(said, ["Door moved to place 2 of 9."]);
  mock.timers.tick(EVERY_MS - 1);
  assert.equal(said.length, 1);
  mock.timers.tick(1);
  assert.deepEqual(said.slice(1), ["Gate is lost."]);
});
