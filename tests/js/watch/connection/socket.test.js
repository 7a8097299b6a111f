import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { WatchSocket } from "../../../../static/js/watch/connection/socket.js";
import { jpeg } from "../../../../static/js/protocol/codecs/jpeg.js";
import { Rendition, pack } from "../../../../static/js/protocol/wire.js";
import { FakeWebSocket } from "../../fakes.js";

/** @type {import("../../../../static/js/watch/connection/source.js").Wants} */
const WANTS = { video: ["vp8"], rendition: "auto" };
let now = 0;
/** For how long the device has slept: its monotonic clock stood still. */
let slept = 0;
/** @type {string[]} */
let heard;
/** @type {WatchSocket} */
let socket;

mock.method(performance, "now", () => now);
mock.method(Date, "now", () => performance.timeOrigin + now + slept);
// The longest wait that the jitter allows.
mock.method(Math, "random", () => 1);
mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
Object.assign(globalThis, {
  WebSocket: FakeWebSocket,
  document: Object.assign(new EventTarget(), { hidden: false }),
  addEventListener: () => {},
});

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  FakeWebSocket.all = [];
  heard = [];
  socket = new WatchSocket("ws://server/ws/watch/");
});

/** @param {number} ms */
function pass(ms) {
  for (let passed = 0; passed < ms; passed += 50) {
    now += 50;
    mock.timers.tick(50);
  }
}

/** @param {string} slug */
function watch(slug, wants = WANTS) {
  /** @type {import("../../../../static/js/watch/connection/source.js").Listener} */
  const listener = {
    onFrame: (frame) => heard.push(`${slug} frame ${frame.session}/${frame.sequence}`),
    onState: (state) => heard.push(`${slug} ${state.state}`),
    onRefused: (why) => heard.push(`${slug} ${why}`),
    onStages: (stages) => heard.push(`${slug} server ${stages.server_ms} ms`),
    onConnection: () => heard.push(`${slug} ${socket.connection}`),
  };
  socket.subscribe(slug, listener, wants);
}

/**
 * @param {number} session
 * @param {number} sequence
 */
function frame(session, sequence) {
  return pack(
    {
      rendition: Rendition.JPEG,
      codec: jpeg.number,
      key: true,
      session,
      sequence,
      capturedAt: 1,
      width: 16,
      height: 8,
    },
    new Uint8Array(1),
  ).buffer;
}

/** What is said together is said at the end of the turn. */
const turn = () => Promise.resolve();

function pong() {
  FakeWebSocket.last.say({ type: "pong", time: 0, server_time: 0 });
}

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

