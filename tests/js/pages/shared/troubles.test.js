import assert from "node:assert/strict";
import { test } from "node:test";

import { markTrouble } from "../../../../static/js/pages/shared/troubles.js";

for (const [trouble, state, words] of /** @type {const} */ ([
  ["hidden", "stale", "Paused: tab hidden"],
  ["redis", "reconnecting", "Redis unreachable"],
  ["forbidden", "stale", "Access denied"],
])) {
  test(`a page whose numbers are old because of "${trouble}" says so`, () => {
    const page = /** @type {any} */ ({ dataset: { state: "live" } });
    const chip = /** @type {any} */ ({ textContent: "" });
    markTrouble(page, chip, trouble);
    assert.deepEqual([page.dataset.state, chip.textContent], [state, words]);
  });
}
