import assert from "node:assert/strict";
import { test } from "node:test";

import { renameWall } from "../../../../static/js/pages/wall/name.js";

test("a wall is renamed wherever its name stands, whether it has cameras or not", () => {
  const parts = [{ textContent: "Doors" }, { textContent: "Doors" }];
  const document = { title: "Doors · SkySentry", querySelectorAll: () => parts };
  Object.assign(globalThis, { document });
  assert.equal(renameWall("Gates"), "Gates · SkySentry");
  assert.deepEqual(
    [document.title, ...parts.map(({ textContent }) => textContent)],
    ["Gates · SkySentry", "Gates", "Gates"],
  );
});
