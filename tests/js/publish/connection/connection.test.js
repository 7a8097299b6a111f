import assert from "node:assert/strict";
import { test } from "node:test";

import { localTime } from "../../../../static/js/lib/clock.js";
import { PublishConnection } from "../../../../static/js/publish/connection/connection.js";
import { FakePeerConnection, FakeWebSocket, runPending } from "../../fakes.js";
import { CAMERA, answered, connection, live, muchLater, offered, seen } from "./rig.js";

test("a device without an account says its key", () => {
  const none = () => {};
  const handlers = { onPhase: none, onChannel: none, onSession: none, onOffset: none };
  const others = { onCamera: none, onTransport: none, onSocketChannel: none, onMessage: none };
  new PublishConnection("ws://server/ws/publish/door/", { ...handlers, ...others }, "sspk_1").start(
    false,
  );
  FakeWebSocket.last.open();
  assert.deepEqual(FakeWebSocket.last.sent, [{ type: "authenticate", key: "sspk_1" }]);
});

test("it authenticates, offers both channels and goes live", async () => {
  await live();
  const socket = FakeWebSocket.last;
  assert.deepEqual(socket.sent, [{ type: "authenticate" }, { type: "offer", sdp: "offer 1" }]);
  const [frames, control] = FakePeerConnection.last.channels;
  assert.deepEqual([frames.label, control.label], ["frames", "control"]);
  assert.deepEqual(frames.options, { ordered: false, maxPacketLifeTime: 300 });
  assert.deepEqual(seen.phases, ["connecting", "live"]);
  assert.deepEqual(seen.sessions, [7]);
});

test("a newer server's version, and messages that are not known, change nothing", async () => {
  connection.start(false);
  const socket = FakeWebSocket.last;
  socket.open();
  socket.say({ type: "news" });
  socket.say({ type: "welcome", camera: CAMERA, ice_servers: [], protocol: 2 });
  await runPending();
  await answered();
  assert.deepEqual(seen.phases, ["connecting", "live"]);
});

test("realtime delivery never sends again", async () => {
  connection.start(false);
  FakeWebSocket.last.open();
  const camera = { ...CAMERA, delivery: "realtime" };
  FakeWebSocket.last.say({ type: "welcome", camera, ice_servers: [] });
  assert.deepEqual(FakePeerConnection.last.channels[0].options, {
    ordered: false,
    maxRetransmits: 0,
  });
});

test("it pings every half second and reads the server's clock", async () => {
  await live();
  const { control } = FakePeerConnection.last;
  const now = localTime();
  for (let ms = 0; ms < 1100; ms += 100) connection.tick(now + ms);
  assert.equal(control.sent.length, 3);
  assert.deepEqual(Object.keys(control.sent[0]), ["type", "time"]);
  control.say({ type: "pong", time: localTime(), server_time: localTime() + 5000 });
  assert.ok(Math.abs(Number(seen.offsets[0]) - 5000) < 50);
});

test("the codecs that it encodes are said as each way opens, and when they change", async () => {
  connection.encoders = ["h264", "vp8"];
  await live();
  const said = (/** @type {any} */ { sent }) => sent.filter(({ type = "" }) => type === "encoders");
  const { control } = FakePeerConnection.last;
  assert.deepEqual(said(control), [{ type: "encoders", codecs: ["h264", "vp8"] }]);
  connection.encoders = ["vp8"];
  assert.deepEqual(said(control)[1], { type: "encoders", codecs: ["vp8"] });
  connection.tick(localTime() + 2100);
  connection.encoders = [];
  connection.tick(muchLater());
  await offered();
  await answered();
  assert.deepEqual(said(FakePeerConnection.last.control), [{ type: "encoders", codecs: [] }]);
  assert.equal(said(control).length, 2);
});

test("its report tells how it goes, and on which step of the ladder", async () => {
  await live();
  const totals = { pictures: 30, captured: 9, sent: 7, skipped: 2, encodeMs: 5 };
  const shown = { width: 640, height: 480, framesPerSecond: 30, video: null, jpeg: false };
  connection.report({ ...totals, ...shown, level: 3, bitsPerSecond: 400_000 });
  assert.deepEqual(FakePeerConnection.last.control.sent.at(-1), {
    type: "report",
    captured: 9,
    sent: 7,
    skipped: 2,
    encode_ms: 5,
    level: 3,
  });
});

test("a pause is said with every beat, and the first time at once", async () => {
  await live();
  const { sent } = FakePeerConnection.last.control;
  const now = localTime();
  connection.tick(now);
  connection.pause = "hidden";
  for (const ms of [1, 2, 502]) connection.tick(now + ms);
  assert.deepEqual(
    sent.map(({ paused }) => paused),
    [undefined, "hidden", "hidden"],
  );
});

test("two seconds without a pong: it connects again and asks for the same session", async () => {
  await live();
  const first = FakePeerConnection.last;
  connection.tick(localTime() + 1900);
  assert.equal(connection.phase, "live");
  connection.tick(localTime() + 2100);
  assert.equal(connection.phase, "reconnecting");
  assert.ok(first.isClosed);
  connection.tick(muchLater());
  await offered();
  assert.deepEqual(FakeWebSocket.last.sentOf("offer"), [
    { type: "offer", sdp: "offer 2", resume: "token" },
  ]);
  assert.deepEqual(seen.channels, ["frames", "frames"]);
});

test("a lost socket leaves the peer alone: another socket attaches to it", async () => {
  await live();
  FakeWebSocket.last.closeBy(1012);
  assert.equal(connection.phase, "live");
  connection.tick(localTime() + 1000);
  assert.equal(FakeWebSocket.all.length, 2);
  await offered();
  assert.deepEqual(FakeWebSocket.last.sentOf("attach"), [{ type: "attach", resume: "token" }]);
  FakeWebSocket.last.say({ type: "attached", session: 7 });
  assert.equal(connection.phase, "live");
  assert.equal(FakePeerConnection.all.length, 1);
});

test("nothing to attach to: it offers again, still asking for the same session", async () => {
  await live();
  FakeWebSocket.last.closeBy(1006);
  connection.tick(localTime() + 1000);
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "gone", message: "" });
  await runPending();
  assert.equal(FakeWebSocket.last.sentOf("offer")[0].resume, "token");
});

test("a session that is gone is not asked for twice", async () => {
  await live();
  connection.tick(localTime() + 2100);
  connection.tick(muchLater());
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "gone", message: "" });
  await runPending();
  assert.equal(FakeWebSocket.last.sentOf("offer")[1].resume, undefined);
});

test("a negotiation that hangs is given up after 15 seconds", async () => {
  connection.start(false);
  await offered();
  connection.tick(localTime() + 14_000);
  assert.equal(connection.phase, "connecting");
  connection.tick(localTime() + 15_100);
  assert.equal(connection.phase, "reconnecting");
});

test("stopping says bye, and ends everything", async () => {
  await live();
  connection.stop();
  assert.deepEqual(FakeWebSocket.last.sent.at(-1), { type: "bye" });
  assert.ok(FakePeerConnection.last.isClosed);
  connection.tick(muchLater());
  assert.equal(FakeWebSocket.all.length, 1);
  assert.equal(connection.phase, "off");
});

test("a stop while the offer is being made sends nothing any more", async () => {
  connection.start(false);
  const socket = FakeWebSocket.last;
  socket.open();
  socket.say({ type: "welcome", camera: CAMERA, ice_servers: [] });
  connection.stop();
  await runPending();
  assert.equal(socket.sentOf("offer").length, 0);
});
