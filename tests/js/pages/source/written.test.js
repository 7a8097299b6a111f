import assert from "node:assert/strict";
import { test } from "node:test";

import { written } from "../../../../static/js/pages/source/written.js";

/** @param {Record<string, string>} values */
function form(values) {
  const fields = new FormData();
  for (const [name, value] of Object.entries(values)) fields.set(name, value);
  return fields;
}

test("what was written is sent", () => {
  const values = { address: "http://cam/", user: "olga", password: "s" };
  assert.deepEqual(written(form({ ...values, enabled: "on" })), values);
});

test("an empty password is the one that is kept", () => {
  const values = { address: "http://cam/", user: "olga" };
  assert.deepEqual(written(form({ ...values, password: "" })), values);
});

test("without a user there is none", () => {
  const values = { address: "http://cam/", user: "", password: "" };
  assert.deepEqual(written(form(values)), values);
});