test("a group's list is asked for on each connection, too", () => {
  socket.follow(() => {}, "doors");
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

for (const [code, why, end] of [
  ["not_allowed", "expired", "expired"],
  ["not_allowed", undefined, null],
  ["bad_message", undefined, "bad_message"],
]) {
  test(`after ${code} (${why}) the connection is over because of ${end}`, () => {
    mock.method(console, "warn", () => {}, { times: 1 });
    FakeWebSocket.last.open();
    assert.equal(socket.end, null);
    FakeWebSocket.last.say({ type: "error", code, message: "Over.", why });
    FakeWebSocket.last.closeBy(4403);
    assert.deepEqual([socket.connection, socket.end], ["over", end]);
  });
}

test("a camera that is not there, or no longer, is told so", () => {
  watch("door");
  FakeWebSocket.last.open();
  FakeWebSocket.last.say({ type: "error", code: "not_found", camera: "door", message: "" });
  assert.equal(heard.at(-1), "door not_found");
});

test("it counts as open from the first message on it, as some proxies let none through", () => {
  watch("door");
  FakeWebSocket.last.open();
  assert.equal(socket.connection, "connecting");
  pong();
  assert.equal(heard.at(-1), "door open");
});

test("it counts the attempts since it last got through", () => {
  FakeWebSocket.last.closeBy(1006);
  pass(600);
  FakeWebSocket.last.open();
  FakeWebSocket.last.closeBy(1006);
  assert.equal(socket.failures, 2);
  pass(600);
  FakeWebSocket.last.open();
  pong();
  assert.equal(socket.failures, 0);
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

test("it comes back after a break, and subscribes again", () => {
  watch("door");
  FakeWebSocket.last.open();
  pong();
  FakeWebSocket.last.closeBy(1012);
  assert.equal(heard.at(-1), "door connecting");
  pass(600);
  assert.equal(FakeWebSocket.all.length, 2);
  FakeWebSocket.last.open();
  pong();
  assert.equal(heard.at(-1), "door open");
  assert.equal(FakeWebSocket.last.sentOf("subscribe").length, 1);
});

test("a server that accepts and closes at once is not stormed", () => {
  for (let i = 0; i < 8; i += 1) {
    FakeWebSocket.last.open();
    pong();
    FakeWebSocket.last.closeBy(1011);
    pass(5100);
  }
  FakeWebSocket.last.closeBy(1011);
  pass(4500);
  assert.equal(FakeWebSocket.all.length, 9);
});

for (const code of [1000, 4400, 4403]) {
  test(`after close code ${code} it stays away, and ticks no more`, () => {
    const clear = mock.method(globalThis, "clearInterval");
    FakeWebSocket.last.closeBy(code);
    assert.equal(clear.mock.callCount(), 1);
    clear.mock.restore();
    pass(20_000);
    assert.equal(FakeWebSocket.all.length, 1);
    assert.equal(socket.connection, "over");
  });
}

test("without frames it pings every two seconds, with frames every ten", () => {
  FakeWebSocket.last.open();
  now += 1;
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

/** @param {number} ms */
function receiveFrames(ms) {
  for (let passed = 0; passed < ms; passed += 100) {
    now += 1;
    FakeWebSocket.last.onmessage?.({ data: frame(5, 1) });
    pass(100);
  }
}

test("of what piled up while the page stood still nothing is shown", () => {
  watch("door");
  const { last } = FakeWebSocket;
  last.open();
  pong();
  last.say({ type: "state", camera: "door", state: "live", session: 5 });
  heard = [];
  now += 12_000;
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
  heard = [];
  for (let sequence = 1; sequence <= 60; sequence += 1) {
    now += 1000;
    last.onmessage?.({ data: frame(5, sequence) });
  }
  assert.equal(heard.length, 60);
  assert.equal(socket.awakeSince, -Infinity);
});

test("a socket that has fallen silent is replaced within seven seconds", () => {
  watch("door");
  FakeWebSocket.last.open();
  now += 1;
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
  slept += 60_000;
  pass(500);
  assert.equal(last.sentOf("ping").length, 4);
  assert.equal(socket.serverTime, null);
  const { time } = last.sentOf("ping")[3];
  last.say({ type: "pong", time, server_time: time + 60_000 });
  assert.equal(socket.serverTime, performance.timeOrigin + now + 60_000);
});

test("told to come back later, it does not ask again before, whatever happens", () => {
  // No other socket has a part in this.
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  Object.assign(globalThis, { document: Object.assign(new EventTarget(), { hidden: false }) });
  FakeWebSocket.all = [];
  socket = new WatchSocket("ws://server/ws/watch/");
  FakeWebSocket.last.closeBy(1013, "retry_after=20");
  assert.ok(socket.isToldToWait);
  assert.equal(socket.failures, 0);
  pass(19_000);
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(FakeWebSocket.all.length, 1);
  pass(6_500);
  assert.equal(FakeWebSocket.all.length, 2);
  assert.ok(!socket.isToldToWait);
});

test("what was received while the page loaded is heard in order, as of when it came", async () => {
  const url = "ws://server/ws/watch/";
  const begun = new FakeWebSocket();
  begun.open();
  const at = performance.timeOrigin + now - 300;
  const say = (/** @type {object} */ message) => ({ at, data: JSON.stringify(message) });
  const received = [
    say({ type: "pong", time: at - 10, server_time: 5 }),
    say({ type: "state", camera: "door", state: "live", session: 5 }),
    { at, data: frame(5, 7) },
  ];
  Object.assign(globalThis, { headStart: { url, socket: begun, received } });
  const count = FakeWebSocket.all.length;
  socket = new WatchSocket(url);
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
  const url = "ws://server/ws/watch/";
  const begun = new FakeWebSocket();
  Object.assign(globalThis, {
    headStart: { url, socket: begun, received: [] },
    CloseEvent: class {
      code = 0;
      reason = "";
    },
  });
  socket = new WatchSocket(url);
  begun.close();
  watch("door");
  assert.equal(FakeWebSocket.last, begun);
  pass(5000);
  assert.notEqual(FakeWebSocket.last, begun);
});
