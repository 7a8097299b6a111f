import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { CanvasRenderer } from "../../../../static/js/watch/render/canvas-renderer.js";
import { jpeg } from "../../../../static/js/protocol/codecs/jpeg.js";
import { vp8 } from "../../../../static/js/protocol/codecs/vp8.js";
import { Rendition } from "../../../../static/js/protocol/wire.js";
import { runPending } from "../../fakes.js";

/** @type {{ drawn: string[], shown: string[], decoding: (() => void)[], repaints: (() => void)[] }} */
let seen;
/** Pictures that were not closed. */
let open = 0;
/** @type {CanvasRenderer} */
let renderer;

Object.assign(globalThis, {
  createImageBitmap: async (/** @type {Blob} */ blob) => {
    const [sequence] = new Uint8Array(await blob.arrayBuffer());
    await new Promise((resolve) => seen.decoding.push(() => resolve(undefined)));
    if (sequence === 255) throw new DOMException("not a picture");
    open += 1;
    return { sequence, close: () => (open -= 1) };
  },
  EncodedVideoChunk: class {
    /** @param {object} init */
    constructor(init) {
      Object.assign(this, init);
    }
  },
  VideoDecoder: class {
    /** @param {any} handlers */
    constructor(handlers) {
      this.handlers = handlers;
    }

    configure() {}
    close() {}

    /** @param {{ timestamp: number, data: Uint8Array }} chunk */
    decode({ timestamp, data: [sequence] }) {
      open += 1;
      this.handlers.output({ timestamp, sequence: `video ${sequence}`, close: () => (open -= 1) });
    }
  },
  requestAnimationFrame: (/** @type {() => void} */ repaint) => seen.repaints.push(repaint),
});

const canvas = {
  width: 0,
  height: 0,
  getContext: () => ({
    drawImage: (/** @type {{ sequence: number }} */ bitmap) =>
      seen.drawn.push(`${bitmap.sequence}`),
    clearRect: () => seen.drawn.push("cleared"),
  }),
};

beforeEach(() => {
  seen = { drawn: [], shown: [], decoding: [], repaints: [] };
  open = 0;
  renderer = new CanvasRenderer(/** @type {any} */ (canvas), {
    onShown: (frame) => seen.shown.push(`${frame.session}/${frame.sequence}`),
    onBroken: () => {},
    onUnplayable: () => {},
  });
});

/**
 * @param {number} sequence
 * @param {number} [session]
 */
function push(sequence, session = 1, facts = {}) {
  const frame = {
    rendition: Rendition.JPEG,
    codec: jpeg.number,
    key: true,
    session,
    sequence,
    capturedAt: 0,
    width: 16,
    height: 8,
    payload: Uint8Array.of(sequence),
    ...facts,
  };
  renderer.take(frame, 0);
}

/**
 * A key frame of video, which is decoded at once.
 *
 * @param {number} sequence
 */
function pushVideo(sequence, capturedAt = 0) {
  push(sequence, 1, { rendition: Rendition.VIDEO, codec: vp8.number, capturedAt });
}

/** Lets the decoder finish what it has begun, and the browser draw. */
async function finish() {
  await decode();
  repaint();
}

/** Lets the decoder finish what it has begun. */
async function decode() {
  await runPending();
  for (const finish of seen.decoding.splice(0)) finish();
  await runPending();
}

function repaint() {
  for (const each of seen.repaints.splice(0)) each();
}

test("while one frame is decoded only the newest waits", async () => {
  for (const sequence of [1, 2, 3]) push(sequence);
  await finish();
  await finish();
  assert.deepEqual(seen.drawn, ["1", "3"]);
});

test("of what is decoded between two repaints the newest is drawn, and told of", async () => {
  push(1);
  await decode();
  push(2);
  await decode();
  assert.deepEqual(seen.drawn, []);
  repaint();
  assert.deepEqual([seen.drawn, seen.shown], [["2"], ["1/2"]]);
  assert.equal(open, 0);
});

test("it never goes back, neither in a session nor to an earlier one", async () => {
  push(5, 2);
  await finish();
  push(4, 2);
  push(5, 2);
  push(9, 1);
  await finish();
  push(1, 3);
  await finish();
  assert.deepEqual(seen.drawn, ["5", "1"]);
});

test("a hidden page's JPEGs are not decoded, the newest one when it is shown again", async () => {
  renderer.hidden = true;
  push(1);
  push(2);
  await finish();
  assert.deepEqual(seen.drawn, []);
  renderer.hidden = false;
  await finish();
  assert.deepEqual(seen.drawn, ["2"]);
});

test("showing the page while a frame is decoded draws it once", async () => {
  push(1);
  await runPending();
  renderer.hidden = false;
  await finish();
  await finish();
  assert.deepEqual(seen.drawn, ["1"]);
});

test("what is no picture leaves the one before", async () => {
  mock.method(console, "warn", () => {});
  push(1);
  await finish();
  push(255);
  await finish();
  assert.deepEqual(seen.drawn, ["1"]);
});

test("clearing leaves nothing, not what is being decoded nor what waits to be drawn", async () => {
  push(1);
  await finish();
  push(2);
  await decode();
  push(3);
  await runPending();
  renderer.clear();
  await finish();
  assert.deepEqual(seen.drawn, ["1", "cleared"]);
  assert.deepEqual(seen.shown, ["1/1"]);
  assert.equal(open, 0);
});

test("a JPEG that was still being decoded does not cover the video that came after it", async () => {
  push(1);
  await runPending();
  pushVideo(1);
  await finish();
  repaint();
  assert.deepEqual(seen.drawn, ["video 1"]);
  assert.equal(open, 0);
});

test("a viewer who comes back sees the chain from the picture on, and never older ones", async () => {
  pushVideo(1);
  pushVideo(4);
  repaint();
  renderer.rest();
  for (const sequence of [1, 2, 3]) pushVideo(sequence);
  repaint();
  pushVideo(5);
  repaint();
  assert.deepEqual(seen.drawn, ["video 4", "video 5"]);
  assert.equal(open, 0);
});

test("pictures and video are numbered apart: what comes later is newer", async () => {
  pushVideo(200);
  repaint();
  push(1);
  await finish();
  pushVideo(201);
  repaint();
  assert.deepEqual(seen.drawn, ["video 200", "1", "video 201"]);
});

test("video that leads to the picture shown is not shown before it has got there", async () => {
  push(1, 1, { capturedAt: 1000 });
  await finish();
  [900, 950, 1000].forEach((capturedAt, index) => {
    pushVideo(index + 1, capturedAt);
    repaint();
  });
  assert.deepEqual(seen.drawn, ["1", "video 3"]);
});
