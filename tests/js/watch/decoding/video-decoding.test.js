import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { h264 } from "../../../../static/js/protocol/codecs/h264.js";
import { vp8 } from "../../../../static/js/protocol/codecs/vp8.js";
import { Rendition } from "../../../../static/js/protocol/wire.js";
import { VideoDecoding } from "../../../../static/js/watch/decoding/video-decoding.js";

/** A decoder that gives pictures when the test says so. */
class FakeVideoDecoder {
  /** @type {FakeVideoDecoder[]} */
  static all = [];

  static get last() {
    return /** @type {FakeVideoDecoder} */ (FakeVideoDecoder.all.at(-1));
  }

  codec = "";
  state = "unconfigured";
  /** @type {{ type: string, timestamp: number }[]} */
  waiting = [];
  #handlers;

  /** @param {any} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
    FakeVideoDecoder.all.push(this);
  }

  /** @param {{ codec: string, optimizeForLatency: boolean }} config */
  configure({ codec, optimizeForLatency }) {
    assert.ok(optimizeForLatency);
    this.codec = codec;
    this.state = "configured";
  }

  /** @param {{ type: string, timestamp: number }} chunk */
  decode(chunk) {
    assert.equal(this.state, "configured");
    this.waiting.push(chunk);
  }

  close() {
    assert.notEqual(this.state, "closed");
    this.state = "closed";
  }

  // The browser's end

  finish(count = this.waiting.length) {
    for (const { timestamp } of this.waiting.splice(0, count)) {
      this.#handlers.output({ timestamp, close: () => heard.push("closed") });
    }
  }

  fail() {
    this.state = "closed";
    this.#handlers.error(new DOMException("no"));
  }
}

let now = 0;
let turns = 0;
/** @type {string[]} */
let heard;
/** @type {VideoDecoding} */
let video;

mock.method(performance, "now", () => now);
mock.method(console, "warn", () => {});
Object.assign(globalThis, {
  VideoDecoder: FakeVideoDecoder,
  EncodedVideoChunk: class {
    /** @param {object} init */
    constructor(init) {
      Object.assign(this, init);
    }
  },
});

beforeEach(() => {
  FakeVideoDecoder.all = [];
  heard = [];
  now += 60_000;
  video = new VideoDecoding({
    onPicture: ({ frame }) => heard.push(`${frame.sequence}`),
    onBroken: () => heard.push("key frame"),
    onUnplayable: (codec) => heard.push(`no ${codec}`),
  });
});

/**
 * @param {number} sequence
 * @param {Partial<import("../../../../static/js/protocol/wire.js").Frame>} [facts]
 */
function take(sequence, facts = {}, cameAt = now) {
  const frame = {
    rendition: Rendition.VIDEO,
    codec: h264.number,
    key: false,
    session: 1,
    sequence,
    capturedAt: 0,
    width: 16,
    height: 8,
    payload: Uint8Array.of(1),
    ...facts,
  };
  turns += 1;
  video.take({ frame, turn: turns, arrivedAt: performance.timeOrigin + cameAt });
}

/** @param {number} sequence */
function takeKey(sequence, facts = {}, cameAt = now) {
  take(sequence, { key: true, ...facts }, cameAt);
}

test("an unbroken chain is decoded as it comes, by one decoder", () => {
  takeKey(1);
  for (const sequence of [2, 3]) take(sequence);
  FakeVideoDecoder.last.finish();
  assert.deepEqual(heard, ["1", "2", "3"]);
  assert.equal(FakeVideoDecoder.all.length, 1);
});

test("after a gap nothing is decoded before the next key frame, which is asked for", () => {
  takeKey(1);
  for (const sequence of [3, 4]) take(sequence);
  takeKey(5);
  take(6);
  FakeVideoDecoder.last.finish();
  assert.deepEqual(heard, ["key frame", "1", "5", "6"]);
});

test("a key frame that does not come is asked for once a second", () => {
  for (let sequence = 2; sequence < 32; sequence += 1) {
    take(sequence);
    now += 100;
  }
  assert.deepEqual(heard, ["key frame", "key frame", "key frame"]);
});

