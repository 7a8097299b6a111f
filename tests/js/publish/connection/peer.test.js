import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Peer } from "../../../../static/js/publish/connection/peer.js";
import { FakePeerConnection, runPending } from "../../fakes.js";

Object.assign(globalThis, { RTCPeerConnection: FakePeerConnection });

/** @type {string[]} */
let heard;
/** @type {Peer} */
let peer;

beforeEach(() => {
  heard = [];
  peer = new Peer([], "resilient", {
    onChannel: ({ label }) => heard.push(label),
    onOpen: () => heard.push("open"),
    onOffset: () => heard.push("offset"),
    onMessage: ({ type }) => heard.push(type),
    onFail: () => heard.push("failed"),
  });
});

test("the frames' channel is given away as soon as it is made", () => {
  assert.deepEqual(heard, ["frames"]);
});

test("its offer waits for no candidate: a TURN server that is dead holds up nothing", async () => {
  assert.equal(FakePeerConnection.last.iceGatheringState, "gathering");
  assert.match(await peer.offer(), /^offer/);
});

test("it is open once its control channel is, and sends nothing before", () => {
  const { control } = FakePeerConnection.last;
  peer.send({ type: "report" });
  assert.ok(!peer.isOpen);
  control.open();
  peer.send({ type: "report" });
  assert.ok(peer.isOpen);
  assert.deepEqual(control.sent, [{ type: "report" }]);
  assert.deepEqual(heard.splice(1), ["open"]);
});

test("pongs are its own, all else is handed on", () => {
  const { control } = FakePeerConnection.last;
  control.open();
  control.say({ type: "pong", time: 0, server_time: 0 });
  control.say({ type: "wanted" });
  assert.deepEqual(heard.splice(2), ["offset", "wanted"]);
});

test("it fails with its connection, its control channel, or an answer that is none", async () => {
  const connection = FakePeerConnection.last;
  connection.connectionState = "failed";
  connection.onconnectionstatechange?.();
  connection.control.closeByServer();
  await peer.accept("nonsense");
  assert.deepEqual(heard.splice(1), ["failed", "failed", "failed"]);
});

test("what was closed fails no more", async () => {
  const connection = FakePeerConnection.last;
  peer.close();
  connection.control.closeByServer();
  await peer.accept("nonsense");
  await runPending();
  assert.ok(connection.isClosed);
  assert.deepEqual(heard, ["frames"]);
});
