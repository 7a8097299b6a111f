import assert from "node:assert/strict";
import { test } from "node:test";

import { gettext, interpolate, ngettext, pgettext } from "../../../static/js/lib/i18n.js";

test("without a catalogue texts stay as they are", () => {
  assert.equal(gettext("Live"), "Live");
  assert.equal(pgettext("a state", "Live"), "Live");
  assert.deepEqual(
    [1, 2].map((count) => ngettext("one", "many", count)),
    ["one", "many"],
  );
});

test("names in a text are filled in", () => {
  const values = { who: "Bob", count: 2 };
  assert.equal(interpolate("%(who)s has %(count)s, %(who)s!", values), "Bob has 2, Bob!");
});
