import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  ask,
  hasPasskeys,
  isNotWanted,
  make,
  offersInField,
} from "../../../static/js/lib/passkeys.js";

const scope = /** @type {any} */ (globalThis);

/** @param {object} [more] */
function browser(more = {}) {
  scope.PublicKeyCredential = {
    parseCreationOptionsFromJSON: (/** @type {object} */ options) => ({ made: options }),
    parseRequestOptionsFromJSON: (/** @type {object} */ options) => ({ asked: options }),
    ...more,
  };
  const credentials = {
    create: async (/** @type {any} */ given) => ({ toJSON: () => given }),
    get: async (/** @type {any} */ given) => ({ toJSON: () => given }),
  };
  Object.defineProperty(scope.navigator, "credentials", { value: credentials, configurable: true });
}

afterEach(() => {
  delete scope.PublicKeyCredential;
});

test("a browser without them, or from before they had a JSON form, has none", () => {
  assert.equal(hasPasskeys(), false);
  scope.PublicKeyCredential = {};
  assert.equal(hasPasskeys(), false);
  browser();
  assert.equal(hasPasskeys(), true);
});

test("what the server gives is parsed, and the answer is JSON", async () => {
  browser();
  const options = /** @type {any} */ ({ challenge: "abc" });
  assert.deepEqual(JSON.parse(await make(options)), { publicKey: { made: options } });
  assert.deepEqual(JSON.parse(await ask(options, { mediation: "conditional" })), {
    mediation: "conditional",
    publicKey: { asked: options },
  });
});

test("only some browsers offer passkeys in a field", async () => {
  browser();
  assert.equal(await offersInField(), false);
  browser({ isConditionalMediationAvailable: async () => true });
  assert.equal(await offersInField(), true);
});

test("whoever changes their mind reads of no error", () => {
  assert.equal(isNotWanted(new DOMException("", "NotAllowedError")), true);
  assert.equal(isNotWanted(new DOMException("", "SecurityError")), false);
  assert.equal(isNotWanted(new TypeError("network")), false);
});
