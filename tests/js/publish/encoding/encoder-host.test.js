import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";

import { Capture } from "../../../../static/js/publish/encoding/capture.js";
import { EncoderHost } from "../../../../static/js/publish/encoding/encoder-host.js";
import { FakeCanvas } from "../../fakes.js";

const browser = /** @type {any} */ (globalThis);

afterEach(() => {
  mock.restoreAll();
  mock.timers.reset();
  delete browser.MediaStreamTrackProcessor;
});

class FakeProcessor {
  /** @param {{ track: any }} init */
  constructor({ track }) {
    this.readable = track.readable;
  }
}

class FakeTrack {
  isStopped = false;
  readable = new ReadableStream();

  stop() {
    this.isStopped = true;
  }
}

/** A host, with what it says to the page. */
function openHost() {
  /** @type {any[]} */
  const said = [];
  const host = new EncoderHost(FakeCanvas.reading(), (message) => said.push(message));
  host.open();
  return { host, said };
}

test("the worker says first whether it can take tracks apart", () => {
  mock.timers.enable();
  assert.deepEqual(openHost().said, [{ type: "open", hasProcessor: false, isBlind: false }]);
  browser.MediaStreamTrackProcessor = FakeProcessor;
  assert.deepEqual(openHost().said, [{ type: "open", hasProcessor: true, isBlind: false }]);
});

test("a browser whose canvases give noise is blind, and its worker makes no JPEGs of it", () => {
  mock.timers.enable();
  const isBlind = mock.setter(Capture.prototype, "isBlind");
  const noisy = FakeCanvas.reading((values) => values.map((_value, index) => (index * 97) % 256));
  /** @type {any[]} */
  const said = [];
  new EncoderHost(noisy, (message) => said.push(message)).open();
  assert.deepEqual(said, [{ type: "open", hasProcessor: false, isBlind: true }]);
  assert.deepEqual(isBlind.mock.calls[0].arguments, [true]);
});

test("it ticks ten times a second, and reports once", () => {
  mock.timers.enable();
  const { said } = openHost();
  mock.timers.tick(1000);
  const count = (/** @type {string} */ kind) => said.filter(({ type }) => type === kind).length;
  assert.equal(count("tick"), 10);
  assert.equal(count("report"), 1);
});

test("a track that the worker was given is stopped when it is left", () => {
  mock.timers.enable();
  browser.MediaStreamTrackProcessor = FakeProcessor;
  const { host } = openHost();
  const track = new FakeTrack();
  host.receive({ type: "track", track });
  assert.ok(!track.isStopped);
  host.receive({ type: "no_source" });
  assert.ok(track.isStopped);
});

test("a channel that the page has closed is forgotten", () => {
  mock.timers.enable();
  const { host } = openHost();
  const addChannel = mock.method(Capture.prototype, "addChannel");
  const describe = (/** @type {RTCDataChannelState} */ readyState) =>
    host.receive({ type: "page_channel", id: 0, readyState, bufferedAmount: 0 });
  describe("open");
  describe("open");
  assert.equal(addChannel.mock.callCount(), 1);
  describe("closed");
  describe("open");
  assert.equal(addChannel.mock.callCount(), 2);
});
