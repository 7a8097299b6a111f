import assert from "node:assert/strict";
import { test } from "node:test";

import { plainNames } from "../../../../static/js/pages/api-docs/plain-names.js";

test("the name of an operation is no link within its button", () => {
  const createElement = (/** @type {any[]} */ ...parts) => parts;
  const { DeepLink } = plainNames({ React: { createElement } }).components;
  assert.deepEqual(DeepLink({ text: "/api/stats/" }), ["span", null, "/api/stats/"]);
});
