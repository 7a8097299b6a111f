import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Capture } from "../../../../static/js/publish/encoding/capture.js";
import { Rendition, unpack } from "../../../../static/js/protocol/wire.js";
import { FakeVideoEncoder, FakeVideoFrame, runPending } from "../../fakes.js";

Object.assign(globalThis, { VideoEncoder: FakeVideoEncoder, VideoFrame: FakeVideoFrame });

const VGA = { width: 640, height: 480 };
const SETTINGS = { ...VGA, frameRate: 30, quality: 0.7 };

/** @type {Capture} */
let capture;
/** @type {string[][]} */
let encoders;
/** @type {import("../../../../static/js/protocol/wire.js").Frame[]} */
let frames;
let jpegBytes = 1000;
let jpegFails = false;
/** @type {{ readyState: RTCDataChannelState, bufferedAmount: number, send: (message: any) => void }} */
let channel;

class FakeCanvas {
  width = 1;
  height = 1;

  getContext() {
    return { drawImage() {} };
  }

  async convertToBlob() {
    if (jpegFails) throw new DOMException("", "EncodingError");
    return new Blob([new Uint8Array(jpegBytes)]);
  }
}

/** A picture of the camera. */
class FakePicture {
  static open = 0;
  displayWidth = VGA.width;
  displayHeight = VGA.height;

  constructor() {
    FakePicture.open += 1;
  }

  close() {
    FakePicture.open -= 1;
  }
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(performance, "now", () => clock);
  FakeVideoEncoder.all = [];
  FakeVideoEncoder.supported = ["vp8", "avc1.42e01e"];
  FakePicture.open = 0;
  encoders = [];
  frames = [];
  jpegBytes = 1000;
  jpegFails = false;
  channel = {
    readyState: "open",
    bufferedAmount: 0,
    send: (message) => frames.push(unpack(message.buffer)),
  };
  const canvas = /** @type {OffscreenCanvas} */ (/** @type {unknown} */ (new FakeCanvas()));
  capture = new Capture(canvas, (codecs) => encoders.push(codecs));
  capture.settings = SETTINGS;
  capture.session = 7;
  capture.offset = 0;
  capture.addChannel(channel);
});

afterEach(() => {
  mock.restoreAll();
  mock.timers.reset();
});

let clock = 0;

/** Films for so many seconds at 30 fps, and reports each second. */
async function film(seconds = 1) {
  let report = capture.report();
  for (let number = 1; number <= 30 * seconds; number += 1) {
    clock += 1000 / 30;
    capture.take(/** @type {any} */ (new FakePicture()));
    for (const encoder of FakeVideoEncoder.all) encoder.finish();
    await runPending();
    if (number % 3 === 0) capture.look();
    if (number % 30 === 0) report = capture.report();
  }
  return report;
}

/** @param {number} rendition */
function of(rendition) {
  return frames.filter((frame) => frame.rendition === rendition);
}

test("the camera's pictures are counted, wanted or not, from report to report", async () => {
  for (const _picture of [1, 2, 3]) capture.take(/** @type {any} */ (new FakePicture()));
  assert.equal(capture.report().pictures, 3);
  assert.equal(capture.report().pictures, 0);
});

test("while nobody wants more, it sends one still per second", async () => {
  capture.wanted = { jpeg: false, video: null };
  const report = await film(5);
  assert.equal(frames.length, 5);
  assert.equal(of(Rendition.STILL).length, 5);
  assert.deepEqual([report.video, report.jpeg], [null, false]);
  assert.equal(FakePicture.open, 0);
});

test("wanted pictures are stills, too: none flow beside them", async () => {
  capture.wanted = { jpeg: true, video: null };
  await film(2);
  assert.equal(of(Rendition.JPEG).length, 60);
  assert.equal(of(Rendition.STILL).length, 0);
});

test("where canvases give noise, video flows and no JPEG", async () => {
  capture.isBlind = true;
  capture.wanted = { jpeg: true, video: "h264" };
  const report = await film(2);
  assert.equal(of(Rendition.VIDEO).length, 60);
  assert.equal(frames.length, 60);
  assert.equal(report.limit, "canvas");
  assert.equal(FakePicture.open, 0);
});

test("stills flow beside video", async () => {
  capture.wanted = { jpeg: false, video: "h264" };
  const report = await film(2);
  assert.equal(of(Rendition.VIDEO).length, 60);
  assert.equal(of(Rendition.STILL).length, 2);
  assert.equal(report.video, "h264");
});

