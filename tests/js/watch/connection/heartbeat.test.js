import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeWebSocket } from "../../fakes.js";
import { frame, heard, now, pass, pong, sleep, socket, standStill, watch } from "./rig.js";

test("without frames it pings every two seconds, with frames every ten", () => {
  FakeWebSocket.last.open();
  standStill(1);
  for (let i = 0; i < 8; i += 1) pong();
  pass(4500);
  assert.equal(FakeWebSocket.last.sentOf("ping").length, 4);
  receiveFrames(7000);
  assert.equal(FakeWebSocket.last.sentOf("ping").length, 4);
});

test("until the clock is known well it pings more often", () => {
  FakeWebSocket.last.open();
  receiveFrames(1400);
  assert.equal(FakeWebSocket.last.sentOf("ping").length, 4);
});

test("while pictures are drawn late it pings as without frames", () => {
  FakeWebSocket.last.open();
  standStill(1);
  for (let i = 0; i < 8; i += 1) pong();
  receiveFrames(2500);
  assert.equal(FakeWebSocket.last.sentOf("ping").length, 3);
  socket.drawn("door", 1, 1001);
  receiveFrames(600);
  assert.equal(FakeWebSocket.last.sentOf("ping").length, 4);
});

test("of what piled up while the page stood still nothing is shown", () => {
  watch("door");
  const { last } = FakeWebSocket;
  last.open();
  pong();
  last.say({ type: "state", camera: "door", state: "live", session: 5 });
  heard.length = 0;
  standStill(12_000);
  last.onmessage?.({ data: frame(5, 1) });
  assert.equal(socket.awakeSince, performance.timeOrigin + now);
  // The answer to a ping of before the pause.
  pong();
  last.onmessage?.({ data: frame(5, 2) });
  assert.deepEqual([heard, socket.serverTime], [[], null]);
  const { time } = last.sentOf("ping").at(-1);
  last.say({ type: "pong", time, server_time: time + 1000 });
  last.onmessage?.({ data: frame(5, 3) });
  assert.deepEqual(heard, ["door frame 5/3"]);
  assert.equal(Math.round((socket.serverTime ?? 0) - performance.timeOrigin - now), 1000);
});

test("what comes to a hidden page, whose timers are slow, is no sign of a pause", () => {
  watch("door");
  const { last } = FakeWebSocket;
  last.open();
  pong();
  last.say({ type: "state", camera: "door", state: "live", session: 5 });
  heard.length = 0;
  for (let sequence = 1; sequence <= 60; sequence += 1) {
    standStill(1000);
    last.onmessage?.({ data: frame(5, sequence) });
  }
  assert.equal(heard.length, 60);
  assert.equal(socket.awakeSince, -Infinity);
});

test("a socket that has fallen silent is replaced within seven seconds", () => {
  watch("door");
  FakeWebSocket.last.open();
  standStill(1);
  pong();
  pass(6500);
  assert.equal(FakeWebSocket.all.length, 1);
  pass(1500);
  assert.equal(FakeWebSocket.all.length, 2);
  assert.equal(FakeWebSocket.all[0].readyState, FakeWebSocket.CLOSED);
});

test("a socket that never opens is replaced", () => {
  pass(6500);
  assert.equal(FakeWebSocket.all.length, 2);
});

test("after the device has slept, the clock is measured again at once", () => {
  const { last } = FakeWebSocket;
  last.open();
  const [first] = last.sentOf("ping");
  last.say({ type: "pong", time: first.time, server_time: first.time });
  sleep(60_000);
  pass(500);
  assert.equal(last.sentOf("ping").length, 4);
  assert.equal(socket.serverTime, null);
  const { time } = last.sentOf("ping")[3];
  last.say({ type: "pong", time, server_time: time + 60_000 });
  assert.equal(socket.serverTime, performance.timeOrigin + now + 60_000);
});

/** @param {number} ms */
function receiveFrames(ms) {
  for (let passed = 0; passed < ms; passed += 100) {
    standStill(1);
    FakeWebSocket.last.onmessage?.({ data: frame(5, 1) });
    pass(100);
  }
}
