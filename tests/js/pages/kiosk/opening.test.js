import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Refusal } from "../../../../static/js/lib/post.js";
import { openLink } from "../../../../static/js/pages/kiosk/opening.js";
import { runPending } from "../../fakes.js";

/** @type {string[]} */
let said = [];
/** @type {string[]} */
let shown = [];
/** @type {(() => { url: string })[]} what the server answers, in turn */
let answers = [];

const page = {
  ask: async () => /** @type {() => { url: string }} */ (answers.shift())(),
  show: (/** @type {string} */ url) => shown.push(url),
  say: (/** @type {string} */ words) => said.push(words),
};

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  [said, shown, answers] = [[], [], []];
});

/** @param {number} ms */
async function pass(ms) {
  mock.timers.tick(ms);
  await runPending();
}

const wall = () => ({ url: "/shared/1/" });
/** @param {number} status */
const refuse = (status) => () => {
  throw new Refusal(status, "");
};
const cutOff = () => {
  throw new TypeError("Failed to fetch");
};

test("the secret leads to the wall", async () => {
  answers = [wall];
  await openLink("ssl_x", page);
  assert.deepEqual([shown, said], [["/shared/1/"], []]);
});

test("without a secret there is nothing to try", async () => {
  await openLink("", page);
  assert.match(said[0], /incomplete/);
  await pass(600_000);
  assert.deepEqual(shown, []);
});

test("a revoked link is tried again each minute, and said so", async () => {
  answers = [refuse(410), refuse(410), wall];
  await openLink("ssl_x", page);
  assert.match(said[0], /revoked/);
  await pass(59_000);
  assert.equal(answers.length, 2);
  await pass(1000);
  await pass(60_000);
  assert.deepEqual(shown, ["/shared/1/"]);
});

test("a server that can't be reached is tried again soon, for as long as it takes", async () => {
  answers = [cutOff, refuse(503), ...Array(100).fill(cutOff), wall];
  await openLink("ssl_x", page);
  assert.match(said[0], /can't be reached/);
  for (let tries = 0; tries < 102; tries += 1) await pass(5000);
  assert.deepEqual(shown, ["/shared/1/"]);
});