test("both flow where both are wanted, each with numbers of its own", async () => {
  capture.wanted = { jpeg: true, video: "vp8" };
  await film(1);
  const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
  for (const rendition of [Rendition.JPEG, Rendition.VIDEO]) {
    assert.deepEqual(
      of(rendition).map(({ sequence }) => sequence),
      numbers,
    );
  }
});

test("the first picture that is wanted goes at once", async () => {
  capture.wanted = { jpeg: false, video: null };
  await film(1);
  frames = [];
  capture.wanted = { jpeg: false, video: "h264" };
  clock += 33;
  capture.take(/** @type {any} */ (new FakePicture()));
  FakeVideoEncoder.last.finish();
  assert.deepEqual(
    frames.map(({ rendition, key }) => [rendition, key]),
    [[Rendition.VIDEO, true]],
  );
});

test("the encoders are told, and again when one fails twice", async () => {
  await runPending();
  assert.deepEqual(encoders, [["h264", "vp8"]]);
  capture.wanted = { jpeg: false, video: "h264" };
  for (const _attempt of [1, 2]) {
    await film(1);
    FakeVideoEncoder.last.fail();
  }
  assert.deepEqual(encoders.at(-1), ["vp8"]);
  await film(2);
  assert.equal(of(Rendition.STILL).length, 4);
});

test("a queue on the way makes less of everything, and the report says so", async () => {
  capture.wanted = { jpeg: false, video: "h264" };
  await film(1);
  capture.received({ frames: 20, bytes: 10_000, lost: 0, delayMs: 0, uplinkMs: 0 });
  clock += 1000;
  capture.received({ frames: 30, bytes: 20_000, lost: 0, delayMs: 900, uplinkMs: 900 });
  const report = await film(1);
  assert.ok(report.level > 0);
  assert.equal(report.limit, "network");
  await film(1);
  const { width } = of(Rendition.STILL)[of(Rendition.STILL).length - 1];
  assert.ok(width < VGA.width);
});

test("on a line that took the stills at once, the first viewer has the full quality", async () => {
  capture.wanted = { jpeg: false, video: null };
  jpegBytes = 60_000;
  await film(2);
  capture.wanted = { jpeg: false, video: "h264" };
  assert.equal(capture.report().level, 0);
});

test("small stills that arrive at once are enough to know that", async () => {
  capture.wanted = { jpeg: false, video: null };
  jpegBytes = 6000;
  for (const frames of [1, 2]) {
    await film(1);
    capture.received({ frames, bytes: 6000 * frames, lost: 0, delayMs: 0, uplinkMs: 10 });
  }
  capture.wanted = { jpeg: false, video: "h264" };
  assert.equal(capture.report().level, 0);
});

test("on a line that nothing is known of, the first pictures have a third of the bytes", () => {
  capture.wanted = { jpeg: false, video: "h264" };
  assert.equal(capture.report().level, 3);
});

test("who goes live while somebody watches sends all as soon as the first pictures have arrived", () => {
  const told = { lost: 0, delayMs: 5, uplinkMs: 40 };
  capture.wanted = { jpeg: true, video: null };
  // The server asks for video once it knows the encoders.
  capture.received({ frames: 1, bytes: 5000, ...told });
  capture.wanted = { jpeg: false, video: "h264" };
  for (const frames of [8, 16]) capture.received({ frames, bytes: 5000 * frames, ...told });
  assert.equal(capture.report().level, 0);
});

test("on a narrow line the first pictures are not followed by more", () => {
  capture.wanted = { jpeg: false, video: "h264" };
  for (const frames of [2, 4, 6]) {
    capture.received({ frames, bytes: 5000 * frames, lost: 0, delayMs: 100, uplinkMs: 500 });
  }
  assert.equal(capture.report().level, 3);
});

test("what does not fit into one message is said, too", async () => {
  jpegBytes = 300_000;
  const report = await film(1);
  assert.equal(frames.length, 0);
  assert.equal(report.limit, "message");
});

test("an encoder of pictures that fails keeps none of them, and goes on", async () => {
  mock.method(console, "warn", () => {});
  capture.wanted = { jpeg: false, video: null };
  jpegFails = true;
  await film(1);
  jpegFails = false;
  await film(1);
  assert.deepEqual([FakePicture.open, frames.length], [0, 1]);
});
