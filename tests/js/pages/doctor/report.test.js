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

const ABOUT = {
  versions: "",
  browser: "Firefox/150.0",
  at: new Date(Date.UTC(2026, 10, 5, 14, 3)),
};

test("a report has time, browser and findings, and no address of the server", () => {
  assert.deepEqual(reportOf([FINDING], () => "Warning", ABOUT).split("\n"), [
    "SkySentry",
    "Firefox/150.0",
    "2026-11-05T14:03:00.000Z",
    "",
    "Warning: Addresses. Only this machine can open SkySentry.",
  ]);
});

test("staff's has the server's versions", () => {
  const report = reportOf([], String, { ...ABOUT, versions: "SkySentry 1.2, Python 3.13" });
  assert.match(report, /^SkySentry 1\.2, Python 3\.13\n/);
});
