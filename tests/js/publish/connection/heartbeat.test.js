import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { localTime } from "../../../../static/js/lib/clock.js";
import { Heartbeat } from "../../../../static/js/publish/connection/heartbeat.js";

let now = 0;
/** @type {any[]} */
let sent;
/** @type {(number | null)[]} */
let offsets;
/** @type {Heartbeat} */
let heartbeat;

mock.method(performance, "now", () => now);

beforeEach(() => {
  sent = [];
  offsets = [];
  heartbeat = new Heartbeat(
    (message) => sent.push(message),
    (offset) => offsets.push(offset),
  );
});

test("it beats twice a second, and at once when a pause begins or ends", () => {
  for (const [ms, pause] of /** @type {[number, "hidden" | null][]} */ ([
    [0, null],
    [499, null],
    [500, null],
    [501, "hidden"],
    [502, "hidden"],
    [503, null],
  ])) {
    heartbeat.beat(localTime() + ms, pause);
  }
  assert.deepEqual(
    sent.map(({ time, paused }) => [Math.round(time - localTime()), paused]),
    [
      [0, undefined],
      [500, undefined],
      [501, "hidden"],
      [503, undefined],
    ],
  );
});

test("a pong tells the round trip and the server's clock", () => {
  assert.equal(heartbeat.roundTrip, null);
  const time = localTime();
  now += 20;
  heartbeat.receivePong({ type: "pong", time, server_time: time + 1010, protocol: 1 });
  assert.equal(Math.round(heartbeat.roundTrip ?? 0), 20);
  assert.deepEqual(offsets.map(Number).map(Math.round), [1000]);
});

test("after the device has slept, nothing is known of the clock until the server answers", () => {
  heartbeat.beat(localTime(), null);
  const time = localTime();
  now += 20;
  heartbeat.receivePong({ type: "pong", time, server_time: time + 1010, protocol: 1 });
  now += 12_000;
  heartbeat.beat(localTime(), null);
  assert.equal(sent.length, 2);
  const again = sent[1].time;
  now += 20;
  heartbeat.receivePong({ type: "pong", time: again, server_time: again + 5010, protocol: 1 });
  assert.deepEqual(
    offsets.map((offset) => offset && Math.round(offset)),
    [1000, null, 5000],
  );
});

test("an answer that waited while the device slept tells nothing", () => {
  heartbeat.beat(localTime(), null);
  const { time } = sent[0];
  now += 12_000;
  heartbeat.beat(localTime(), null);
  heartbeat.receivePong({ type: "pong", time, server_time: time + 1010, protocol: 1 });
  assert.deepEqual(offsets, [null]);
});

test("silence is the time since something came", () => {
  now += 1500;
  assert.equal(Math.round(heartbeat.silence(localTime())), 1500);
  heartbeat.received();
  assert.equal(Math.round(heartbeat.silence(localTime())), 0);
});
