import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { WakeLock } from "../../../static/js/lib/wake-lock.js";
import { runPending } from "../fakes.js";

const browser = /** @type {any} */ (globalThis);
const navigator = Object.getOwnPropertyDescriptor(globalThis, "navigator");
/** @type {() => void} */
let becomesVisible;
/** @type {string[]} */
let states;

beforeEach(() => {
  states = [];
  browser.document = {
    hidden: false,
    addEventListener: (/** @type {string} */ _type, /** @type {() => void} */ listener) => {
      becomesVisible = listener;
    },
  };
});

afterEach(() => {
  delete browser.document;
  Object.defineProperty(globalThis, "navigator", navigator ?? {});
});

/** @param {{ wakeLock?: { request: () => Promise<object> } }} features */
function lockIn(features) {
  Object.defineProperty(globalThis, "navigator", { value: features, configurable: true });
  const lock = new WakeLock(() => states.push(lock.state));
  return lock;
}

test("where the browser keeps the screen on, it is held, again after each time that the page was hidden", async () => {
  let requests = 0;
  const request = async () => {
    requests += 1;
    return { release: async () => {} };
  };
  const lock = lockIn({ wakeLock: { request } });
  assert.equal(lock.state, "unknown");
  lock.hold();
  await runPending();
  assert.equal(lock.state, "held");
  becomesVisible();
  await runPending();
  assert.equal(requests, 2);
  lock.release();
  becomesVisible();
  await runPending();
  assert.equal(requests, 2);
});

test("what the browser refuses is told", async () => {
  const request = () => Promise.reject(new DOMException("", "NotAllowedError"));
  lockIn({ wakeLock: { request } }).hold();
  await runPending();
  assert.deepEqual(states, ["refused"]);
});

test("so is what it lacks", () => {
  assert.equal(lockIn({}).state, "unsupported");
});
