import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { remember, remembered, takeSecret } from "../../../../static/js/pages/phone/membership.js";

/** @type {Map<string, string>} */
let store;
/** @type {string[]} */
let addresses;

beforeEach(() => {
  store = new Map();
  addresses = [];
  Object.assign(globalThis, {
    localStorage: {
      getItem: (/** @type {string} */ name) => store.get(name) ?? null,
      setItem: (/** @type {string} */ name, /** @type {string} */ text) => store.set(name, text),
    },
    location: { hash: "", pathname: "/phone/" },
    history: {
      replaceState: (/** @type {any} */ _, /** @type {string} */ __, /** @type {string} */ url) =>
        addresses.push(url),
    },
  });
});

test("a device remembers its camera and key", () => {
  assert.equal(remembered(), null);
  remember({ slug: "door", key: "sspk_1" });
  assert.deepEqual(remembered(), { slug: "door", key: "sspk_1" });
});

test("what is not ours in the store is no membership", () => {
  store.set("phone", "nonsense");
  assert.equal(remembered(), null);
});

test("a device without a store forgets", () => {
  const refuse = () => {
    throw new DOMException("", "SecurityError");
  };
  Object.assign(globalThis, { localStorage: { getItem: refuse, setItem: refuse } });
  remember({ slug: "door", key: "sspk_1" });
  assert.equal(remembered(), null);
});

test("the secret does not stay in the address", () => {
  location.hash = "#ssin_1";
  assert.equal(takeSecret(), "ssin_1");
  assert.deepEqual(addresses, ["/phone/"]);
});

test("an address without a secret stays as it is", () => {
  assert.equal(takeSecret(), "");
  assert.deepEqual(addresses, []);
});
