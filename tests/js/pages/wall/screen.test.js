import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Refusal } from "../../../../static/js/lib/post.js";
import { Screen } from "../../../../static/js/pages/wall/screen.js";
import { runPending } from "../../fakes.js";

/** What happened, in turn. @type {string[]} */
let log = [];
/** What the server says; it throws where it is a function. @type {any} */
let state;
/** @type {any} */
let source;
let mayReopen = false;

const refuse = (/** @type {number} */ status) => () => {
  throw new Refusal(status, "");
};

const page = {
  ask: async () => {
    log.push("ask");
    return typeof state === "function" ? state() : state;
  },
  reopen: async () => {
    log.push("reopen");
    if (!mayReopen) refuse(410)();
  },
  reload: () => log.push("reload"),
  dim: () => {},
  showRevoked: (/** @type {boolean} */ isRevoked) => log.push(isRevoked ? "revoked" : "back"),
};

/** @param {[string, string] | null} [dims] */
function start(dims = null) {
  state = { release: "a", dims };
  return new Screen(state, source, /** @type {any} */ (page));
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval", "Date"], now: new Date("2026-11-30T12:00") });
  performance.now = () => Date.now();
  [log, source, mayReopen] = [[], { connection: "open" }, false];
});

/** @param {number} seconds */
async function pass(seconds) {
  for (let second = 0; second < seconds; second += 5) {
    mock.timers.tick(5000);
    await runPending();
  }
}

test("it asks once a minute", async () => {
  start();
  await pass(300);
  assert.deepEqual(log, Array(5).fill("ask"));
});

test("it loads itself anew once nothing but the new release answers", async () => {
  start();
  const answers = ["b", "a", "b", "b", "b"];
  state = () => ({ release: answers.shift() ?? "b", dims: null });
  await pass(60);
  assert.deepEqual(log, ["ask"]);
  await pass(5);
  await pass(55);
  assert.ok(!log.includes("reload"));
  await pass(70);
  assert.equal(log.at(-1), "reload");
  assert.equal(answers.length, 0);
});

test("without a server nothing is done but asking", async () => {
  start();
  state = () => {
    throw new TypeError("Failed to fetch");
  };
  source.connection = "connecting";
  await pass(3600);
  assert.deepEqual(log, Array(60).fill("ask"));
  state = refuse(503);
  await pass(60);
  assert.deepEqual(new Set(log), new Set(["ask"]));
});

test("a revoked screen says so within seconds, and asks again once a minute", async () => {
  start();
  await pass(5);
  state = refuse(410);
  source.connection = "over";
  await pass(5);
  assert.deepEqual(log, ["ask", "reopen", "revoked"]);
  log = [];
  await pass(120);
  assert.equal(log.filter((what) => what === "ask").length, 2);
  state = { release: "a", dims: null };
  log = [];
  await pass(60);
  assert.deepEqual(log, ["ask", "reload"]);
});

test("a screen that has lost its cookie opens its link again", async () => {
  start();
  state = refuse(410);
  mayReopen = true;
  await pass(60);
  assert.deepEqual(log, ["ask", "reopen", "reload"]);
});

test("a connection that is over for another reason comes back", async () => {
  start();
  source.connection = "over";
  await pass(5);
  assert.deepEqual(log, ["ask", "reload"]);
});

test("it is dimmed by its own clock, and as the server says now", async () => {
  /** @type {boolean[]} */
  const dimmed = [];
  const dim = mock.method(page, "dim", (/** @type {any} */ isDimmed) => dimmed.push(isDimmed));
  start(["12:01", "12:02"]);
  assert.deepEqual(dimmed, [false]);
  await pass(60);
  assert.equal(dimmed.at(-1), true);
  await pass(60);
  assert.equal(dimmed.at(-1), false);
  state = { release: "a", dims: ["12:00", "13:00"] };
  await pass(60);
  assert.equal(dimmed.at(-1), true);
  dim.mock.restore();
});
