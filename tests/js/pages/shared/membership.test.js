import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { remember, remembered, takeSecret } from "../../../../static/js/pages/shared/membership.js";

const MEMBERSHIP = { camera: "4a8c", key: "sspk_1" };

/** @type {Map<string, string>} */
let store;
/** @type {Map<string, string>} of cookies */
let jar;
/** @type {string[]} whole, as they were set */
let set;
/** @type {string[]} */
let addresses;

const page = {
  get cookie() {
    return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  },
  set cookie(text) {
    set.push(text);
    const [pair, ...attributes] = text.split("; ");
    const [name, value] = pair.split("=");
    if (attributes.includes("Max-Age=0")) jar.delete(name);
    else jar.set(name, value);
  },
};
const refuse = () => {
  throw new DOMException("", "SecurityError");
};
/** What a WebView or a private window may have in place of a store. @type {Record<string, any>} */
const STORELESS = {
  "refuses storage": { getItem: refuse, setItem: refuse },
  "has no storage": null,
  "forgets at once": { getItem: () => null, setItem() {} },
};

beforeEach(() => {
  store = new Map();
  jar = new Map([["theme", "dark"]]);
  set = [];
  addresses = [];
  Object.assign(globalThis, {
    localStorage: {
      getItem: (/** @type {string} */ name) => store.get(name) ?? null,
      setItem: (/** @type {string} */ name, /** @type {string} */ text) => store.set(name, text),
    },
    document: page,
    location: { hash: "", pathname: "/phone/", port: "8443", protocol: "https:" },
    history: {
      replaceState: (/** @type {any} */ _, /** @type {string} */ __, /** @type {string} */ url) =>
        addresses.push(url),
    },
  });
});

test("a device remembers its camera and key", () => {
  assert.equal(remembered(), null);
  assert.ok(remember(MEMBERSHIP));
  assert.deepEqual(remembered(), MEMBERSHIP);
  assert.deepEqual(set, []);
});

/** As of a store that is full, or may only be read. */
function refuseToWrite() {
  Object.assign(globalThis, { localStorage: { ...localStorage, setItem: refuse } });
}

test("the newer of two memberships counts, though the store still holds the older", () => {
  remember({ camera: "older", key: "sspk_0" });
  refuseToWrite();
  assert.ok(remember(MEMBERSHIP));
  assert.deepEqual(remembered(), MEMBERSHIP);
});

test("a store that works again counts from then on", () => {
  const { localStorage } = globalThis;
  refuseToWrite();
  remember({ camera: "older", key: "sspk_0" });
  Object.assign(globalThis, { localStorage });
  assert.ok(remember(MEMBERSHIP));
  assert.deepEqual(remembered(), MEMBERSHIP);
  assert.ok(!jar.has("skysentry_phone_8443"));
});

test("a new membership that is kept nowhere leaves the older one", () => {
  const older = { camera: "older", key: "sspk_0" };
  remember(older);
  refuseToWrite();
  Object.assign(globalThis, { document: { cookie: "" } });
  Object.defineProperty(document, "cookie", { get: () => "", set() {} });
  assert.ok(!remember(MEMBERSHIP));
  assert.deepEqual(remembered(), older);
});

test("a device that joined by the slug of its camera is still one", () => {
  store.set("phone", JSON.stringify({ slug: "door", key: "sspk_1" }));
  assert.deepEqual(remembered(), { camera: "door", key: "sspk_1" });
});

for (const text of ["nonsense", "null", "7", "{}", "[]"]) {
  test(`${text} in the store is no membership`, () => {
    store.set("phone", text);
    assert.equal(remembered(), null);
  });
}

for (const [what, localStorage] of Object.entries(STORELESS)) {
  test(`a device that ${what} remembers by a cookie of the page alone`, () => {
    Object.assign(globalThis, { localStorage });
    assert.ok(remember(MEMBERSHIP));
    assert.deepEqual(remembered(), MEMBERSHIP);
    const [, ...attributes] = set.at(-1)?.split("; ") ?? [];
    assert.deepEqual(attributes, ["Path=/phone/", "Max-Age=34560000", "SameSite=Strict", "Secure"]);
    assert.ok(jar.has("skysentry_phone_8443"));
  });

  test(`a device that ${what}, and takes no cookie, forgets`, () => {
    Object.assign(globalThis, { localStorage, document: { cookie: "" } });
    Object.defineProperty(document, "cookie", { get: () => "", set() {} });
    assert.ok(!remember(MEMBERSHIP));
    assert.equal(remembered(), null);
  });
}

test("the secret does not stay in the address", () => {
  location.hash = "#ssin_1";
  assert.equal(takeSecret(), "ssin_1");
  assert.deepEqual(addresses, ["/phone/"]);
});

test("an address without a secret stays as it is", () => {
  assert.equal(takeSecret(), "");
  assert.deepEqual(addresses, []);
});
