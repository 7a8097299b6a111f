import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { h264 } from "../../../../static/js/protocol/codecs/h264.js";
import { jpeg } from "../../../../static/js/protocol/codecs/jpeg.js";
import { Rendition, unpack } from "../../../../static/js/protocol/wire.js";
import { Sender } from "../../../../static/js/publish/encoding/sender.js";

const SIZE = { width: 640, height: 480 };
const STILL = {
  rendition: Rendition.STILL,
  codec: jpeg.number,
  key: true,
  capturedAt: 5000,
  ...SIZE,
};
const VIDEO = { ...STILL, rendition: Rendition.VIDEO, codec: h264.number };

/** @type {string[]} */
let sent;
/** @type {Sender} */
let sender;

beforeEach(() => {
  sent = [];
  sender = new Sender();
});

/** @param {string} name */
function channel(name, readyState = /** @type {RTCDataChannelState} */ ("open")) {
  return {
    readyState,
    bufferedAmount: 7,
    send: (/** @type {Uint8Array<ArrayBuffer>} */ message) => {
      const { session, sequence, capturedAt } = unpack(message.buffer);
      sent.push(`${name} ${session}/${sequence} at ${capturedAt}`);
    },
  };
}

function start() {
  sender.session = 7;
  sender.offset = 1000;
}

test("it is ready with a session, the server's clock and an open channel, and sends nothing before", () => {
  start();
  sender.addChannel(channel("a", "connecting"));
  assert.ok(!sender.isReady);
  assert.equal(sender.send(STILL, new Uint8Array(10)), 0);
  sender.addChannel(channel("b"));
  assert.ok(sender.isReady);
  assert.equal(sender.send(STILL, new Uint8Array(10)), 34);
  assert.deepEqual(sent, ["b 7/1 at 6000"]);
});

test("another channel is taken once it is open; until then the one before goes on", () => {
  start();
  sender.addChannel(channel("a"));
  const next = channel("b", "connecting");
  sender.addChannel(next);
  sender.send(STILL, new Uint8Array(1));
  next.readyState = "open";
  sender.send(STILL, new Uint8Array(1));
  assert.deepEqual(sent, ["a 7/1 at 6000", "b 7/2 at 6000"]);
  assert.equal(sender.waitingBytes, 7);
});

test("pictures and video are counted apart; a resumed session counts on, another starts over", () => {
  start();
  sender.addChannel(channel("a"));
  for (const about of [STILL, VIDEO, STILL]) sender.send(about, new Uint8Array(1));
  sender.session = 7;
  sender.send(STILL, new Uint8Array(1));
  sender.session = 8;
  sender.send(STILL, new Uint8Array(1));
  const numbers = sent.map((line) => line.split(" ")[1]);
  assert.deepEqual(numbers, ["7/1", "7/1", "7/2", "7/3", "8/1"]);
});
