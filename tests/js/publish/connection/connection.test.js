import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { localTime } from "../../../../static/js/lib/clock.js";
import { PublishConnection } from "../../../../static/js/publish/connection/connection.js";
import { FakePeerConnection, FakeWebSocket, runPending } from "../../fakes.js";

Object.assign(globalThis, { WebSocket: FakeWebSocket, RTCPeerConnection: FakePeerConnection });

const CAMERA = { slug: "door", delivery: "resilient" };

/**
 * @type {{ phases: string[], sessions: number[], offsets: (number | null)[], channels: string[],
 *   transports: string[], socketChannels: any[] }}
 */
let seen;
/** @type {PublishConnection} */
let connection;
/** Time that the test let pass, ms. */
let skipped = 0;

beforeEach(() => {
  FakeWebSocket.all = [];
  FakePeerConnection.all = [];
  seen = {
    phases: [],
    sessions: [],
    offsets: [],
    channels: [],
    transports: [],
    socketChannels: [],
  };
  connection = makeConnection();
});

function makeConnection() {
  return new PublishConnection("ws://server/ws/publish/door/", {
    onPhase: (phase) => seen.phases.push(phase),
    onCamera: () => {},
    onChannel: (channel) => seen.channels.push(channel.label),
    onSession: (session) => seen.sessions.push(session),
    onOffset: (offset) => seen.offsets.push(offset),
    onTransport: (transport) => seen.transports.push(transport),
    onSocketChannel: (channel) => seen.socketChannels.push(channel),
    onMessage: () => {},
  });
}

afterEach(() => {
  mock.restoreAll();
  skipped = 0;
});

async function offered() {
  FakeWebSocket.last.open();
  FakeWebSocket.last.say({ type: "welcome", camera: CAMERA, ice_servers: [] });
  await runPending();
}

async function answered(session = 7, resume = "token") {
  FakeWebSocket.last.say({ type: "answer", sdp: "answer", session, resume, resumed: false });
  await runPending();
  FakePeerConnection.last.control.open();
}

async function live() {
  connection.start(false);
  await offered();
  await answered();
}

/** Later than any wait between attempts. */
function muchLater() {
  return localTime() + 6000;
}

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

test("a busy camera says whose it is, and is taken over only when asked to", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "camera_busy", publisher: "Bob", message: "" });
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
  FakeWebSocket.last.say({ type: "error", code: "camera_busy", publisher: "Bob", message: "" });
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
  FakeWebSocket.last.say({ type: "error", code: "camera_busy", publisher: "Bob", message: "" });
  FakeWebSocket.last.closeBy(1012);
  assert.equal(connection.phase, "busy");
  connection.takeOver();
  await offered();
  assert.equal(FakeWebSocket.last.sentOf("offer")[0].take_over, true);
});

test("a busy camera is asked for again over another socket, when its own has gone", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "camera_busy", publisher: "Bob", message: "" });
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
  const busy = { type: "error", code: "camera_busy", publisher: "Bob", message: "" };
  FakeWebSocket.last.say(busy);
  connection.tick(localTime() + 3100);
  connection.takeOver();
  assert.equal(FakeWebSocket.last.sentOf("offer").length, 2);
  assert.equal(connection.phase, "connecting");
  FakeWebSocket.last.say(busy);
  assert.equal(FakeWebSocket.last.sentOf("offer")[2].take_over, true);
  assert.equal(connection.phase, "connecting");
  FakeWebSocket.last.say(busy);
  assert.equal(connection.phase, "busy");
  assert.equal(FakeWebSocket.last.sentOf("offer").length, 3);
});

for (const reason of ["taken_over", "not_allowed", "disconnected"]) {
  test(`after "${reason}" it stays away`, async () => {
    await live();
    FakeWebSocket.last.say({ type: "ended", reason, message: "A sentence." });
    assert.equal(connection.phase, "ended");
    assert.deepEqual(connection.end, { reason, message: "A sentence.", by: "", why: "" });
    connection.tick(muchLater());
    assert.equal(FakeWebSocket.all.length, 1);
    assert.ok(FakePeerConnection.last.isClosed);
  });
}

