import assert from "node:assert/strict";
import { test } from "node:test";

process.env.TZ = "Europe/Berlin";
Object.assign(globalThis, { document: { documentElement: { lang: "en-GB" } } });

const { between, shortTime, ticks } = await import(
  "../../../../../static/js/pages/shared/history/times.js"
);

const HOUR = 3_600_000;
const NOW = new Date(2026, 10, 30, 9, 30).getTime();

test("a time of today needs no day, another one does", () => {
  assert.equal(shortTime(NOW, NOW), "09:30");
  assert.equal(shortTime(NOW - 24 * HOUR, NOW), "Sun 09:30");
});

test("a span within a day names it once", () => {
  assert.equal(between(NOW - 30 * HOUR, NOW - 29 * HOUR, NOW), "Sun 03:30 – 04:30");
  assert.equal(between(NOW - 10 * HOUR, NOW, NOW), "Sun 23:30 – 09:30");
});

test("the marks of an axis stand at round times", () => {
  const labels = (/** @type {number} */ hours) =>
    ticks(NOW - hours * HOUR, NOW).map(({ label }) => label);
  assert.deepEqual(labels(1), ["08:45", "09:00", "09:15"]);
  assert.deepEqual(labels(24), ["12:00", "18:00", "00:00", "06:00"]);
  assert.deepEqual(labels(7 * 24), ["Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon"]);
});

test("days are marked at midnight, also when clocks change", () => {
  const monday = new Date(2026, 9, 26, 12).getTime();
  const found = ticks(monday - 7 * 24 * HOUR, monday);
  const hours = found.map(({ share }) =>
    new Date(monday - 7 * 24 * HOUR + share * 7 * 24 * HOUR + 1).getHours(),
  );
  assert.deepEqual([...new Set(hours)], [0]);
});

test("hours of twelve have no leading zero", () => {
  document.documentElement.lang = "en-US";
  const text = shortTime(NOW, NOW).replace(/\s/u, " ");
  document.documentElement.lang = "en-GB";
  assert.equal(text, "9:30 AM");
});
