import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Signaling } from "../../../../static/js/publish/connection/signaling.js";
import { FakeWebSocket } from "../../fakes.js";

Object.assign(globalThis, { WebSocket: FakeWebSocket });

/** @type {string[]} */
let heard;
/** @type {Signaling} */
let signaling;

beforeEach(() => {
  heard = [];
  signaling = new Signaling("ws://server/", {
    onOpen: () => heard.push("open"),
    onMessage: ({ type }) => heard.push(type),
    onClose: ({ code }) => heard.push(`closed ${code}`),
  });
});

test("it tells what the socket does", () => {
  FakeWebSocket.last.open();
  FakeWebSocket.last.say({ type: "welcome" });
  FakeWebSocket.last.closeBy(1012);
  assert.deepEqual(heard, ["open", "welcome", "closed 1012"]);
});

test("before it is open nothing is sent, then messages as JSON and frames as they are", () => {
  signaling.send({ type: "bye" });
  signaling.sendFrame(Uint8Array.of(1));
  assert.deepEqual(FakeWebSocket.last.sent, []);
  FakeWebSocket.last.open();
  signaling.send({ type: "bye" });
  signaling.sendFrame(Uint8Array.of(2));
  assert.deepEqual(FakeWebSocket.last.sent, [{ type: "bye" }, Uint8Array.of(2)]);
});

test("after one's own close nothing is told any more", () => {
  const socket = FakeWebSocket.last;
  signaling.close();
  socket.closeBy(1000);
  socket.say({ type: "welcome" });
  assert.deepEqual(heard, []);
});