test("a camera that is disabled is asked for until it is enabled again", async () => {
  await live();
  const why = "disabled";
  FakeWebSocket.last.say({ type: "ended", reason: "not_allowed", message: "", why });
  assert.equal(connection.phase, "waiting");
  assert.equal(connection.end.why, why);
  assert.ok(FakePeerConnection.last.isClosed);
  connection.tick(localTime() + 4900);
  assert.equal(FakeWebSocket.all.length, 1);
  connection.tick(localTime() + 10_000);
  FakeWebSocket.last.open();
  FakeWebSocket.last.say({ type: "error", code: "not_allowed", message: "", why });
  assert.equal(connection.phase, "waiting");
  connection.tick(localTime() + 15_000);
  assert.equal(FakeWebSocket.all.length, 3);
  await offered();
  await answered();
  assert.equal(connection.phase, "live");
});

for (const reason of ["lost", "signaling_lost", "peer_failed", "server_stopped"]) {
  test(`after "${reason}" it comes back`, async () => {
    await live();
    FakeWebSocket.last.say({ type: "ended", reason, message: "" });
    assert.equal(connection.phase, "reconnecting");
    connection.tick(muchLater());
    assert.equal(FakeWebSocket.all.length, 2);
  });
}

test("the reason is awaited when the peer's end arrives before it", async () => {
  await live();
  FakePeerConnection.last.control.closeByServer();
  assert.equal(connection.phase, "reconnecting");
  connection.tick(localTime() + 100);
  FakeWebSocket.last.say({ type: "ended", reason: "taken_over", message: "" });
  assert.equal(connection.phase, "ended");
});

test("without a reason the peer's end is an accident", async () => {
  await live();
  FakePeerConnection.last.control.closeByServer();
  connection.tick(localTime() + 600);
  connection.tick(muchLater());
  assert.equal(FakeWebSocket.all.length, 2);
});

test("the server's wish to wait is respected", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "unavailable", retry_after_s: 2, message: "" });
  connection.tick(localTime() + 1900);
  assert.equal(FakeWebSocket.all.length, 1);
  connection.tick(localTime() + 2300);
  assert.equal(FakeWebSocket.all.length, 2);
});

for (const [message, seconds] of /** @type {[any, number][]} */ ([
  [{ type: "error", code: "busy", retry_after_s: 3, message: "" }, 3],
  [{ type: "ended", reason: "too_much", retry_after_s: 30, message: "" }, 30],
])) {
  test(`told to wait ${seconds} s it says why, and waits`, async () => {
    await live();
    FakeWebSocket.last.say(message);
    FakeWebSocket.last.closeBy(1013);
    assert.equal(connection.phase, "waiting");
    assert.equal(connection.end.reason, message.code ?? message.reason);
    assert.ok(FakePeerConnection.last.isClosed);
    connection.tick(localTime() + seconds * 1000 - 100);
    assert.equal(FakeWebSocket.all.length, 1);
    connection.tick(localTime() + seconds * 1000 + 300);
    assert.equal(FakeWebSocket.all.length, 2);
  });
}

test("told to wait, another network changes nothing; a person may try at once all the same", async () => {
  await live();
  FakeWebSocket.last.say({ type: "ended", reason: "too_much", retry_after_s: 30, message: "" });
  connection.networkChanged();
  assert.equal(FakeWebSocket.all.length, 1);
  connection.retryNow();
  assert.equal(FakeWebSocket.all.length, 2);
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "busy", retry_after_s: 3, message: "" });
  // Why is said again.
  assert.deepEqual(seen.phases.slice(-3), ["waiting", "connecting", "waiting"]);
});

