import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Screens } from "../../../../static/js/watch/render/screens.js";
import { jpeg } from "../../../../static/js/protocol/codecs/jpeg.js";
import { vp8 } from "../../../../static/js/protocol/codecs/vp8.js";
import { Rendition } from "../../../../static/js/protocol/wire.js";
import { runPending } from "../../fakes.js";

/** A worker whose messages the test reads and sends. */
class FakeWorker {
  /** @type {FakeWorker} */
  static last;
  /** @type {(() => void) | null} */
  onerror = null;
  /** @type {((event: { data: any }) => void) | null} */
  onmessage = null;
  /** @type {any[]} */
  told = [];

  constructor() {
    FakeWorker.last = this;
  }

  /** @param {any} message @param {any[]} transfer */
  postMessage(message, transfer) {
    this.told.push({ ...message, transfer });
  }

  terminate() {
    shown.push("terminated");
  }

  /** @param {object} message */
  say(message) {
    this.onmessage?.({ data: message });
  }
}

/** What the page's canvas hands over. */
let offscreen = {};

class Canvas {}
class TransferableCanvas extends Canvas {
  transferControlToOffscreen() {
    return offscreen;
  }
}

const page = Object.assign(new EventTarget(), { hidden: false });
const header = {
  rendition: Rendition.JPEG,
  codec: jpeg.number,
  key: true,
  session: 1,
  sequence: 1,
  capturedAt: 0,
  width: 16,
  height: 8,
};
/** @type {string[]} */
let shown;

Object.assign(globalThis, { document: page, Worker: FakeWorker });

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  shown = [];
});

/** @param {typeof Canvas} kind of canvas that the browser has */
function open(kind) {
  Object.assign(globalThis, { HTMLCanvasElement: kind });
  const canvas = /** @type {any} */ (new kind());
  return new Screens().open(canvas, {
    onShown: ({ sequence }) => shown.push(`${sequence}`),
    onBroken: () => shown.push("broken"),
    onUnplayable: (codec) => shown.push(`no ${codec}`),
  });
}

function frame() {
  return { ...header, payload: Uint8Array.of(1) };
}

test("canvas and bytes are given away to the worker, once it hears", () => {
  const screen = open(TransferableCanvas);
  const given = frame();
  screen.push(given);
  assert.deepEqual(FakeWorker.last.told, []);
  FakeWorker.last.say({ type: "open" });
  const [, canvas, sent] = FakeWorker.last.told;
  assert.deepEqual(canvas.transfer, [offscreen]);
  assert.deepEqual(sent.transfer, [given.payload.buffer]);
});

test("what was drawn before the screen was cleared is not told of afterwards", () => {
  const screen = open(TransferableCanvas);
  FakeWorker.last.say({ type: "open" });
  const say = (/** @type {number} */ clearings) =>
    FakeWorker.last.say({ type: "shown", screen: 0, clearings, header, times: {} });
  say(0);
  assert.equal(screen.shown?.sequence, 1);
  screen.clear();
  say(0);
  assert.deepEqual([screen.shown, shown], [null, ["1"]]);
  say(1);
  assert.deepEqual(shown, ["1", "1"]);
});

test("a screen that was closed hears nothing more", () => {
  const screen = open(TransferableCanvas);
  FakeWorker.last.say({ type: "open" });
  FakeWorker.last.say({ type: "shown", screen: 0, clearings: 0, header, times: {} });
  screen.close();
  FakeWorker.last.say({ type: "shown", screen: 0, clearings: 0, header, times: {} });
  assert.deepEqual([screen.shown, shown], [null, ["1"]]);
  assert.equal(FakeWorker.last.told.at(-1).type, "close");
});

test("the worker says what it cannot show", () => {
  open(TransferableCanvas);
  FakeWorker.last.say({ type: "open" });
  FakeWorker.last.say({ type: "key_frame", screen: 0 });
  FakeWorker.last.say({ type: "unplayable", screen: 0, codec: "h264" });
  assert.deepEqual(shown, ["broken", "no h264"]);
});

test("the worker knows whether the page is hidden", () => {
  open(TransferableCanvas);
  FakeWorker.last.say({ type: "open" });
  page.hidden = true;
  page.dispatchEvent(new Event("visibilitychange"));
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  const told = FakeWorker.last.told.filter(({ type }) => type === "hidden");
  assert.deepEqual(
    told.map(({ hidden }) => hidden),
    [false, true, false],
  );
});

/** @type {string[]} */
let drawn;

function letThePageDraw() {
  drawn = [];
  Object.assign(globalThis, {
    createImageBitmap: async () => ({ close() {} }),
    requestAnimationFrame: queueMicrotask,
  });
  return { drawImage: () => drawn.push("drawn"), clearRect() {} };
}

test("where workers cannot draw the page does", async () => {
  const context = letThePageDraw();
  Object.assign(Canvas.prototype, { getContext: () => context });
  open(Canvas).push(frame());
  await runPending();
  assert.deepEqual([drawn, shown], [["drawn"], ["1"]]);
});

test("the page draws what a worker was meant to that does not load", async () => {
  const context = letThePageDraw();
  offscreen = { getContext: () => context };
  open(TransferableCanvas).push(frame());
  FakeWorker.last.onerror?.();
  await runPending();
  assert.deepEqual([drawn, shown], [["drawn"], ["terminated", "1"]]);
});

test("the page draws what a worker was meant to that takes too long to load", async () => {
  const context = letThePageDraw();
  offscreen = { getContext: () => context };
  open(TransferableCanvas).push(frame());
  mock.timers.tick(4999);
  assert.deepEqual(shown, []);
  mock.timers.tick(1);
  await runPending();
  assert.deepEqual([drawn, shown], [["drawn"], ["terminated", "1"]]);
});

test("a worker that has loaded is left alone", () => {
  open(TransferableCanvas);
  FakeWorker.last.say({ type: "open" });
  mock.timers.tick(60_000);
  assert.deepEqual(shown, []);
});

test("of frames that wait for the worker only those are kept that more is built on", () => {
  const screen = open(TransferableCanvas);
  /** @param {number} sequence @param {object} [facts] */
  const push = (sequence, facts) => screen.push({ ...frame(), sequence, ...facts });
  const video = { rendition: Rendition.VIDEO, codec: vp8.number };
  push(1);
  push(1, video);
  push(2, { ...video, key: false });
  push(2);
  push(3, video);
  push(4, { ...video, key: false });
  FakeWorker.last.say({ type: "open" });
  const frames = FakeWorker.last.told.filter(({ type }) => type === "frame");
  assert.deepEqual(
    frames.map(({ frame }) => [frame.rendition, frame.sequence]),
    [
      [Rendition.JPEG, 2],
      [Rendition.VIDEO, 3],
      [Rendition.VIDEO, 4],
    ],
  );
});

test("a worker that stumbles later goes on", () => {
  open(TransferableCanvas).push(frame());
  FakeWorker.last.say({ type: "open" });
  assert.equal(FakeWorker.last.onerror, null);
});
