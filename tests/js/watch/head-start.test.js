import assert from "node:assert/strict";
import { test } from "node:test";

import { takeSocket, takeWorker } from "../../../static/js/watch/head-start.js";
import { FakeWebSocket } from "../fakes.js";

Object.assign(globalThis, { WebSocket: FakeWebSocket });

/** @param {object} parts */
function begin(parts) {
  const start = { url: "ws://a/", socket: null, received: [], worker: null, isWorkerReady: false };
  Object.assign(globalThis, { headStart: { ...start, ...parts } });
}

test("a page without a head start begins by itself", () => {
  assert.equal(takeSocket("ws://a/"), null);
  assert.equal(takeWorker(), null);
});

test("a socket is taken once, and only for where it leads", () => {
  begin({ socket: new FakeWebSocket() });
  assert.equal(takeSocket("ws://b/"), null);
  assert.equal(takeSocket("ws://a/")?.socket, FakeWebSocket.last);
  assert.equal(takeSocket("ws://a/"), null);
});

test("one that has ended is not taken", () => {
  begin({ socket: new FakeWebSocket() });
  FakeWebSocket.last.close();
  assert.equal(takeSocket("ws://a/"), null);
});

test("the worker is taken once, ready or not", () => {
  const worker = {};
  begin({ worker, isWorkerReady: true });
  assert.deepEqual(takeWorker(), { worker, isReady: true });
  assert.equal(takeWorker(), null);
});
