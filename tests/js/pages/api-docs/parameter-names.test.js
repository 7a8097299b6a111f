import assert from "node:assert/strict";
import { test } from "node:test";

import { nameParameters } from "../../../../static/js/pages/api-docs/parameter-names.js";

test("a list has the name of its parameter", () => {
  /** @type {string[][]} */
  const said = [];
  const list = {
    closest: () => ({ getAttribute: () => "visibility" }),
    setAttribute: (/** @type {string[]} */ ...attribute) => said.push(attribute),
  };
  nameParameters(/** @type {any} */ ({ querySelectorAll: () => [list] }));
  assert.deepEqual(said, [["aria-label", "visibility"]]);
});