test("what comes twice or late is passed over, and breaks nothing", () => {
  takeKey(1);
  take(2);
  take(2);
  takeKey(1);
  take(3);
  FakeVideoDecoder.last.finish();
  assert.deepEqual(heard, ["1", "2", "3"]);
});

test("neither a new session nor another codec goes on where the one before was", () => {
  takeKey(1);
  take(2, { session: 2 });
  takeKey(3, { session: 2 });
  take(4, { session: 2, codec: vp8.number });
  FakeVideoDecoder.last.finish();
  assert.deepEqual(heard, ["key frame", "1", "3"]);
});

test("another codec gets another decoder at its key frame", () => {
  takeKey(1);
  takeKey(2, { codec: vp8.number });
  const [first, second] = FakeVideoDecoder.all;
  assert.deepEqual([first.codec, first.state], ["avc1.42e028", "closed"]);
  second.finish();
  assert.deepEqual([second.codec, ...heard], ["vp8", "2"]);
});

test("after an error a new decoder starts at a key frame", () => {
  takeKey(1);
  FakeVideoDecoder.last.fail();
  take(2);
  takeKey(3);
  FakeVideoDecoder.last.finish();
  assert.deepEqual(heard, ["key frame", "3"]);
});

test("after three errors in ten seconds the codec is given up", () => {
  for (let sequence = 1; sequence <= 3; sequence += 1) {
    takeKey(sequence);
    FakeVideoDecoder.last.fail();
    now += 3000;
  }
  assert.equal(heard.at(-1), "no h264");
});

test("errors now and then are none too many", () => {
  for (let sequence = 1; sequence <= 5; sequence += 1) {
    takeKey(sequence);
    FakeVideoDecoder.last.fail();
    now += 6000;
  }
  assert.ok(!heard.includes("no h264"));
});

test("a decoder that is half a second behind is left, and video given up at the third time", () => {
  takeKey(1);
  now += 600;
  take(2);
  assert.deepEqual([FakeVideoDecoder.last.state, ...heard], ["closed", "key frame"]);
  for (const sequence of [3, 5]) {
    takeKey(sequence);
    now += 1200;
    take(sequence + 1);
  }
  assert.equal(heard.at(-1), "no null");
});

test("a decoder that is behind makes room for a key frame at once", () => {
  takeKey(1);
  now += 600;
  takeKey(2);
  FakeVideoDecoder.last.finish();
  assert.deepEqual([FakeVideoDecoder.all[0].state, ...heard], ["closed", "2"]);
});

test("what waited before it came here is not the decoder's fault", () => {
  takeKey(1, {}, now - 3000);
  take(2, {}, now - 2000);
  FakeVideoDecoder.last.finish();
  assert.deepEqual(heard, ["1", "2"]);
});

test("a long chain that comes at once is decoded whole", () => {
  takeKey(1);
  for (let sequence = 2; sequence <= 60; sequence += 1) take(sequence);
  FakeVideoDecoder.last.finish();
  assert.equal(heard.at(-1), "60");
});

test("a hidden page decodes nothing, and starts over at a key frame when it is visible", () => {
  takeKey(1);
  video.hidden = true;
  take(2);
  takeKey(3);
  video.hidden = false;
  take(4);
  takeKey(5);
  FakeVideoDecoder.last.finish();
  assert.deepEqual(heard, ["key frame", "1", "5"]);
});

test("a page that missed nothing asks for nothing when it is shown", () => {
  takeKey(1);
  video.hidden = true;
  video.hidden = false;
  take(2);
  FakeVideoDecoder.last.finish();
  assert.deepEqual(heard, ["1", "2"]);
});

test("what was in the decoder is forgotten with all before", () => {
  takeKey(5);
  video.forget();
  assert.equal(FakeVideoDecoder.last.state, "closed");
  takeKey(1);
  FakeVideoDecoder.last.finish();
  assert.deepEqual(heard, ["1"]);
});
