import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Line, PIECE_BYTES, rate } from "../../../../static/js/pages/doctor/line.js";
import { FakeWebSocket, runPending } from "../../fakes.js";

/** A server that answers at once. */
class Server extends FakeWebSocket {
  bufferedAmount = 0;
  taken = 0;

  /** @param {any} message */
  send(message) {
    super.send(message);
    if (typeof message === "string") queueMicrotask(() => this.#answer(JSON.parse(message)));
    else this.taken += message.byteLength;
  }

  /** @param {any} message */
  #answer({ type, time, bytes, sdp }) {
    if (type === "ping")
      this.say({ type: "pong", time, server_time: time + 50, bytes: this.taken });
    if (type === "fill") this.onmessage?.({ data: new ArrayBuffer(bytes) });
    if (type === "offer" && sdp === "good") this.say({ type: "answer", sdp: "answer" });
    if (type === "offer" && sdp === "full") this.say({ type: "refused", code: "busy" });
  }
}

/** @type {Line} */
let line;
/** @type {Server} */
let server;

beforeEach(() => {
  Object.assign(globalThis, { WebSocket: Server });
  line = new Line("ws://testserver/ws/doctor/");
  server = /** @type {Server} */ (FakeWebSocket.last);
});

test("it opens when the server says what may be checked", async () => {
  const opened = line.opened();
  server.say({ type: "hello", may_fill: true, ice_servers: [] });
  assert.equal((await opened).may_fill, true);
});

test("a device shows its key, and is told what that is worth", async () => {
  server.say({ type: "hello", may_fill: false, ice_servers: [] });
  await line.opened();
  const known = line.identify({ camera: "front-door", key: "pub_1" });
  server.say({ type: "hello", may_fill: true, ice_servers: [] });
  assert.ok((await known).may_fill);
  assert.deepEqual(server.sent, [{ type: "key", camera: "front-door", key: "pub_1" }]);
});

test("what comes before somebody asks is kept", async () => {
  server.say({ type: "hello", may_fill: false });
  await runPending();
  assert.equal((await line.opened()).may_fill, false);
});

test("the clocks' difference is that of the quickest answer", async () => {
  const { roundTrip, offset } = await line.measureTime();
  assert.ok(roundTrip >= 0 && roundTrip < 50);
  assert.ok(Math.abs(offset - 50) < 25);
  assert.equal(server.sentOf("ping").length, 5);
});

test("it fills the line for so long, and counts what arrived", async () => {
  assert.ok((await line.upload(20)) > 0);
  assert.ok(server.taken >= PIECE_BYTES);
  assert.equal(server.taken % PIECE_BYTES, 0);
  assert.ok((await line.download(20)) > 0);
  const asked = server.sentOf("fill").length;
  assert.ok(asked >= 2 && asked * PIECE_BYTES <= 15_100_000);
});

test("a line that takes nothing is not filled further", async () => {
  server.bufferedAmount = 1e6;
  await line.upload(10);
  assert.equal(server.taken, 0);
});

test("an offer is answered, or not now", async () => {
  assert.equal(await line.offer("good"), "answer");
  assert.equal(await line.offer("full"), "");
});

test("a socket that closes ends what waits, and says how", async () => {
  const opened = line.opened();
  server.closeBy(1006);
  await assert.rejects(opened, { problem: "closed" });
  await assert.rejects(line.upload(1000), { problem: "closed" });

  const full = new Line("ws://testserver/ws/doctor/");
  FakeWebSocket.last.closeBy(1013, "retry_after=20");
  await assert.rejects(full.opened(), { problem: "full" });
});

test("a server that says nothing is not waited for", async () => {
  server.open();
  await assert.rejects(openedLate(), { problem: "silent" });
});

test("a socket that doesn't open is told apart from a server that says nothing", async () => {
  await assert.rejects(openedLate(), { problem: "closed" });
});

/** Nothing happens until it's too late. */
async function openedLate() {
  mock.timers.enable({ apis: ["setTimeout"] });
  const now = mock.method(performance, "now", () => 0);
  const opened = line.opened();
  opened.catch(() => {});
  await runPending();
  now.mock.mockImplementation(() => 6000);
  mock.timers.tick(6000);
  await runPending();
  mock.timers.reset();
  now.mock.restore();
  return opened;
}

test("after close() nothing is heard", () => {
  line.close();
  assert.equal(server.onmessage, null);
  assert.equal(server.readyState, FakeWebSocket.CLOSED);
});

test("a rate is in bits a second", () => {
  assert.equal(rate(1000, 1000), 8000);
  assert.ok(Number.isFinite(rate(1000, 0)));
});
