/** A camera that somebody else films with. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { localTime } from "../../../../static/js/lib/clock.js";
import { FakeWebSocket } from "../../fakes.js";
import { answered, connection, muchLater, offered } from "./rig.js";

const BUSY = { type: "error", code: "camera_busy", publisher: "Bob", message: "" };

test("a busy camera says whose it is, and is taken over only when asked to", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say(BUSY);
  assert.equal(connection.phase, "busy");
  assert.equal(connection.otherPublisher, "Bob");
  connection.takeOver();
  assert.equal(FakeWebSocket.last.sentOf("offer")[1].take_over, true);
  await answered();
  assert.equal(connection.phase, "live");
});

test("a busy camera is asked for again every three seconds, and goes live when it is free", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say(BUSY);
  connection.tick(localTime() + 2900);
  assert.equal(FakeWebSocket.last.sentOf("offer").length, 1);
  connection.tick(localTime() + 3100);
  assert.deepEqual(FakeWebSocket.last.sentOf("offer")[1], { type: "offer", sdp: "offer 1" });
  assert.equal(connection.phase, "busy");
  await answered();
  assert.equal(connection.phase, "live");
});

test("a busy camera can be taken over after its socket has gone", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say(BUSY);
  FakeWebSocket.last.closeBy(1012);
  assert.equal(connection.phase, "busy");
  connection.takeOver();
  await offered();
  assert.equal(FakeWebSocket.last.sentOf("offer")[0].take_over, true);
});

test("a busy camera is asked for again over another socket, when its own has gone", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say(BUSY);
  FakeWebSocket.last.closeBy(1012);
  connection.tick(muchLater());
  assert.equal(connection.phase, "busy");
  await offered();
  assert.equal(FakeWebSocket.last.sentOf("offer")[0].take_over, undefined);
  await answered();
  assert.equal(connection.phase, "live");
});

test("who takes over while the camera is asked for again asks once more when that was refused", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say(BUSY);
  connection.tick(localTime() + 3100);
  connection.takeOver();
  assert.equal(FakeWebSocket.last.sentOf("offer").length, 2);
  assert.equal(connection.phase, "connecting");
  FakeWebSocket.last.say(BUSY);
  assert.equal(FakeWebSocket.last.sentOf("offer")[2].take_over, true);
  assert.equal(connection.phase, "connecting");
  FakeWebSocket.last.say(BUSY);
  assert.equal(connection.phase, "busy");
  assert.equal(FakeWebSocket.last.sentOf("offer").length, 3);
});
