import assert from "node:assert/strict";
import { test } from "node:test";

test("a screen without a top bar loads all the same", async () => {
  /** @type {string[]} */
  const heard = [];
  const document = {
    body: { dataset: {}, toggleAttribute: () => {} },
    documentElement: { dataset: {} },
    querySelector: () => null,
  };
  const addEventListener = (/** @type {string} */ type) => heard.push(type);
  const HTMLButtonElement = class {};
  Object.assign(globalThis, { document, addEventListener, HTMLButtonElement });
  await import("../../../../static/js/pages/base/main.js");
  assert.ok(heard.includes("load"));
});
