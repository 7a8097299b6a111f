import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { FakeWebSocket } from "../../fakes.js";
import {
  SOCKET_URL,
  WANTS,
  connect,
  frame,
  heard,
  now,
  pass,
  pong,
  socket,
  turn,
  watch,
} from "./rig.js";

test("it pings three times and subscribes to all at once", async () => {
  watch("door");
  watch("gate");
  FakeWebSocket.last.open();
  assert.equal(FakeWebSocket.last.sentOf("ping").length, 3);
  assert.deepEqual(FakeWebSocket.last.sentOf("subscribe"), [
    { type: "subscribe", cameras: ["door", "gate"], ...WANTS },
  ]);
  watch("roof");
  await turn();
  assert.deepEqual(FakeWebSocket.last.sent.at(-1), {
    type: "subscribe",
    cameras: ["roof"],
    ...WANTS,
  });
});

test("a newer server's version, and messages that are not known, change nothing", () => {
  watch("door");
  FakeWebSocket.last.open();
  FakeWebSocket.last.say({ type: "news", camera: "door" });
  FakeWebSocket.last.say({ type: "state", camera: "door", state: "live", session: 5, protocol: 2 });
  assert.deepEqual(heard, ["door open", "door live"]);
});

test("what is wanted of each camera is said, together where it is the same", () => {
  watch("door");
  watch("gate", { ...WANTS, rendition: "still" });
  watch("roof");
  FakeWebSocket.last.open();
  const asked = FakeWebSocket.last.sentOf("subscribe");
  assert.deepEqual(
    asked.map(({ cameras, rendition }) => [cameras, rendition]),
    [
      [["door", "roof"], "auto"],
      [["gate"], "still"],
    ],
  );
});

test("new wants are said at once, and again on the next connection", async () => {
  watch("door");
  FakeWebSocket.last.open();
  socket.want("door", { video: [], rendition: "jpeg" });
  socket.want("gate", WANTS);
  await turn();
  const wanted = { type: "subscribe", cameras: ["door"], video: [], rendition: "jpeg" };
  assert.deepEqual(FakeWebSocket.last.sent.at(-1), wanted);
  FakeWebSocket.last.closeBy(1012);
  pass(600);
  FakeWebSocket.last.open();
  assert.deepEqual(FakeWebSocket.last.sentOf("subscribe"), [wanted]);
});

test("the list of cameras is asked for on each connection, and told whenever it changes", () => {
  /** @type {string[][]} */
  const told = [];
  socket.follow((cameras) => told.push(cameras.map(({ name }) => name)));
  FakeWebSocket.last.open();
  assert.equal(FakeWebSocket.last.sentOf("follow").length, 1);
  FakeWebSocket.last.say({ type: "cameras", cameras: [{ id: "1", name: "Door" }] });
  FakeWebSocket.last.say({ type: "cameras", cameras: [] });
  assert.deepEqual(told, [["Door"], []]);
  FakeWebSocket.last.closeBy(1012);
  pass(600);
  FakeWebSocket.last.open();
  assert.deepEqual(FakeWebSocket.last.sentOf("follow"), [{ type: "follow", group: null }]);
});

test("a group's list is asked for on each connection, too, and what it is called is told", () => {
  /** @type {(string | undefined)[]} */
  const told = [];
  socket.follow((_, group) => told.push(group), "doors");
  FakeWebSocket.last.say({ type: "cameras", cameras: [], group: "Gates" });
  assert.deepEqual(told, ["Gates"]);
  for (let connections = 0; connections < 2; connections += 1) {
    FakeWebSocket.last.open();
    assert.deepEqual(FakeWebSocket.last.sentOf("follow"), [{ type: "follow", group: "doors" }]);
    FakeWebSocket.last.closeBy(1012);
    pass(600);
  }
});

test("who does not follow the list asks for none", () => {
  watch("door");
  FakeWebSocket.last.open();
  assert.deepEqual(FakeWebSocket.last.sentOf("follow"), []);
});

test("a camera that comes back is shown again", () => {
  watch("door");
  FakeWebSocket.last.open();
  pong();
  FakeWebSocket.last.say({ type: "error", code: "not_found", camera: "door" });
  FakeWebSocket.last.say({ type: "state", camera: "door", state: "live", session: 5 });
  FakeWebSocket.last.onmessage?.({ data: frame(5, 1) });
  assert.deepEqual(heard.slice(-3), ["door not_found", "door live", "door frame 5/1"]);
});

