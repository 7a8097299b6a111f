/** Where WebRTC does not connect: frames over the socket, and back. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { localTime } from "../../../../static/js/lib/clock.js";
import { FakePeerConnection, FakeWebSocket, runPending } from "../../fakes.js";
import { connect, connection, muchLater, offered, passes, seen } from "./rig.js";

/** No channel has opened 5 s after the answer. */
async function shutOut() {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say({ type: "answer", sdp: "answer", session: 7, resume: "token" });
  await runPending();
  connection.tick(localTime() + 5100);
  await offered();
}

/** Frames go over the socket. */
async function streaming() {
  await shutOut();
  FakeWebSocket.last.say({ type: "streaming", session: 7, resume: "token", resumed: true });
  await runPending();
}

test("where WebRTC does not connect within 5 seconds, the session goes on over a socket", async () => {
  await shutOut();
  assert.equal(FakeWebSocket.all.length, 2);
  assert.ok(FakePeerConnection.last.isClosed);
  assert.deepEqual(FakeWebSocket.last.sentOf("stream"), [{ type: "stream", resume: "token" }]);
  FakeWebSocket.last.say({ type: "streaming", session: 7, resume: "token", resumed: true });
  assert.equal(connection.phase, "live");
  assert.deepEqual(seen.transports, ["websocket"]);
  assert.equal(seen.socketChannels[0].readyState, "open");
});

test("a browser without WebRTC takes the socket at once, and tries nothing else", async () => {
  Reflect.deleteProperty(globalThis, "RTCPeerConnection");
  connect();
  Object.assign(globalThis, { RTCPeerConnection: FakePeerConnection });
  connection.start(false);
  await offered();
  assert.deepEqual(FakeWebSocket.last.sentOf("stream"), [{ type: "stream" }]);
  FakeWebSocket.last.say({ type: "streaming", session: 7, resume: "token", resumed: false });
  await passes(16_000);
  assert.equal(FakePeerConnection.all.length, 0);
});

test("an answer that is none leaves the socket, too", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say({ type: "answer", sdp: "nonsense", session: 7, resume: "token" });
  await runPending();
  await offered();
  assert.equal(FakeWebSocket.last.sentOf("stream").length, 1);
});

test("over the socket it beats and reads the server's clock, as over WebRTC", async () => {
  await streaming();
  const socket = FakeWebSocket.last;
  connection.tick(localTime());
  assert.equal(socket.sentOf("ping").length, 1);
  socket.say({ type: "pong", time: localTime(), server_time: localTime() + 5000 });
  assert.ok(Math.abs(Number(seen.offsets[0]) - 5000) < 50);
});

test("a socket that is silent for two seconds is left, and the session resumed over another", async () => {
  await streaming();
  connection.tick(localTime() + 2100);
  assert.equal(connection.phase, "reconnecting");
  assert.equal(seen.socketChannels[0].readyState, "closed");
  connection.tick(muchLater());
  await offered();
  assert.deepEqual(FakeWebSocket.last.sentOf("stream"), [{ type: "stream", resume: "token" }]);
});

test("frames that the server is late to take count as waiting", async () => {
  await streaming();
  const [channel] = seen.socketChannels;
  channel.send(new Uint8Array(1000));
  assert.equal(channel.bufferedAmount, 0);
  await delay(60);
  channel.send(new Uint8Array(500));
  assert.equal(channel.bufferedAmount, 1000);
  FakeWebSocket.last.say({ type: "taken", frames: 1 });
  assert.equal(channel.bufferedAmount, 0);
});

test("WebRTC is tried again after 15 seconds, and taken once it is open", async () => {
  await streaming();
  const socket = FakeWebSocket.last;
  await passes(14_500);
  assert.equal(socket.sentOf("offer").length, 0);
  await passes(1000);
  assert.deepEqual(socket.sentOf("offer"), [{ type: "offer", sdp: "offer 2" }]);
  socket.say({ type: "answer", sdp: "answer", session: 7, resume: "token" });
  await runPending();
  assert.equal(seen.socketChannels[0].readyState, "open");
  FakePeerConnection.last.control.open();
  assert.equal(seen.socketChannels[0].readyState, "closed");
  assert.deepEqual(seen.transports, ["websocket", "webrtc"]);
  assert.deepEqual(seen.phases, ["connecting", "live"]);
});

test("an attempt that fails changes nothing, and the next one comes later", async () => {
  await streaming();
  const socket = FakeWebSocket.last;
  await passes(15_500);
  socket.say({ type: "answer", sdp: "answer", session: 7, resume: "token" });
  await passes(5000);
  assert.ok(FakePeerConnection.last.isClosed);
  await passes(29_000);
  assert.equal(socket.sentOf("offer").length, 1);
  await passes(2000);
  assert.equal(socket.sentOf("offer").length, 2);
  socket.say({ type: "error", code: "unavailable", message: "", retry_after_s: 2 });
  assert.equal(connection.phase, "live");
  assert.equal(seen.socketChannels[0].readyState, "open");
});

test("no second offer is sent while the server may still answer the first", async () => {
  await streaming();
  const socket = FakeWebSocket.last;
  await passes(15_500);
  await passes(5000);
  connection.networkChanged();
  await passes(9000);
  assert.equal(socket.sentOf("offer").length, 1);
  socket.say({ type: "error", code: "unavailable", message: "" });
  await runPending();
  assert.equal(socket.sentOf("offer").length, 2);
});

test("when the network has changed, nothing waits any longer", async () => {
  await streaming();
  connection.networkChanged();
  connection.tick(localTime());
  await runPending();
  assert.equal(FakeWebSocket.last.sentOf("offer").length, 1);
});