test("another reason to wait is said, too", async () => {
  await live();
  FakeWebSocket.last.say({ type: "ended", reason: "too_much", retry_after_s: 30, message: "" });
  connection.tick(localTime() + 36_000);
  FakeWebSocket.last.closeBy(1013, "retry_after=20");
  assert.deepEqual(seen.phases.slice(-2), ["waiting", "waiting"]);
  assert.equal(connection.end.reason, "refused");
});

test("once live, an earlier wish to wait is over", async () => {
  connection.start(false);
  FakeWebSocket.last.closeBy(1013, "retry_after=20");
  connection.retryNow();
  await offered();
  await answered();
  connection.tick(localTime() + 2100);
  assert.equal(connection.phase, "reconnecting");
  connection.tick(muchLater());
  assert.equal(FakeWebSocket.all.length, 3);
});

test("frames go on while a socket that came back has to wait", async () => {
  await live();
  FakeWebSocket.last.closeBy(1012);
  connection.tick(localTime() + 300);
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "busy", retry_after_s: 3, message: "" });
  assert.equal(connection.state, "detached");
  assert.equal(connection.phase, "live");
  assert.ok(!FakePeerConnection.last.isClosed);
});

test("why the server doesn't take it is there in its words, until it is live", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "database_unavailable", message: "Disk full." });
  assert.equal(connection.phase, "reconnecting");
  assert.equal(connection.trouble, "Disk full.");
  connection.tick(muchLater());
  await offered();
  await answered();
  assert.equal(connection.phase, "live");
  assert.equal(connection.trouble, "");
});

test("a refusal ends it, with the server's own words", async () => {
  connection.start(false);
  FakeWebSocket.last.open();
  FakeWebSocket.last.say({ type: "error", code: "not_allowed", message: "Not yours." });
  assert.equal(connection.phase, "ended");
  assert.deepEqual(connection.end, {
    reason: "not_allowed",
    message: "Not yours.",
    by: "",
    why: "",
  });
});

for (const code of [1000, 4400, 4403]) {
  test(`close code ${code} without a message ends it, too`, () => {
    connection.start(false);
    FakeWebSocket.last.closeBy(code);
    assert.equal(connection.phase, "ended");
  });
}

for (const code of [1001, 1006, 1012, 4408]) {
  test(`close code ${code} is no end`, () => {
    connection.start(false);
    FakeWebSocket.last.closeBy(code);
    connection.tick(muchLater());
    assert.equal(FakeWebSocket.all.length, 2);
  });
}

test("a negotiation that hangs is given up after 15 seconds", async () => {
  connection.start(false);
  await offered();
  connection.tick(localTime() + 14_000);
  assert.equal(connection.phase, "connecting");
  connection.tick(localTime() + 15_100);
  assert.equal(connection.phase, "reconnecting");
});

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
  connection = makeConnection();
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

/**
 * Time passes, and the server answers.
 *
 * @param {number} ms
 */
async function passes(ms) {
  const socket = FakeWebSocket.last;
  for (let passed = 0; passed < ms; passed += 500) {
    await runPending();
    mock.restoreAll();
    skipped += Math.min(500, ms - passed);
    const now = performance.now.bind(performance);
    mock.method(performance, "now", () => now() + skipped);
    socket.say({ type: "pong", time: localTime(), server_time: localTime() });
    connection.tick(localTime());
  }
  await runPending();
}

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

test("who takes over is said", async () => {
  await live();
  FakeWebSocket.last.say({ type: "ended", reason: "taken_over", message: "", by: "Bob" });
  assert.equal(connection.end.by, "Bob");
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

test("told to come back later, it does not ask again before, whatever happens", () => {
  mock.method(Math, "random", () => 0);
  connection.start(false);
  FakeWebSocket.last.closeBy(1013, "retry_after=20");
  assert.equal(connection.phase, "waiting");
  connection.networkChanged();
  connection.tick(localTime() + 19_000);
  assert.equal(FakeWebSocket.all.length, 1);
  connection.tick(localTime() + 20_300);
  assert.equal(FakeWebSocket.all.length, 2);
});
