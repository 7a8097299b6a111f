import assert from "node:assert/strict";
import { test } from "node:test";

import { reportOf } from "../../../../static/js/pages/doctor/report.js";

const FINDING = {
  check: "addresses",
  title: "Addresses",
  state: /** @type {const} */ ("warning"),
  sentence: "Only this machine can open SkySentry.",
  advice: "For other devices, start serve with --tls.",
  places: ["https://192.0.2.7:8443", "turn:turn.example.org"],
};

test("a report has time, browser and findings, and no address of the server", () => {
  const about = { browser: "Firefox/150.0", at: new Date(Date.UTC(2026, 10, 5, 14, 3, 7)) };
  const report = reportOf([FINDING], () => "Warning", about);
  assert.deepEqual(report.split("\n"), [
    "SkySentry, 2026-11-05T14:03:07.000Z",
    "Firefox/150.0",
    "",
    "Warning: Addresses. Only this machine can open SkySentry.",
  ]);
});