test("key frames and stages are asked for, and the stages told", () => {
  watch("door");
  FakeWebSocket.last.open();
  socket.askKeyFrame("door");
  socket.askStages("door");
  assert.deepEqual(FakeWebSocket.last.sent.slice(-2), [
    { type: "key_frame", camera: "door" },
    { type: "stages", camera: "door" },
  ]);
  FakeWebSocket.last.say({ type: "stages", camera: "door", server_ms: 2 });
  assert.equal(heard.at(-1), "door server 2 ms");
});

test("a frame goes to the camera whose session it is", () => {
  watch("door");
  watch("gate");
  FakeWebSocket.last.open();
  pong();
  FakeWebSocket.last.say({ type: "state", camera: "door", state: "live", session: 5 });
  FakeWebSocket.last.say({ type: "state", camera: "gate", state: "off", session: null });
  FakeWebSocket.last.onmessage?.({ data: frame(5, 1) });
  FakeWebSocket.last.onmessage?.({ data: frame(6, 1) });
  assert.deepEqual(heard.slice(2), ["door live", "gate off", "door frame 5/1"]);
});

test("a frame that breaks the protocol harms nobody", () => {
  const warn = mock.method(console, "warn", () => {});
  watch("door");
  FakeWebSocket.last.open();
  FakeWebSocket.last.onmessage?.({ data: new ArrayBuffer(3) });
  assert.equal(warn.mock.callCount(), 1);
  assert.equal(socket.connection, "open");
});

test("a camera that is not there, or no longer, is told so", () => {
  watch("door");
  FakeWebSocket.last.open();
  FakeWebSocket.last.say({ type: "error", code: "not_found", camera: "door", message: "" });
  assert.equal(heard.at(-1), "door not_found");
});

test("what is too many is told so, and asked for when there is room", async () => {
  for (let i = 0; i < 65; i += 1) watch(`camera-${i}`);
  await turn();
  assert.deepEqual(heard, []);
  FakeWebSocket.last.open();
  const lengths = FakeWebSocket.last.sentOf("subscribe").map(({ cameras }) => cameras.length);
  assert.deepEqual(lengths, [64]);
  assert.deepEqual(heard, ["camera-64 crowded"]);
  socket.unsubscribe("camera-0");
  await turn();
  assert.deepEqual(FakeWebSocket.last.sent.slice(-2), [
    { type: "unsubscribe", cameras: ["camera-0"] },
    { type: "subscribe", cameras: ["camera-64"], ...WANTS },
  ]);
});

test("what was received while the page loaded is heard in order, as of when it came", async () => {
  const begun = new FakeWebSocket();
  begun.open();
  const at = performance.timeOrigin + now - 300;
  const say = (/** @type {object} */ message) => ({ at, data: JSON.stringify(message) });
  const received = [
    say({ type: "pong", time: at - 10, server_time: 5 }),
    say({ type: "state", camera: "door", state: "live", session: 5 }),
    { at, data: frame(5, 7) },
  ];
  Object.assign(globalThis, { headStart: { url: SOCKET_URL, socket: begun, received } });
  const count = FakeWebSocket.all.length;
  connect();
  assert.equal(socket.connection, "connecting");
  watch("door");
  await turn();
  assert.deepEqual(heard, ["door open", "door live", "door frame 5/7"]);
  assert.equal(socket.roundTrip, 10);
  assert.equal(FakeWebSocket.all.length, count);
  begun.say({ type: "state", camera: "door", state: "paused", session: 5 });
  assert.equal(heard.at(-1), "door paused");
  assert.equal(begun.sentOf("subscribe").length, 1);
});

test("a connection that ended while the page loaded is made anew", () => {
  const begun = new FakeWebSocket();
  Object.assign(globalThis, {
    headStart: { url: SOCKET_URL, socket: begun, received: [] },
    CloseEvent: class {
      code = 0;
      reason = "";
    },
  });
  connect();
  begun.close();
  watch("door");
  assert.equal(FakeWebSocket.last, begun);
  pass(5000);
  assert.notEqual(FakeWebSocket.last, begun);
});
