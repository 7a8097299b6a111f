import assert from "node:assert/strict";
import { test } from "node:test";

process.env.TZ = "UTC";
Object.assign(globalThis, { document: { documentElement: { lang: "en-GB" } } });

const { outageWords, readSpan, spanWords } = await import(
  "../../../../../static/js/pages/shared/history/words.js"
);

const NOW = Date.UTC(2026, 10, 30, 9);

/** @param {object} changes */
function span(changes) {
  return readSpan({
    state: "lost",
    started: "2026-11-30T03:12:00Z",
    ended: "2026-11-30T04:17:00Z",
    reason: null,
    publisher: null,
    count: 1,
    ...changes,
  });
}

test("an outage says when, for how long, why and whose", () => {
  const words = spanWords(span({ reason: "peer_failed", publisher: "olga" }), NOW);
  assert.equal(words, "Lost · 03:12 – 04:17 (1\u202fh 5\u202fmin) · Connection failed · olga");
});

test("what is lost within a session has no signal", () => {
  assert.match(spanWords(span({}), NOW), /No signal/);
  assert.doesNotMatch(spanWords(span({ state: "live" }), NOW), /No signal/);
});

test("several that stand for one are counted", () => {
  assert.match(spanWords(span({ count: 12 }), NOW), /12 times/);
});

test("outages are added up", () => {
  const live = span({ state: "live" });
  assert.equal(outageWords([live]), "No outages");
  assert.equal(outageWords([live, span({}), live]), "1 outage, 1\u202fh 5\u202fmin");
  assert.equal(
    outageWords([span({}), live, span({ count: 3 })]),
    "4 outages, 2\u202fh 10\u202fmin",
  );
  assert.equal(outageWords([span({ state: "off" })]), "Off the whole time");
});
