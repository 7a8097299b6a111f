import assert from "node:assert/strict";
import { test } from "node:test";

import { personHeaders } from "../../../static/js/lib/person.js";

test("a page says for whom it was made; that of a visitor says nothing", () => {
  Object.assign(globalThis, { document: { body: { dataset: { person: "7" } } } });
  assert.deepEqual(personHeaders(), { "X-Signed-In": "7" });
  Object.assign(globalThis, { document: { body: { dataset: {} } } });
  assert.deepEqual(personHeaders(), {});
});
