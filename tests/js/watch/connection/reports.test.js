import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Reports } from "../../../../static/js/watch/connection/reports.js";

/** @type {any[]} */
let sent;
/** @type {Reports} */
let reports;

beforeEach(() => {
  sent = [];
  reports = new Reports((message) => sent.push(message));
  reports.received("door", 600_000, 0);
});

test("in the beginning bytes are told of as they come", () => {
  for (let frame = 0; frame < 40; frame += 1) reports.received("hall", 25_000, frame * 33);
  assert.deepEqual(
    sent.map(({ camera, bytes }) => [camera, bytes]),
    [1, 4, 7, 10, 13, 16, 19].map((frames) => ["hall", frames * 25_000]),
  );
});

test("each camera is told of every five seconds", () => {
  reports.drawn("door", 1, 20, 4900);
  assert.equal(sent.length, 0);
  reports.received("door", 500, 5000);
  reports.drawn("door", 2, 20.4, 5000);
  assert.deepEqual(sent, [
    { type: "report", camera: "door", sequence: 2, latency_ms: 20, bytes: 600_500 },
  ]);
  reports.drawn("door", 3, 20, 9900);
  assert.equal(sent.length, 1);
});

test("late pictures are told of at once, at most twice a second", () => {
  for (let now = 500; now <= 2000; now += 100) reports.drawn("door", now, 251, now);
  assert.deepEqual(
    sent.map(({ sequence }) => sequence),
    [500, 1000, 1500, 2000],
  );
});

test("a new connection counts from zero", () => {
  reports.reset();
  reports.drawn("door", 1, 20, 6000);
  reports.received("door", 7, 6000);
  reports.drawn("door", 2, 20, 11_000);
  assert.equal(sent[0].bytes, 7);
});
