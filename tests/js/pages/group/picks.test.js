import assert from "node:assert/strict";
import { test } from "node:test";

import { hasWords } from "../../../../static/js/pages/group/picks.js";

test("all words are found, in any order, and however they are written", () => {
  const text = " Front door \n Éntrance, ground floor ";
  for (const words of ["", "door", "FLOOR front", " éntrance  gro", "door "]) {
    assert.ok(hasWords(text, words), words);
  }
  assert.ok(!hasWords(text, "front gate"));
});
