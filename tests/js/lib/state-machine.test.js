import assert from "node:assert/strict";
import { test } from "node:test";

import { transition } from "../../../static/js/lib/state-machine.js";

/** @type {import("../../../static/js/lib/state-machine.js").Table<"shut" | "open", "push", any>} */
const TABLE = { shut: { push: { to: "open" } }, open: {} };

test("an event leads where the table says", () => {
  assert.deepEqual(transition(TABLE, "shut", "push"), { to: "open" });
});

test("what the table does not know changes nothing", () => {
  assert.equal(transition(TABLE, "open", "push"), null);
});
