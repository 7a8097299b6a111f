import assert from "node:assert/strict";
import { test } from "node:test";

import { keep, kept } from "../../../static/js/lib/storage.js";

/** @type {Map<string, string>} */
const stored = new Map();

test("what is kept is there again, and nothing else", () => {
  Object.assign(globalThis, {
    localStorage: {
      getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => stored.set(key, value),
    },
  });
  keep("a", { b: [1] });
  assert.deepEqual(kept("a"), { b: [1] });
  assert.equal(kept("c"), null);
});

test("where storage is switched off it lasts as long as the page", () => {
  const refuse = () => {
    throw new DOMException("no", "SecurityError");
  };
  Object.assign(globalThis, { localStorage: { getItem: refuse, setItem: refuse } });
  assert.equal(kept("d"), null);
  keep("d", 1);
  assert.equal(kept("d"), 1);
});

test("where storage is full it is the newest that counts", () => {
  const full = () => {
    throw new DOMException("no", "QuotaExceededError");
  };
  Object.assign(globalThis, { localStorage: { getItem: () => "1", setItem: full } });
  keep("e", 2);
  assert.equal(kept("e"), 2);
});

test("what is something else is nothing", () => {
  Object.assign(globalThis, { localStorage: { getItem: () => "{" } });
  assert.equal(kept("f"), null);
});
