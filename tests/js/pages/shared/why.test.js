import assert from "node:assert/strict";
import { test } from "node:test";

import { whyNot } from "../../../../static/js/pages/shared/why.js";

Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });
const LIVE = /** @type {const} */ ({ state: "live", reason: null, since: null, publisher: null });

test("a camera that sends needs no explanation", () => {
  assert.deepEqual(whyNot(LIVE), { sentence: "", title: "" });
});

test("one that doesn't has a sentence, and the exact time for its title", () => {
  const since = new Date(2026, 10, 5, 14, 3, 7).toISOString();
  const off = whyNot({ ...LIVE, state: "off", reason: "peer_failed", since, publisher: "Anna" });
  assert.match(off.sentence, /^Lost since .*the connection to Anna failed/);
  assert.match(off.title, /November 5, 2026.*2:03:07/);
});
