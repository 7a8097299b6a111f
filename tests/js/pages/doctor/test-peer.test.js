import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { testDirect } from "../../../../static/js/pages/doctor/test-peer.js";
import { FakePeerConnection, runPending } from "../../fakes.js";

const PAIR = [
  { id: "l", type: "local-candidate", candidateType: "host", protocol: "udp" },
  { id: "r", type: "remote-candidate", candidateType: "host" },
  {
    id: "p",
    type: "candidate-pair",
    selected: true,
    localCandidateId: "l",
    remoteCandidateId: "r",
  },
];

/** Whose other end opens both channels, counts, and answers pings. */
class Connection extends FakePeerConnection {
  static opens = true;

  async setRemoteDescription() {
    const [frames, control] = /** @type {any[]} */ (this.channels);
    let bytes = 0;
    Object.assign(frames, {
      bufferedAmount: 0,
      send: (/** @type {any} */ data) => (bytes += data.byteLength),
    });
    control.send = (/** @type {string} */ text) =>
      queueMicrotask(() => control.say({ type: "pong", time: JSON.parse(text).time, bytes }));
    if (Connection.opens) for (const channel of [frames, control]) channel.open();
  }

  async getStats() {
    return new Map(PAIR.map((report) => [report.id, report]));
  }
}

test("a connection that opens tells its way, its round trip and what arrived", async () => {
  Object.assign(globalThis, { RTCPeerConnection: Connection });
  Connection.opens = true;
  const direct = await testDirect([], async () => "answer", 10);
  assert.equal(direct.state, "connected");
  assert.deepEqual(direct.pair, { local: "host", remote: "host", protocol: "udp" });
  assert.ok((direct.bitsPerSecond ?? 0) > 0);
  assert.ok((direct.roundTrip ?? -1) >= 0);
  assert.ok(FakePeerConnection.last.isClosed);
  assert.deepEqual(
    FakePeerConnection.last.channels.map(({ label }) => label),
    ["frames", "control"],
  );
});

test("a server that makes none now is told apart from a network that lets none through", async () => {
  Object.assign(globalThis, { RTCPeerConnection: Connection });
  assert.deepEqual(await testDirect([], async () => "", 10), { state: "unavailable" });
  assert.ok(FakePeerConnection.last.isClosed);

  Connection.opens = false;
  mock.timers.enable({ apis: ["setTimeout"] });
  const direct = testDirect([], async () => "answer", 10);
  await runPending();
  mock.timers.tick(5000);
  assert.deepEqual(await direct, { state: "failed" });
  mock.timers.reset();
  assert.ok(FakePeerConnection.last.isClosed);
});

test("what the browser refuses is a connection that failed", async () => {
  function refuse() {
    throw new DOMException("Both username and credential are required.", "InvalidAccessError");
  }
  class Refusing extends Connection {
    setRemoteDescription = async () => refuse();
  }
  for (const made of [Refusing, refuse]) {
    Object.assign(globalThis, { RTCPeerConnection: made });
    assert.deepEqual(await testDirect([], async () => "answer", 10), { state: "failed" });
  }
  assert.ok(FakePeerConnection.last.isClosed);
});

test("a browser may have no WebRTC", async () => {
  Reflect.deleteProperty(globalThis, "RTCPeerConnection");
  assert.deepEqual(await testDirect([], async () => "", 10), { state: "unsupported" });
});
